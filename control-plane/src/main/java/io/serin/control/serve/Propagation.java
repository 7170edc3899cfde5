// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import io.serin.control.snapshot.Snapshots;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * How long each configuration takes to the last proxy. Counts, for each that some proxy has yet to
 * take, how many; a proxy that skips one has taken it with the next.
 *
 * <p>Owned by the verticle's event loop.
 */
final class Propagation {

    /** A proxy that never answers must not keep all configurations since. */
    private static final int MAX_OPEN = 64;

    private final AdsMetrics metrics;
    private final NavigableMap<Long, Open> open = new TreeMap<>();
    private final Map<Long, Long> taken = new HashMap<>();

    private static final class Open {

        final long changedNanos;
        int waiting;

        Open(long changedNanos, int waiting) {
            this.changedNanos = changedNanos;
            this.waiting = waiting;
        }
    }

    Propagation(AdsMetrics metrics) {
        this.metrics = metrics;
    }

    /** A proxy came; what was published before it did is not late for it. */
    void joined(long stream, long number) {
        taken.put(stream, number);
    }

    void left(long stream, long nanos) {
        Long last = taken.remove(stream);
        if (last != null) {
            close(last, Long.MAX_VALUE, nanos);
        }
    }

    /** A configuration is about to be sent. */
    void published(Snapshots snapshots) {
        // One that joined just now may have been given it already.
        int waiting =
                (int) taken.values().stream().filter(last -> last < snapshots.number()).count();
        if (waiting > 0) {
            open.put(snapshots.number(), new Open(snapshots.changedNanos(), waiting));
        }
        while (open.size() > MAX_OPEN) {
            open.pollFirstEntry();
        }
    }

    /** A proxy holds this, and has nothing left to answer. */
    void took(long stream, Snapshots snapshots, long nanos) {
        Long last = taken.get(stream);
        if (last == null || last >= snapshots.number()) {
            return;
        }
        taken.put(stream, snapshots.number());
        metrics.converged(Duration.ofNanos(nanos - snapshots.changedNanos()));
        close(last, snapshots.number(), nanos);
    }

    private void close(long after, long upTo, long nanos) {
        Iterator<Open> each = open.subMap(after, false, upTo, true).values().iterator();
        while (each.hasNext()) {
            Open configuration = each.next();
            configuration.waiting--;
            if (configuration.waiting == 0) {
                metrics.propagated(Duration.ofNanos(nanos - configuration.changedNanos));
                each.remove();
            }
        }
    }
}
