// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InjectTest {

    private static final String JOB =
            """
            apiVersion: batch/v1
            kind: Job
            metadata: {name: report, namespace: shop}
            spec:
              template:
                metadata:
                  annotations: {sidecar.istio.io/nativeSidecar: "false"}
                spec:
                  restartPolicy: Never
                  containers: [{name: report, image: report}]
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: agent, namespace: shop}
            spec:
              hostNetwork: true
              containers: [{name: agent, image: agent}]
            """;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream stdout = System.out;
    private final PrintStream stderr = System.err;
    @TempDir private Path folder;

    @BeforeEach
    void listen() {
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void stopListening() {
        System.setOut(stdout);
        System.setErr(stderr);
    }

    @Test
    void saysWhatBecameOfEachPodBesideTheManifest() throws IOException {
        Path file = Files.writeString(folder.resolve("job.yaml"), JOB);

        int exit =
                SerinCommand.line().execute("inject", "-f", file.toString(), "--revision", "1-0");

        assertThat(exit).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("---\n")
                .contains("name: istio-proxy")
                .doesNotContain("injected\n");
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .hasSize(3)
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("Job report: injected"),
                        line ->
                                assertThat(line)
                                        .startsWith("Job report: warning: restartPolicy is Never"),
                        line ->
                                assertThat(line)
                                        .startsWith("Pod agent: left as it is: spec.hostNetwork"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {}}\n"})
    void saysThatThereIsNoPod(String manifest) throws IOException {
        Path file = Files.writeString(folder.resolve("service.yaml"), manifest);

        int exit =
                SerinCommand.line().execute("inject", "-f", file.toString(), "--revision", "1-0");

        assertThat(exit).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        file
                                + ": left as it is: no pod and no pod template in it (expected: a"
                                + " Deployment, a Pod or the like)\n");
    }
}
