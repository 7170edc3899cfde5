// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.local;

import io.serin.cli.client.CliFault;
import io.serin.cli.client.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What the local cluster needs of this machine: a few programs, and the right to make namespaces,
 * as root or in a user namespace.
 *
 * @param flags of {@code unshare}, beyond those for every machine
 */
record Machine(Host host, List<String> flags) {

    /**
     * Root of a user namespace of our own, with the subordinate ids that containers' users need.
     */
    private static final List<String> USER_NAMESPACE =
            List.of("--user", "--map-root-user", "--map-auto");

    private static final List<String> OF_A_USER =
            List.of(
                    "one of:",
                    "be root: sudo ./serin demo",
                    "allow unprivileged user namespaces:"
                            + " sudo sysctl -w kernel.unprivileged_userns_clone=1"
                            + " (on Ubuntu also kernel.apparmor_restrict_unprivileged_userns=0),",
                    "  with newuidmap (apt-get install uidmap) and a line for this user in"
                            + " /etc/subuid and /etc/subgid",
                    "use a cluster instead: ./serin demo --cluster kind");

    private static final List<String> OF_A_CONTAINER =
            List.of(
                    "one of:",
                    "run it outside of this container, or in a privileged one",
                    "use a cluster instead: ./serin demo --kubeconfig FILE");

    private record Need(String program, String debian) {}

    private static final List<Need> PROGRAMS =
            List.of(
                    new Need("ip", "iproute2"),
                    new Need("nft", "nftables"),
                    new Need("unshare", "util-linux"),
                    new Need("nsenter", "util-linux"),
                    new Need("unzip", "unzip"),
                    new Need("curl", "curl"),
                    new Need("nginx", "nginx-light"));

    /**
     * Looks, and installs what is missing where this is root on a Debian-like system.
     *
     * @param home of this build, which knows how to install
     * @throws CliFault that names what is missing and how to get it
     */
    static Machine ready(Host host, Path home, Consumer<String> say) {
        if (!host.system().equals("Linux")) {
            throw CliFault.failed(
                    "local-cluster needs Linux (found: " + host.system() + ")",
                    "use a cluster instead: --cluster kind");
        }
        if (!host.processor().equals("amd64")) {
            throw CliFault.failed(
                    "the sidecar's native libraries are for x86-64 (found: "
                            + host.processor()
                            + ")",
                    "use a machine or a cluster of x86-64: --kubeconfig FILE");
        }
        List<Need> missing = missing(host);
        if (!missing.isEmpty()) {
            install(host, home, missing, say);
        }
        List<String> flags = host.isRoot() ? List.of() : USER_NAMESPACE;
        proveThatItMay(host, flags);
        return new Machine(host, flags);
    }

    private static List<Need> missing(Host host) {
        return PROGRAMS.stream().filter(need -> host.program(need.program()).isEmpty()).toList();
    }

    private static void install(Host host, Path home, List<Need> missing, Consumer<String> say) {
        List<String> packages = missing.stream().map(Need::debian).distinct().toList();
        String command = "apt-get install -y --no-install-recommends " + String.join(" ", packages);
        String what = absence(missing);
        boolean isDebian = host.program("apt-get").isPresent();
        if (!host.isRoot() || !isDebian) {
            throw CliFault.failed(
                    what,
                    isDebian
                            ? "install it: sudo " + command
                            : "install it by this system's means; on Debian: " + command);
        }
        say.accept(what + "; installing it: " + command);
        List<String> words = new ArrayList<>();
        words.add(home.resolve("deploy/install-programs").toString());
        words.addAll(packages);
        try {
            var _ = Program.run(Map.of(), words);
        } catch (CliFault failed) {
            throw CliFault.failed(what + ", and " + failed.getMessage(), "install it: " + command);
        }
        List<Need> left = missing(host);
        if (!left.isEmpty()) {
            throw CliFault.failed(
                    absence(left) + ", though its package is installed",
                    "install it anew: apt-get install --reinstall " + String.join(" ", packages));
        }
    }

    private static String absence(List<Need> missing) {
        return missing.stream()
                .map(Need::program)
                .collect(Collectors.joining(", no ", "there is no ", " on this machine"));
    }

    /** A container's root may be none: it is tried. */
    private static void proveThatItMay(Host host, List<String> flags) {
        List<String> attempt = new ArrayList<>();
        attempt.add(host.program("unshare").orElseThrow().toString());
        attempt.addAll(List.of("--net", "--mount"));
        attempt.addAll(flags);
        attempt.addAll(List.of("nft", "list", "ruleset"));
        try {
            var _ = Program.run(Map.of("PATH", host.path()), attempt);
        } catch (CliFault refused) {
            throw CliFault.failed(
                    "local-cluster needs to make namespaces, and this user may not: "
                            + lastLine(String.valueOf(refused.getMessage())),
                    String.join("\n  ", flags.isEmpty() ? OF_A_CONTAINER : OF_A_USER));
        }
    }

    private static String lastLine(String text) {
        return text.substring(text.lastIndexOf('\n') + 1);
    }
}
