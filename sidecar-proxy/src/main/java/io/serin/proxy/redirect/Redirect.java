// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.redirect;

import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import io.serin.proxy.settings.Resolvers;
import java.io.IOException;
import java.net.Inet6Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/**
 * The step itself: brings the pod's tables to what the flags ask for. Safe to run again, whatever
 * happened before: what is as it should be is left alone, what is not is replaced as a whole.
 */
public final class Redirect {

    private static final Logger LOG = Logger.getLogger("redirect");

    /** As long as that a proof is tried; then the kubelet starts its container again. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String KERNEL =
            "the rules are set, and do nothing (expected: a kernel that redirects what a pod sends"
                    + " to itself)";

    /** Gives the loopback interface an address; one that is there stays. */
    @FunctionalInterface
    interface Loopback {
        void add(Inet6Address address) throws IOException;
    }

    private final Nft nft;
    private final Path inet6Addresses;
    private final Path resolvConf;
    private final Loopback loopback;
    private final Duration patience;

    Redirect(Nft nft, Path inet6Addresses, Path resolvConf, Loopback loopback, Duration patience) {
        this.nft = nft;
        this.inet6Addresses = inet6Addresses;
        this.resolvConf = resolvConf;
        this.loopback = loopback;
        this.patience = patience;
    }

    /** On this machine, in this network namespace. */
    public static Redirect here() {
        return new Redirect(
                new Nft(List.of("nft")),
                Path.of("/proc/net/if_inet6"),
                Resolvers.FILE,
                LoopbackAddress::add,
                PATIENCE);
    }

    /**
     * In the network namespace of the calling thread, which may be another than the process'.
     *
     * @param resolvConf where the name servers of that pod stand
     */
    public static Redirect ofThread(Path resolvConf) {
        return new Redirect(
                new Nft(List.of("nft")),
                Path.of("/proc/thread-self/net/if_inet6"),
                resolvConf,
                LoopbackAddress::add,
                PATIENCE);
    }

    /** All but the doing: its rules go to a program that reads them and changes nothing. */
    public static Redirect rehearsed() {
        return new Redirect(
                new Nft(List.of("sh", "-c", "cat")),
                Path.of("/proc/net/if_inet6"),
                Resolvers.FILE,
                address -> {},
                PATIENCE);
    }

    /**
     * Redirects, or shows that somebody did, or both.
     *
     * @param args Istio's flags
     * @param environment as in {@link System#getenv()}
     * @throws IllegalArgumentException when a flag can't be read, or a variable asks for what is
     *     not supported; nothing has changed then
     * @throws IOException when the kernel refuses; nothing of that family has changed then
     * @throws NotCaptured when a proof was asked for, and did not come in time
     */
    public void run(List<String> args, Map<String, String> environment) throws IOException {
        RedirectOrder order = order(args, environment);
        List<Family> families = families();
        if (order.applies()) {
            for (Family family : families) {
                apply(order.settings(), family, Present.REPLACED);
            }
        }
        if (order.proves()) {
            prove(order, families);
        }
    }

    /**
     * Sets the rules that another program waits for, which shows by itself that they are there. A
     * table that is there stays, whatever it holds: it came before the pod's application, which may
     * not ask for another.
     *
     * @param args that program's
     * @throws IllegalArgumentException as {@link #run}
     * @throws IOException as {@link #run}
     */
    public void answer(List<String> args) throws IOException {
        RedirectOrder order = order(args, Map.of());
        for (Family family : families()) {
            apply(order.settings(), family, Present.LEFT);
        }
    }

    /** What becomes of a table that is there, and is not as it should be. */
    private enum Present {
        REPLACED,
        LEFT
    }

    private RedirectOrder order(List<String> args, Map<String, String> environment)
            throws IOException {
        RedirectVariables.check(environment);
        return RedirectFlags.order(
                args,
                environment,
                Files.exists(resolvConf) ? Resolvers.read(resolvConf) : List.of());
    }

    private void apply(RedirectSettings settings, Family family, Present present)
            throws IOException {
        if (family.inboundSource().first() instanceof Inet6Address source) {
            loopback.add(source);
        }
        List<Rule> rules = RedirectRules.of(settings, family);
        Optional<String> now = nft.list(family);
        boolean there =
                now.map(table -> isSame(table, NftTable.listing(family, rules))).orElse(false);
        if (!there && present == Present.LEFT && now.isPresent()) {
            LOG.warning(
                    "left as it is family="
                            + family.nft()
                            + " table="
                            + NftTable.NAME
                            + " reason=it is there, with other rules (expected: none)");
            return;
        }
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

    private void prove(RedirectOrder order, List<Family> families) throws IOException {
        if (!order.applies()) {
            LOG.info(() ->
                    "waiting for the node agent"
                            + order.revision().map(name -> " revision=" + name).orElse(""));
        }
        long start = System.nanoTime();
        List<Family> missing = new CaptureProof(order.settings()).missing(families, patience);
        if (!missing.isEmpty()) {
            throw new NotCaptured(
                    "not redirected family="
                            + missing.stream().map(Family::nft).collect(Collectors.joining(","))
                            + " waited="
                            + patience.toSeconds()
                            + "s: "
                            + (order.applies() ? KERNEL : nobodyDidIt(order.revision())));
        }
        LOG.info(() ->
                "the proxy gets the pod's traffic families="
                        + families.stream().map(Family::nft).collect(Collectors.joining(","))
                        + " waited_ms="
                        + Duration.ofNanos(System.nanoTime() - start).toMillis());
    }

    private static String nobodyDidIt(Optional<Revision> revision) {
        return "nobody has set this pod's rules (expected: the node agent"
                + revision.map(name -> " of revision " + name).orElse("")
                + " on this node; look at it: kubectl -n "
                + Objects.SYSTEM_NAMESPACE
                + " get daemonset"
                + revision.map(name -> " " + Objects.nodeAgent(name)).orElse("")
                + ")";
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
