// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.telemetry;

import java.util.concurrent.TimeUnit;

/** The requests of one label set, code and flags. One event loop writes; see {@link LoopMeter}. */
final class RequestSeries {

    /** Upper bounds in milliseconds; the last bucket is without. */
    static final double[] BOUNDS = {
        0.5, 1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1000, 2500, 5000, 10000, 30000, 60000
    };

    private static final long[] BOUND_NANOS = new long[BOUNDS.length];

    static {
        for (int i = 0; i < BOUNDS.length; i++) {
            BOUND_NANOS[i] = (long) (BOUNDS[i] * TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    final int code;
    final String flags;
    final long[] buckets = new long[BOUNDS.length + 1];
    long count;
    long sumNanos;

    RequestSeries(int code, String flags) {
        this.code = code;
        this.flags = flags;
    }

    void record(long nanos) {
        count++;
        sumNanos += nanos;
        int i = 0;
        while (i < BOUND_NANOS.length && nanos > BOUND_NANOS[i]) {
            i++;
        }
        buckets[i]++;
    }

    void add(RequestSeries other) {
        count += other.count;
        sumNanos += other.sumNanos;
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] += other.buckets[i];
        }
    }
}
