// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.main;

import java.io.PrintStream;
import java.time.Duration;

/** What is happening, in one line that is written over, where there is a terminal. */
final class Progress {

    private final PrintStream out;

    /** Said by bench/run: a JVM can't tell of its standard error. */
    private final boolean isTerminal = Boolean.getBoolean("serin.terminal");

    private final long start = System.nanoTime();

    Progress(PrintStream out) {
        this.out = out;
    }

    void now(String what) {
        if (isTerminal) {
            out.print("\r\033[K%4d s  %s".formatted(seconds(), what));
            out.flush();
        }
    }

    /** A line that stays. */
    void note(String line) {
        clear();
        out.println(line);
    }

    void end() {
        clear();
        out.println("done in " + seconds() + " s");
    }

    private void clear() {
        if (isTerminal) {
            out.print("\r\033[K");
        }
    }

    private long seconds() {
        return Duration.ofNanos(System.nanoTime() - start).toSeconds();
    }
}
