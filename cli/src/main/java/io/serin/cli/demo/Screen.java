// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.demo;

import java.io.IOException;
import java.io.PrintStream;

/** Where the story is told: plain lines, and on a terminal one line that changes. */
public final class Screen {

    private static final String BOLD = "\u001b[1m";
    private static final String DIM = "\u001b[2m";
    private static final String RESET = "\u001b[0m";
    private static final String CLEAR_LINE = "\r\u001b[2K";

    private final PrintStream out;
    private final boolean terminal;
    private final boolean colour;
    private final boolean pause;
    private boolean liveLine;

    /**
     * @param pause whether to wait for a key between scenes
     */
    public Screen(PrintStream out, boolean terminal, boolean pause) {
        this.out = out;
        this.terminal = terminal;
        this.colour = terminal && System.getenv("NO_COLOR") == null;
        this.pause = pause;
    }

    public void scene(int number, String title) {
        endLiveLine();
        out.println();
        out.println(styled(BOLD, "①②③④⑤".charAt(number - 1) + " " + title));
    }

    /** What happens. */
    public void say(String text) {
        endLiveLine();
        out.println("  " + text);
    }

    /** What a person would type for it. */
    public void command(String text) {
        endLiveLine();
        out.println(styled(DIM, "  $ " + text));
    }

    /** What is going on just now: one changing line on a terminal, else nothing. */
    public void live(String text) {
        if (terminal) {
            out.print(CLEAR_LINE + "    " + text);
            out.flush();
            liveLine = true;
        }
    }

    /** A number worth keeping. */
    public void fact(String text) {
        endLiveLine();
        out.println("    " + text);
    }

    /** Between scenes. */
    public void betweenScenes() {
        if (!pause) {
            return;
        }
        endLiveLine();
        out.print("  press Enter to go on ");
        out.flush();
        try {
            while (System.in.read() != '\n') {
                // Whatever else is typed.
            }
        } catch (IOException closed) {
            out.println();
        }
    }

    private void endLiveLine() {
        if (liveLine) {
            out.println();
            liveLine = false;
        }
    }

    private String styled(String style, String text) {
        return colour ? style + text + RESET : text;
    }
}
