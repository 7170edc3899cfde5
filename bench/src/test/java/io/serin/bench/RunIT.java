// SPDX-License-Identifier: Apache-2.0
package io.serin.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script {@code bench/run}, in a tree whose programs only say that they were called. */
class RunIT {

    @TempDir private Path tree;

    @BeforeEach
    void plant() throws IOException {
        Files.createDirectories(tree.resolve("bench/target"));
        Files.copy(Path.of("run"), tree.resolve("bench/run"));
        program("deploy/package", "echo package \"$@\"");
        program("build", "echo \"$(dirname \"$0\")/jdk\"");
        program("jdk/bin/java", "echo java \"${@: -2}\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run --help", "compare --help", "compare -h", "-x --version"})
    void aPageWaitsForNoBuild(String typed) throws IOException, InterruptedException {
        Files.createFile(tree.resolve("bench/target/packaged"));

        assertThat(run(typed)).containsExactly("java " + typed);
    }

    @Test
    void aPageIsBuiltWhereThereIsNone() throws IOException, InterruptedException {
        assertThat(run("compare --help"))
                .containsExactly("package bench sidecar-proxy", "java compare --help");
    }

    @Test
    void whatComparesIsOfTheTreeAsItIs() throws IOException, InterruptedException {
        Files.createFile(tree.resolve("bench/target/packaged"));

        assertThat(run("compare before.json"))
                .containsExactly("package bench sidecar-proxy", "java compare before.json");
    }

    private void program(String name, String script) throws IOException {
        Path file = tree.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/usr/bin/env bash\n" + script + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    /** What it says, line by line; all is well with it. */
    private List<String> run(String typed) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("bash", tree.resolve("bench/run").toString()));
        command.addAll(List.of(typed.split(" ", -1)));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said.lines().toList();
    }
}
