// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The real kubectl, as typed; a test is skipped where there is none. */
record Kubectl(Path home, Path kubeconfig) {

    Kubectl {
        boolean there =
                Arrays.stream(System.getenv("PATH").split(":"))
                        .anyMatch(path -> Files.isExecutable(Path.of(path, "kubectl")));
        assumeTrue(there, "kubectl is not on the PATH");
    }

    record Ended(int exit, String output) {}

    Ended attempt(String words) throws IOException, InterruptedException {
        Process process = start(words, Map.of());
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), output);
    }

    String run(String words) throws IOException, InterruptedException {
        Ended ended = attempt(words);
        assertThat(ended.exit()).as(words + "\n" + ended.output()).isZero();
        return ended.output();
    }

    /** Starts it; what it says on either stream is its standard output. */
    Process start(String words, Map<String, String> environment) throws IOException {
        List<String> command = new ArrayList<>(List.of("kubectl", "--kubeconfig"));
        command.add(kubeconfig.toString());
        command.addAll(List.of(words.split(" ")));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("HOME", home.toString());
        builder.environment().putAll(environment);
        return builder.start();
    }
}
