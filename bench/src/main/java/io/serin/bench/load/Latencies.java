// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.load;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What came of some load.
 *
 * @param fromDue from when a request was due to the last byte of its answer, in nanoseconds; one
 *     that was never answered counts with the time that it has waited
 * @param fromSent the same from when it was sent: what a client sees that waits for one answer
 *     before it thinks of the next, and so does not see
 * @param answered with a status of 200
 * @param failed with another status, or not at all
 */
public record Latencies(Histogram fromDue, Histogram fromSent, long answered, long failed) {

    private static final long LONGEST = TimeUnit.MINUTES.toNanos(10);

    static Histogram histogram() {
        return new Histogram(LONGEST, 3);
    }

    /** In microseconds, from when requests were due. */
    public double micros(double percentile) {
        return fromDue.getValueAtPercentile(percentile) / 1e3;
    }
}
