// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.serin.cli.client.CliFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines that lack something; their programs are scripts of one line. */
class MachineTest {

    private static final List<String> NEEDED =
            List.of("ip", "nft", "unshare", "nsenter", "unzip", "curl", "nginx");

    @TempDir private Path folder;

    private final List<String> said = new ArrayList<>();
    private Path programs;

    @BeforeEach
    void haveAll() throws IOException {
        programs = Files.createDirectories(folder.resolve("bin"));
        for (String program : NEEDED) {
            script(programs.resolve(program), "exit 0");
        }
    }

    private static void script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Host host(boolean isRoot) {
        return new Host("Linux", "amd64", List.of(programs), isRoot);
    }

    private CliFault refusal(Host host) {
        CliFault fault =
                catchThrowableOfType(CliFault.class, () -> Machine.ready(host, folder, said::add));
        assertThat(fault).isNotNull();
        return fault;
    }

    @Test
    void whatHasAllIsReady() {
        assertThat(Machine.ready(host(true), folder, said::add).flags()).isEmpty();
        assertThat(Machine.ready(host(false), folder, said::add).flags())
                .containsExactly("--user", "--map-root-user", "--map-auto");
        assertThat(said).isEmpty();
    }

    @Test
    void anotherSystemOrProcessorIsNamed() {
        assertThat(refusal(new Host("Darwin", "amd64", List.of(programs), true)))
                .hasMessage("local-cluster needs Linux (found: Darwin)");
        assertThat(refusal(new Host("Linux", "aarch64", List.of(programs), true)))
                .hasMessageContaining("x86-64 (found: aarch64)");
    }

    @Test
    void aUserIsToldWhatToInstall() throws IOException {
        Files.delete(programs.resolve("nft"));
        Files.delete(programs.resolve("nginx"));

        assertThat(refusal(host(false)))
                .hasMessage("there is no nft, no nginx on this machine")
                .extracting(CliFault::next)
                .isEqualTo(
                        "install it by this system's means; on Debian: apt-get install -y"
                                + " --no-install-recommends nftables nginx-light");
        script(programs.resolve("apt-get"), "exit 0");
        assertThat(refusal(host(false)).next())
                .isEqualTo(
                        "install it: sudo apt-get install -y --no-install-recommends nftables"
                                + " nginx-light");
    }

    @Test
    void rootHasItInstalled() throws IOException {
        Files.delete(programs.resolve("nft"));
        script(programs.resolve("apt-get"), "exit 0");
        script(
                folder.resolve("deploy/install-programs"),
                "test $1 = nftables && cp " + programs.resolve("ip ") + programs.resolve("nft"));

        assertThat(Machine.ready(host(true), folder, said::add).flags()).isEmpty();
        assertThat(said)
                .containsExactly(
                        "there is no nft on this machine; installing it: apt-get install -y"
                                + " --no-install-recommends nftables");
    }

    @Test
    void withoutANetworkThePackageIsNamed() throws IOException {
        Files.delete(programs.resolve("nft"));
        script(programs.resolve("apt-get"), "exit 0");
        script(
                folder.resolve("deploy/install-programs"),
                "echo 'E: Unable to locate package nftables' >&2; exit 100");

        CliFault fault = refusal(host(true));

        assertThat(fault)
                .hasMessageStartingWith("there is no nft on this machine, and ")
                .hasMessageContaining("install-programs nftables failed:")
                .hasMessageEndingWith("E: Unable to locate package nftables");
        assertThat(fault.next())
                .isEqualTo("install it: apt-get install -y --no-install-recommends nftables");
    }

    /** It was taken for a user who may make no namespaces. */
    @Test
    void aPackageWithoutItsProgramIsNamed() throws IOException {
        Files.delete(programs.resolve("nft"));
        script(programs.resolve("apt-get"), "exit 0");
        script(folder.resolve("deploy/install-programs"), "exit 0");

        assertThat(refusal(host(true)))
                .hasMessage("there is no nft on this machine, though its package is installed")
                .extracting(CliFault::next)
                .isEqualTo("install it anew: apt-get install --reinstall nftables");
    }

    @Test
    void whoMayMakeNoNamespacesIsToldWhatToEnable() throws IOException {
        script(
                programs.resolve("unshare"),
                "echo 'unshare: unshare failed: Operation not permitted' >&2; exit 1");

        assertThat(refusal(host(false)))
                .hasMessage(
                        "local-cluster needs to make namespaces, and this user may not: unshare:"
                                + " unshare failed: Operation not permitted")
                .extracting(CliFault::next)
                .asString()
                .contains(
                        "be root: sudo ./serin demo",
                        "sysctl -w kernel.unprivileged_userns_clone=1",
                        "newuidmap (apt-get install uidmap)",
                        "/etc/subuid",
                        "--cluster kind");
        assertThat(refusal(host(true)).next())
                .contains("in a privileged one", "./serin demo --kubeconfig FILE");
    }
}
