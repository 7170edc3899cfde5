// SPDX-License-Identifier: Apache-2.0
package io.serin.control.snapshot;

import io.serin.control.index.IndexChange;
import io.serin.control.index.MeshIndex;
import java.time.Duration;

/**
 * Changes that wait to be published together.
 *
 * @param number tells this gathering from the next
 * @param index the latest
 * @param firstNanos when the first of them came
 * @param dueNanos when to publish them, if nothing else comes
 * @param urgent whether one of them can't wait
 */
record Gathering(long number, MeshIndex index, long firstNanos, long dueNanos, boolean urgent) {

    /** How long nothing has to come for a change to be published. */
    static final Duration QUIET = Duration.ofMillis(100);

    /** How long a change waits for its neighbours at most. */
    static final Duration AT_MOST = Duration.ofSeconds(1);

    static Gathering of(long number, IndexChange change, long nanos) {
        return new Gathering(number, change.index(), nanos, nanos, false).and(change, nanos);
    }

    /** With one more. */
    Gathering and(IndexChange change, long nanos) {
        // A proxy that goes on calling an endpoint which is gone fails requests.
        boolean now = urgent || change.removal();
        long quiet = Math.min(nanos + QUIET.toNanos(), firstNanos + AT_MOST.toNanos());
        long due = urgent ? dueNanos : now ? nanos : quiet;
        return new Gathering(number, change.index(), firstNanos, due, now);
    }
}
