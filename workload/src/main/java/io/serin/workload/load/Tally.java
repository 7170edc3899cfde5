// SPDX-License-Identifier: Apache-2.0
package io.serin.workload.load;

import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * How requests ended: in the current span of time, and altogether. Any thread may call; the lock is
 * held for a few counts.
 */
final class Tally {

    private Span current = new Span();
    private final Span all = new Span();

    synchronized void sent(boolean isLate) {
        for (Span span : new Span[] {current, all}) {
            span.sent++;
            span.late += isLate ? 1 : 0;
        }
    }

    synchronized void succeeded(long nanos, String version) {
        for (Span span : new Span[] {current, all}) {
            span.succeeded++;
            span.versions.merge(version, 1L, Long::sum);
            span.record(nanos);
        }
    }

    synchronized void failed(long nanos, String cause) {
        for (Span span : new Span[] {current, all}) {
            span.failed++;
            span.lastFailure = cause;
            span.record(nanos);
        }
    }

    synchronized long outstanding() {
        return all.sent - all.succeeded - all.failed;
    }

    /** What happened since the last call. */
    synchronized Counts turnOver() {
        Counts counts = current.counts();
        current = new Span();
        return counts;
    }

    synchronized Counts total() {
        return all.counts();
    }

    /**
     * Counts of a span of time.
     *
     * @param late requests sent noticeably later than due: this program's own fault
     * @param versions answers by the version of the last server on the path
     */
    record Counts(
            long sent,
            long succeeded,
            long failed,
            long late,
            double p50Millis,
            double p99Millis,
            double maxMillis,
            Map<String, Long> versions,
            @Nullable String lastFailure) {}

    private static final class Span {
        private static final long LONGEST_MICROS = 60_000_000;

        private final Histogram micros = new Histogram(LONGEST_MICROS, 3);
        private final Map<String, Long> versions = new TreeMap<>();
        private long sent;
        private long succeeded;
        private long failed;
        private long late;
        private @Nullable String lastFailure;

        private void record(long nanos) {
            micros.recordValue(Math.min(nanos / 1_000, LONGEST_MICROS));
        }

        private Counts counts() {
            return new Counts(
                    sent,
                    succeeded,
                    failed,
                    late,
                    micros.getValueAtPercentile(50) / 1_000.0,
                    micros.getValueAtPercentile(99) / 1_000.0,
                    micros.getMaxValue() / 1_000.0,
                    Map.copyOf(versions),
                    lastFailure);
        }
    }
}
