// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.cli.RecordedCluster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/**
 * Commands as they are typed, on a recorded cluster.
 *
 * @param folder for its kubeconfig
 */
record Typed(RecordedCluster cluster, Path folder) {

    /** What a command prints that does what it was told. */
    String run(String... arguments) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            assertThat(SerinCommand.run(onCluster(arguments))).isZero();
        } finally {
            System.setOut(before);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** What a command says that ends with this exit code. */
    String refusal(int exitCode, String... arguments) throws IOException {
        StringWriter said = new StringWriter();
        CommandLine line = SerinCommand.line().setErr(new PrintWriter(said, true));
        PrintStream before = System.out;
        System.setOut(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));
        try {
            assertThat(line.execute(onCluster(arguments))).as(said.toString()).isEqualTo(exitCode);
        } finally {
            System.setOut(before);
        }
        return said.toString();
    }

    String[] onCluster(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--kubeconfig", cluster.kubeconfig(folder).toString()));
        return all.toArray(String[]::new);
    }
}
