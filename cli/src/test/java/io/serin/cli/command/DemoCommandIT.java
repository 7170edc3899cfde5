// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.cli.RecordedCluster;
import io.serin.cli.client.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * The demo's page, as it is asked for; on a cluster that has nothing, where the story stops early.
 */
class DemoCommandIT {

    @TempDir private Path folder;

    private final PrintStream stdout = System.out;

    @AfterEach
    void restore() {
        System.setOut(stdout);
    }

    @Test
    void saysWhereThePageIs() throws IOException {
        assertThat(demo(ExitCode.FAILED, "--page-port", "0"))
                .containsPattern("  watch it in a browser: http://localhost:\\d+\n\n① A mesh");
    }

    @Test
    void goesOnWithoutThePageWhereItsPortIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());

            assertThat(demo(ExitCode.FAILED, "--page-port", port))
                    .contains("no live page: port " + port + " is held by process")
                    .contains("--page-port PORT", "① A mesh", "$ serin install --revision 1-0");
        }
    }

    @Test
    void doesWithoutThePage() throws IOException {
        assertThat(demo(ExitCode.FAILED, "--no-browser-page"))
                .startsWith("\n① A mesh")
                .doesNotContain("browser", "page");
    }

    @Test
    void refusesWhatIsNoPort() throws IOException {
        assertThat(demo(ExitCode.USAGE, "--page-port", "70000")).isEmpty();
        assertThat(demo(ExitCode.USAGE, "--page-port", "-1")).isEmpty();
    }

    @Test
    void aKubeconfigThatIsNotThereIsNamed() {
        Path absent = folder.resolve("absent");

        assertThat(refusal(ExitCode.USAGE, absent))
                .isEqualTo(
                        "serin: kubeconfig: "
                                + absent
                                + " can't be read (expected: a kubeconfig file)\n");
    }

    @Test
    void aKubeconfigOfAClusterThatIsGonePlaysNothing() throws IOException {
        Path config;
        try (var cluster = new RecordedCluster()) {
            config = cluster.kubeconfig(folder);
        }
        System.setOut(new PrintStream(new ByteArrayOutputStream()));

        assertThat(refusal(ExitCode.UNREACHABLE, config))
                .startsWith("serin: the cluster can't be reached at http://127.0.0.1:")
                .contains(" (context x): ")
                .contains("kubectl version; else give --kubeconfig FILE");
    }

    private static String refusal(int exitCode, Path config) {
        var err = new StringWriter();
        CommandLine line = SerinCommand.line().setErr(new PrintWriter(err, true));
        assertThat(line.execute("demo", "--no-browser-page", "--kubeconfig=" + config))
                .isEqualTo(exitCode);
        return err.toString();
    }

    private String demo(int exitCode, String... options) throws IOException {
        var out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try (var cluster = new RecordedCluster()) {
            String[] arguments = new String[options.length + 5];
            System.arraycopy(
                    new String[] {
                        "demo",
                        "--keep",
                        "--scene",
                        "1",
                        "--kubeconfig=" + cluster.kubeconfig(folder)
                    },
                    0,
                    arguments,
                    0,
                    5);
            System.arraycopy(options, 0, arguments, 5, options.length);
            assertThat(SerinCommand.run(arguments)).isEqualTo(exitCode);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
