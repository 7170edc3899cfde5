// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.cli.client.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Who asks for the local cluster that runs, by the folder that it keeps. */
class LocalClusterCommandTest {

    @TempDir private Path folder;

    private final StringWriter err = new StringWriter();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private ServerSocketChannel api;

    @BeforeEach
    void start() throws IOException {
        api = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        api.bind(UnixDomainSocketAddress.of(folder.resolve("api.sock")));
        Files.writeString(folder.resolve("kubeconfig"), "kind: Config");
    }

    @Test
    void theOneThatRunsIsPrintedForAShell() throws IOException {
        assertThat(env()).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo("export KUBECONFIG=%s/kubeconfig%n".formatted(folder));
        api.close();
    }

    @Test
    void whatAKilledOneLeftIsNoCluster() throws IOException {
        api.close();
        assertThat(folder.resolve("api.sock")).exists();

        assertThat(env()).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString())
                .contains("no local cluster runs in " + folder, "serin local-cluster up");
        assertThat(out.size()).isZero();
    }

    private int env() {
        CommandLine line = SerinCommand.line().setErr(new PrintWriter(err, true));
        PrintStream before = System.out;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            return line.execute("local-cluster", "env", "--dir", folder.toString());
        } finally {
            System.setOut(before);
        }
    }
}
