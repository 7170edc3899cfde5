// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.probe;

/** Counts answers in a row: what a probe holds for true. Used by one thread. */
final class Verdict {

    enum Change {
        NONE,
        SUCCEEDED,
        FAILED
    }

    private final ProbeTiming timing;
    private int row;
    private boolean last;
    private Change held = Change.NONE;

    Verdict(ProbeTiming timing) {
        this.timing = timing;
    }

    /**
     * What one more answer changes. A failure is told each time that the threshold is reached anew.
     */
    Change add(boolean success) {
        row = row > 0 && last == success ? row + 1 : 1;
        last = success;
        if (row < (success ? timing.successThreshold() : timing.failureThreshold())) {
            return Change.NONE;
        }
        Change now = success ? Change.SUCCEEDED : Change.FAILED;
        if (now == held) {
            return Change.NONE;
        }
        held = now;
        return now;
    }
}
