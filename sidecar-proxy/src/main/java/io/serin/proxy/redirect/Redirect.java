// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.redirect;

import io.serin.proxy.settings.Resolvers;
import java.io.IOException;
import java.net.Inet6Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Logger;

/**
 * The step itself: brings the pod's tables to what the flags ask for. Safe to run again, whatever
 * happened before: what is as it should be is left alone, what is not is replaced as a whole.
 */
public final class Redirect {

    private static final Logger LOG = Logger.getLogger("redirect");

    /** Gives the loopback interface an address; one that is there stays. */
    @FunctionalInterface
    interface Loopback {
        void add(Inet6Address address) throws IOException;
    }

    private final Nft nft;
    private final Path inet6Addresses;
    private final Path resolvConf;
    private final Loopback loopback;

    Redirect(Nft nft, Path inet6Addresses, Path resolvConf, Loopback loopback) {
        this.nft = nft;
        this.inet6Addresses = inet6Addresses;
        this.resolvConf = resolvConf;
        this.loopback = loopback;
    }

    /** On this machine, in this network namespace. */
    public static Redirect here() {
        return new Redirect(
                new Nft(List.of("nft")),
                Path.of("/proc/net/if_inet6"),
                Resolvers.FILE,
                LoopbackAddress::add);
    }

    /** All but the doing: its rules go to a program that reads them and changes nothing. */
    public static Redirect rehearsed() {
        return new Redirect(
                new Nft(List.of("sh", "-c", "cat")),
                Path.of("/proc/net/if_inet6"),
                Resolvers.FILE,
                address -> {});
    }

    /**
     * Redirects.
     *
     * @param args Istio's flags
     * @param environment as in {@link System#getenv()}
     * @throws IllegalArgumentException when a flag can't be read, or a variable asks for what is
     *     not supported; nothing has changed then
     * @throws IOException when the kernel refuses; nothing of that family has changed then
     */
    public void run(List<String> args, Map<String, String> environment) throws IOException {
        RedirectVariables.check(environment);
        RedirectSettings settings =
                RedirectFlags.parse(
                        args,
                        environment,
                        Files.exists(resolvConf) ? Resolvers.read(resolvConf) : List.of());
        for (Family family : families()) {
            if (family.inboundSource().first() instanceof Inet6Address source) {
                loopback.add(source);
            }
            List<Rule> rules = RedirectRules.of(settings, family);
            boolean there =
                    nft.list(family)
                            .map(now -> isSame(now, NftTable.listing(family, rules)))
                            .orElse(false);
            if (!there) {
                nft.apply(NftTable.replacement(family, rules));
            }
            LOG.info(() ->
                    (there ? "already redirected family=" : "redirected family=")
                            + family.nft()
                            + " rules="
                            + rules.size()
                            + " outbound="
                            + settings.outboundPort()
                            + " inbound="
                            + settings.inboundPort()
                            + " dns="
                            + settings.dns());
        }
    }

    /** IPv4 always; IPv6 where the pod has such an address, of more than its own link. */
    private List<Family> families() throws IOException {
        List<Family> families = new ArrayList<>(List.of(Family.IPV4));
        if (Files.exists(inet6Addresses)
                && Files.readAllLines(inet6Addresses).stream().anyMatch(Redirect::isGlobal)) {
            families.add(Family.IPV6);
        }
        return families;
    }

    /**
     * A line is: address, interface number, prefix, scope, flags, interface; scope 00 is global.
     */
    private static boolean isGlobal(String line) {
        String[] fields = line.strip().split(" +", -1);
        return fields.length >= 6 && fields[3].equals("00") && !fields[5].equals("lo");
    }

    private static boolean isSame(String listed, String wanted) {
        return lines(listed).equals(lines(wanted));
    }

    private static List<String> lines(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }
}
