// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.redirect;

import io.serin.api.name.Revision;
import io.serin.proxy.redirect.RedirectSettings.Dns;
import io.serin.proxy.redirect.RedirectSettings.Inbound;
import io.serin.proxy.redirect.RedirectSettings.Outbound;
import io.serin.proxy.redirect.RedirectSettings.Ranges;
import io.serin.proxy.settings.Resolvers;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads the flags of Istio's istio-iptables, which injectors and people know. Strict: what is not
 * understood is refused, since traffic that goes past the proxy by a slip goes past its policies.
 */
final class RedirectFlags {

    /** A flag, by its short and long name. */
    enum Flag {
        OUTBOUND_PORT("-p", "--envoy-port"),
        INBOUND_PORT("-z", "--inbound-capture-port"),
        UIDS("-u", "--proxy-uid"),
        GIDS("-g", "--proxy-gid"),
        MODE("-m", "--istio-inbound-interception-mode"),
        INCLUDE_INBOUND_PORTS("-b", "--istio-inbound-ports"),
        EXCLUDE_INBOUND_PORTS("-d", "--istio-local-exclude-ports"),
        INCLUDE_RANGES("-i", "--istio-service-cidr"),
        EXCLUDE_RANGES("-x", "--istio-service-exclude-cidr"),
        INCLUDE_OUTBOUND_PORTS("-q", "--istio-outbound-ports"),
        EXCLUDE_OUTBOUND_PORTS("-o", "--istio-local-outbound-ports-exclude"),
        EXCLUDE_INTERFACES("-c", "--istio-exclude-interfaces"),
        VIRTUAL_INTERFACES("-k", "--kube-virt-interfaces"),
        REDIRECT_DNS("--redirect-dns", true),
        CAPTURE_ALL_DNS("--capture-all-dns", true),
        SKIP_RULE_APPLY("--skip-rule-apply", true),
        RUN_VALIDATION("--run-validation", true),
        /** Not Istio's: whose node agent is to set the rules. */
        REVISION("--revision", false);

        private final String brief;
        private final String full;
        private final boolean isSwitch;

        Flag(String brief, String full) {
            this.brief = brief;
            this.full = full;
            this.isSwitch = false;
        }

        /**
         * One that has no short name.
         *
         * @param isSwitch whether it needs no value to be on
         */
        Flag(String name, boolean isSwitch) {
            this.brief = name;
            this.full = name;
            this.isSwitch = isSwitch;
        }

        private static String briefs() {
            return Stream.of(values()).map(flag -> flag.brief).collect(Collectors.joining(" "));
        }

        static Flag of(String name) {
            for (Flag flag : values()) {
                if (flag.brief.equals(name) || flag.full.equals(name)) {
                    return flag;
                }
            }
            throw new IllegalArgumentException(
                    "flag '" + name + "' (expected: one of " + briefs() + ")");
        }
    }

    /** Istio's twin of the flag {@link Flag#REDIRECT_DNS}, which goes first. */
    private static final String DNS_CAPTURE = "ISTIO_META_DNS_CAPTURE";

    private final Map<Flag, String> given = new EnumMap<>(Flag.class);

    private RedirectFlags(List<String> args, Map<String, String> environment) {
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i);
            int equals = arg.startsWith("--") ? arg.indexOf('=') : -1;
            Flag flag = Flag.of(equals < 0 ? arg : arg.substring(0, equals));
            String value;
            if (equals >= 0) {
                value = arg.substring(equals + 1);
            } else if (flag.isSwitch) {
                value = "true";
            } else {
                i++;
                if (i == args.size()) {
                    throw new IllegalArgumentException(arg + ": nothing (expected: a value)");
                }
                value = args.get(i);
            }
            if (given.put(flag, value) != null) {
                throw new IllegalArgumentException(arg + ": given twice (expected: once)");
            }
        }
        String capture = environment.getOrDefault(DNS_CAPTURE, "");
        if (!capture.isEmpty()) {
            given.putIfAbsent(Flag.REDIRECT_DNS, capture);
        }
    }

    /**
     * Reads the flags; what is not given is as in {@link RedirectSettings#DEFAULT}.
     *
     * @param environment as in {@link System#getenv()}
     * @param nameServers the pod's
     * @throws IllegalArgumentException when one can't be read; names flag, value and expectation
     */
    static RedirectSettings parse(
            List<String> args, Map<String, String> environment, List<InetAddress> nameServers) {
        return new RedirectFlags(args, environment).settings(nameServers);
    }

    /**
     * Likewise, with what is to be done about it.
     *
     * @throws IllegalArgumentException as {@link #parse}, and when the flags do not go together
     */
    static RedirectOrder order(
            List<String> args, Map<String, String> environment, List<InetAddress> nameServers) {
        return new RedirectFlags(args, environment).order(nameServers);
    }

    private RedirectOrder order(List<InetAddress> nameServers) {
        boolean applies = !read(Flag.SKIP_RULE_APPLY, RedirectFlags::bool, false);
        boolean proves = read(Flag.RUN_VALIDATION, RedirectFlags::bool, false);
        if (!applies && !proves) {
            throw new IllegalArgumentException(
                    "--skip-rule-apply: without --run-validation (expected: both, or neither:"
                            + " nothing would be done)");
        }
        RedirectSettings settings = settings(nameServers);
        if (proves && settings.excludedInterfaces().contains("lo")) {
            throw new IllegalArgumentException(
                    "-c: 'lo' (expected: other interfaces beside --run-validation, which calls the"
                            + " pod by this one)");
        }
        return new RedirectOrder(
                settings,
                applies,
                proves,
                read(Flag.REVISION, text -> Optional.of(new Revision(text)), Optional.empty()));
    }

    private RedirectSettings settings(List<InetAddress> nameServers) {
        RedirectSettings otherwise = RedirectSettings.DEFAULT;
        read(Flag.MODE, RedirectFlags::checkMode, "REDIRECT");
        SortedSet<Integer> uids = read(Flag.UIDS, RedirectFlags::ids, otherwise.uids());
        return new RedirectSettings(
                read(Flag.OUTBOUND_PORT, RedirectFlags::port, otherwise.outboundPort()),
                read(Flag.INBOUND_PORT, RedirectFlags::port, otherwise.inboundPort()),
                uids,
                // As in Istio: the group is the user's, unless said otherwise.
                read(Flag.GIDS, RedirectFlags::ids, uids),
                inbound(),
                new Outbound(
                        read(
                                Flag.INCLUDE_RANGES,
                                RedirectFlags::ranges,
                                otherwise.outbound().include()),
                        read(Flag.EXCLUDE_RANGES, RedirectFlags::cidrs, List.of()),
                        ports(Flag.INCLUDE_OUTBOUND_PORTS),
                        ports(Flag.EXCLUDE_OUTBOUND_PORTS)),
                dns(nameServers),
                read(Flag.EXCLUDE_INTERFACES, RedirectFlags::interfaces, List.of()),
                read(Flag.VIRTUAL_INTERFACES, RedirectFlags::interfaces, List.of()));
    }

    private Inbound inbound() {
        SortedSet<Integer> excluded = ports(Flag.EXCLUDE_INBOUND_PORTS);
        return read(
                Flag.INCLUDE_INBOUND_PORTS,
                text ->
                        text.equals("*")
                                ? new Inbound.AllBut(excluded)
                                : new Inbound.Only(portList(text)),
                new Inbound.AllBut(excluded));
    }

    private Dns dns(List<InetAddress> nameServers) {
        boolean redirect = read(Flag.REDIRECT_DNS, RedirectFlags::bool, false);
        boolean all = read(Flag.CAPTURE_ALL_DNS, RedirectFlags::bool, false);
        if (all && !redirect) {
            throw new IllegalArgumentException(
                    "--capture-all-dns: without --redirect-dns (expected: both, or neither)");
        }
        if (redirect && !all && nameServers.isEmpty()) {
            throw new IllegalArgumentException(
                    "--redirect-dns: the pod has no name server (expected: one in "
                            + Resolvers.FILE
                            + ", or --capture-all-dns)");
        }
        return all
                ? new Dns.All()
                : new Dns.Servers(
                        redirect
                                ? nameServers.stream().map(Cidr::of).distinct().toList()
                                : List.of());
    }

    private static boolean bool(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default ->
                    throw new IllegalArgumentException("'" + text + "' (expected: true or false)");
        };
    }

    private SortedSet<Integer> ports(Flag flag) {
        return read(flag, RedirectFlags::portList, RedirectSettings.sorted(List.of()));
    }

    private <T> T read(Flag flag, Function<String, T> reader, T otherwise) {
        String text = given.get(flag);
        if (text == null) {
            return otherwise;
        }
        try {
            return reader.apply(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(flag.brief + ": " + e.getMessage(), e);
        }
    }

    private static String checkMode(String mode) {
        if (!mode.equals("REDIRECT")) {
            throw new IllegalArgumentException("'" + mode + "' (expected: REDIRECT)");
        }
        return mode;
    }

    private static int port(String text) {
        return number(text, 1, 65535, "a port, 1 to 65535");
    }

    private static SortedSet<Integer> portList(String text) {
        return RedirectSettings.sorted(list(text, RedirectFlags::port));
    }

    private static SortedSet<Integer> ids(String text) {
        List<Integer> ids =
                list(text, id -> number(id, 0, Integer.MAX_VALUE, "a number, zero or more"));
        if (ids.isEmpty()) {
            throw new IllegalArgumentException("'' (expected: at least one number)");
        }
        return RedirectSettings.sorted(ids);
    }

    private static Ranges ranges(String text) {
        return text.equals("*") ? new Ranges.All() : new Ranges.Only(cidrs(text));
    }

    private static List<Cidr> cidrs(String text) {
        return list(text, Cidr::parse);
    }

    private static List<String> interfaces(String text) {
        return list(
                text,
                name -> {
                    if (!name.matches("[A-Za-z0-9_.@-]{1,15}")) {
                        throw new IllegalArgumentException(
                                "'" + name + "' (expected: an interface's name)");
                    }
                    return name;
                });
    }

    private static <T> List<T> list(String text, Function<String, T> reader) {
        List<T> values = new ArrayList<>();
        if (!text.isEmpty()) {
            for (String part : text.split(",", -1)) {
                values.add(reader.apply(part.strip()));
            }
        }
        return values;
    }

    private static int number(String text, int least, int most, String expected) {
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, as for a number that is out of range.
        }
        throw new IllegalArgumentException("'" + text + "' (expected: " + expected + ")");
    }
}
