// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.cli.demo.event.DemoEvent;
import io.serin.cli.demo.event.DemoEvent.CommandTyped;
import io.serin.cli.demo.event.DemoEvent.Ended;
import io.serin.cli.demo.event.DemoEvent.Paused;
import io.serin.cli.demo.event.DemoEvent.SceneBegan;
import io.serin.cli.demo.event.DemoEvent.SecondOfTraffic;
import io.serin.cli.demo.event.DemoEvent.Stopped;
import io.serin.cli.demo.event.DemoEvent.Waiting;
import io.serin.cli.demo.event.TrafficCounts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the terminal shows, whole, in golden files: {@code -Dgolden=update} rewrites them. */
class ScreenTest {

    private static final Path GOLDEN = Path.of("src/test/resources/io/serin/cli/demo/golden");
    private static final TrafficCounts SECOND =
            new TrafficCounts(200, 199, 1, 3.25, Map.of("v1", 200L));

    @ParameterizedTest
    @CsvSource({
        "plain.txt, false, false",
        "terminal.txt, true, true",
        "no-colour.txt, true, false"
    })
    void tellsTheWholeStory(String golden, boolean terminal, boolean colour) throws IOException {
        List<DemoEvent> story =
                ScriptedStory.cues().stream().map(ScriptedStory.Cue::event).toList();

        String shown = shown(terminal, colour, story);

        Path file = GOLDEN.resolve(golden);
        if ("update".equals(System.getProperty("golden"))) {
            Files.writeString(file, shown);
        }
        assertThat(shown).isEqualTo(Files.readString(file));
    }

    @Test
    void whatIsWaitedForHoldsTheLineAgainstTheTraffic() {
        assertThat(
                        shown(
                                true,
                                false,
                                List.of(
                                        new Waiting("a pod"),
                                        new SecondOfTraffic(SECOND),
                                        new CommandTyped("ls"))))
                .isEqualTo("␍␛[2K    waiting for a pod\n  $ ls\n");
    }

    @Test
    void thePromptIsNotWrittenOver() {
        assertThat(
                        shown(
                                true,
                                false,
                                List.of(
                                        new Paused(),
                                        new SecondOfTraffic(SECOND),
                                        new SceneBegan(2, 5, "Next"))))
                .isEqualTo("  press Enter to go on \n② Next\n");
    }

    @Test
    void aFailureIsNamedAtTheEnd() {
        var ended = new Ended(List.of(), Optional.empty(), SECOND, "503 after 12 ms: SRN2103");
        assertThat(shown(false, false, List.of(ended)))
                .isEqualTo(
                        """

                          summary
                            requests sent: 200, failed: 1
                            the last failure: 503 after 12 ms: SRN2103
                        """);
    }

    @Test
    void whatStopsTheStoryLeavesTheLineToWhoeverExplains() {
        assertThat(shown(true, false, List.of(new Waiting("a pod"), new Stopped("timed out"))))
                .isEqualTo("␍␛[2K    waiting for a pod\n");
    }

    /** Escapes and returns as signs that can be read. */
    private static String shown(boolean terminal, boolean colour, List<DemoEvent> events) {
        var bytes = new ByteArrayOutputStream();
        var screen =
                new Screen(new PrintStream(bytes, true, StandardCharsets.UTF_8), terminal, colour);
        events.forEach(screen);
        return bytes.toString(StandardCharsets.UTF_8).replace('\u001b', '␛').replace('\r', '␍');
    }
}
