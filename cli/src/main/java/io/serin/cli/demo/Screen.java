// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.demo;

import io.serin.cli.demo.event.DemoEvent;
import io.serin.cli.demo.event.DemoEvent.CommandTyped;
import io.serin.cli.demo.event.DemoEvent.Ended;
import io.serin.cli.demo.event.DemoEvent.Fact;
import io.serin.cli.demo.event.DemoEvent.NamespaceLabelled;
import io.serin.cli.demo.event.DemoEvent.Paused;
import io.serin.cli.demo.event.DemoEvent.PodsSeen;
import io.serin.cli.demo.event.DemoEvent.Said;
import io.serin.cli.demo.event.DemoEvent.SceneBegan;
import io.serin.cli.demo.event.DemoEvent.SceneTime;
import io.serin.cli.demo.event.DemoEvent.SecondOfTraffic;
import io.serin.cli.demo.event.DemoEvent.Stopped;
import io.serin.cli.demo.event.DemoEvent.Waiting;
import io.serin.cli.demo.event.DemoEvent.WeightsWanted;
import io.serin.cli.demo.event.TrafficCounts;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * The story on a terminal: plain lines, and where somebody sits there one line that changes. What
 * is waited for holds that line against the traffic of each second, until something is said. Called
 * by one thread at a time.
 */
public final class Screen implements Consumer<DemoEvent> {

    private static final String BOLD = "\u001b[1m";
    private static final String DIM = "\u001b[2m";
    private static final String RESET = "\u001b[0m";
    private static final String CLEAR_LINE = "\r\u001b[2K";

    private enum LiveLine {
        NONE,
        TRAFFIC,
        WAITING,
        /** Whoever answers it ends the line. */
        PROMPT
    }

    private final PrintStream out;
    private final boolean terminal;
    private final boolean colour;
    private LiveLine live = LiveLine.NONE;

    /**
     * @param terminal whether a line may be written over
     */
    public Screen(PrintStream out, boolean terminal, boolean colour) {
        this.out = out;
        this.terminal = terminal;
        this.colour = colour;
    }

    @Override
    public void accept(DemoEvent event) {
        switch (event) {
            case SceneBegan scene -> {
                line("");
                line(styled(BOLD, digit(scene.number()) + " " + scene.title()));
            }
            case Said said -> line("  " + said.text());
            case CommandTyped typed -> line(styled(DIM, "  $ " + typed.command()));
            case Fact fact -> line("    " + fact.text());
            case Waiting waiting -> live(LiveLine.WAITING, "    waiting for " + waiting.what());
            case Paused _ -> pause();
            case SecondOfTraffic second -> {
                if (live == LiveLine.NONE || live == LiveLine.TRAFFIC) {
                    live(LiveLine.TRAFFIC, "    " + traffic(second.counts()));
                }
            }
            case Ended ended -> summary(ended);
            case Stopped _ -> endLiveLine();
            // Seen in the commands that lead to it, and in the facts that come of it.
            case WeightsWanted _, NamespaceLabelled _, PodsSeen _ -> {}
        }
    }

    private void summary(Ended ended) {
        line("");
        line("  summary");
        for (SceneTime scene : ended.scenes()) {
            String took = String.format(Locale.ROOT, "%7s", seconds(scene.took()));
            line("    " + took + "  " + digit(scene.number()) + "  " + scene.title());
        }
        ended.slowestChange()
                .ifPresent(slowest ->
                        line(
                                "    a change of weights was seen in a whole second of traffic after "
                                        + seconds(slowest)
                                        + " at most"));
        TrafficCounts whole = ended.whole();
        line("    requests sent: " + whole.sent() + ", failed: " + whole.failed());
        if (whole.failed() > 0) {
            line("    the last failure: " + ended.lastFailure());
        }
    }

    private static String traffic(TrafficCounts second) {
        return String.format(
                Locale.ROOT,
                "%d requests/s   %.1f %% ok   p99 %.1f ms   %s",
                second.sent(),
                second.percentSucceeded(),
                second.p99Millis(),
                second.versions());
    }

    /** Somebody has to see it even where lines can't be written over. */
    private void pause() {
        endLiveLine();
        out.print("  press Enter to go on ");
        out.flush();
        live = LiveLine.PROMPT;
    }

    private void live(LiveLine what, String text) {
        if (terminal) {
            out.print(CLEAR_LINE + text);
            out.flush();
            live = what;
        }
    }

    private void line(String text) {
        endLiveLine();
        out.println(text);
    }

    private void endLiveLine() {
        if (live == LiveLine.TRAFFIC || live == LiveLine.WAITING) {
            out.println();
        }
        live = LiveLine.NONE;
    }

    private static String seconds(Duration took) {
        return String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1000.0);
    }

    private static char digit(int scene) {
        return "①②③④⑤".charAt(scene - 1);
    }

    private String styled(String style, String text) {
        return colour ? style + text + RESET : text;
    }
}
