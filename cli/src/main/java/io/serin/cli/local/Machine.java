// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.local;

import io.serin.cli.client.CliFault;
import io.serin.cli.client.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What the local cluster needs of this machine: a few programs, and the right to make namespaces,
 * as root or in a user namespace.
 *
 * @param flags of {@code unshare}, beyond those for every machine
 */
record Machine(List<String> flags) {

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
    static Machine ready(Path home, Consumer<String> say) {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            throw CliFault.failed(
                    "local-cluster needs Linux (found: " + System.getProperty("os.name") + ")",
                    "use a cluster instead: --cluster kind");
        }
        if (!System.getProperty("os.arch", "").equals("amd64")) {
            throw CliFault.failed(
                    "the sidecar's native libraries are for x86-64 (found: "
                            + System.getProperty("os.arch")
                            + ")",
                    "use a machine or a cluster of x86-64: --kubeconfig FILE");
        }
        Set<String> packages = new LinkedHashSet<>();
        List<String> missing = new ArrayList<>();
        for (Need need : PROGRAMS) {
            if (!Program.isThere(need.program()) && !isInSbin(need.program())) {
                missing.add(need.program());
                packages.add(need.debian());
            }
        }
        if (!missing.isEmpty()) {
            install(home, missing, List.copyOf(packages), say);
        }
        List<String> flags = isRoot() ? List.of() : USER_NAMESPACE;
        proveThatItMay(flags);
        return new Machine(flags);
    }

    /** Debian keeps administrators' programs out of users' PATH. */
    private static boolean isInSbin(String program) {
        return Files.isExecutable(Path.of("/usr/sbin", program))
                || Files.isExecutable(Path.of("/sbin", program));
    }

    private static void install(
            Path home, List<String> missing, List<String> packages, Consumer<String> say) {
        String command = "apt-get install -y --no-install-recommends " + String.join(" ", packages);
        String what = "there is no " + String.join(", no ", missing) + " on this machine";
        if (!isRoot() || !Program.isThere("apt-get")) {
            throw CliFault.failed(
                    what,
                    Program.isThere("apt-get")
                            ? "install it: sudo " + command
                            : "install it by this system's means; on Debian: " + command);
        }
        say.accept(what + "; installing it: " + command);
        List<String> words = new ArrayList<>();
        words.add(home.resolve("deploy/install-programs").toString());
        words.addAll(packages);
        var _ = Program.run(Map.of(), words);
    }

    private static boolean isRoot() {
        return "0".equals(userId());
    }

    private static String userId() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("Uid:")) {
                    return line.split("\\s+", -1)[2];
                }
            }
            return "";
        } catch (IOException noProc) {
            throw CliFault.failed("/proc can't be read: " + noProc.getMessage(), "");
        }
    }

    /** A container's root may be none: it is tried. */
    private static void proveThatItMay(List<String> flags) {
        List<String> attempt = new ArrayList<>(List.of("unshare", "--net", "--mount"));
        attempt.addAll(flags);
        attempt.addAll(List.of("nft", "list", "ruleset"));
        try {
            var _ = Program.run(Map.of("PATH", path()), attempt);
        } catch (CliFault refused) {
            throw CliFault.failed(
                    "local-cluster needs to make namespaces, and this user may not: "
                            + lastLine(String.valueOf(refused.getMessage())),
                    String.join("\n  ", flags.isEmpty() ? OF_A_CONTAINER : OF_A_USER));
        }
    }

    /** Where administrators' programs are found too. */
    static String path() {
        String held = System.getenv("PATH");
        return (held == null ? "/usr/bin:/bin" : held) + ":/usr/sbin:/sbin";
    }

    private static String lastLine(String text) {
        return text.substring(text.lastIndexOf('\n') + 1);
    }
}
