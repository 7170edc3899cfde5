// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.cli.client.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;

class HelpTest {

    @TestFactory
    Stream<DynamicTest> everyCommandSaysWhatItDoes() {
        return commands(SerinCommand.line(), List.of())
                .map(command ->
                        DynamicTest.dynamicTest(
                                "serin " + String.join(" ", command),
                                () -> {
                                    List<String> typed = new ArrayList<>(command);
                                    typed.add("--help");

                                    assertThat(answer(typed))
                                            .startsWith(
                                                    ("Usage: serin " + String.join(" ", command))
                                                            .strip())
                                            .contains("--help")
                                            .as("each value has a name")
                                            .doesNotContainPattern("<\\w+>");
                                }));
    }

    /** The list of commands shows the first line alone. */
    @TestFactory
    Stream<DynamicTest> everyCommandsFirstLineIsASentence() {
        return commands(SerinCommand.line(), List.of())
                .map(command ->
                        DynamicTest.dynamicTest(
                                "serin " + String.join(" ", command),
                                () -> {
                                    CommandLine line = SerinCommand.line();
                                    for (String name : command) {
                                        line =
                                                Objects.requireNonNull(
                                                        line.getSubcommands().get(name));
                                    }

                                    assertThat(
                                                    line.getCommandSpec()
                                                            .usageMessage()
                                                            .description()[0])
                                            .endsWith(".");
                                }));
    }

    @Test
    void whoMisspellsACommandIsToldOfTheNearest() {
        StringWriter err = new StringWriter();
        CommandLine line = SerinCommand.line().setErr(new PrintWriter(err, true));

        assertThat(line.execute("chek")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("did you mean: serin check");
    }

    @Test
    void saysItsVersion() {
        assertThat(answer(List.of("--version"))).startsWith("serin 0.");
    }

    private static Stream<List<String>> commands(CommandLine line, List<String> path) {
        return Stream.concat(
                Stream.of(path),
                line.getSubcommands().entrySet().stream()
                        .flatMap(entry -> {
                            List<String> below = new ArrayList<>(path);
                            below.add(entry.getKey());
                            return commands(entry.getValue(), below);
                        }));
    }

    /** What it prints; all is well with it, and nothing is said beside it. */
    private static String answer(List<String> typed) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = SerinCommand.line();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));

        assertThat(line.execute(typed.toArray(String[]::new))).isZero();
        assertThat(err.toString()).isEmpty();
        return out.toString();
    }
}
