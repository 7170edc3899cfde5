// SPDX-License-Identifier: Apache-2.0
package io.serin.workload.load;

/**
 * When each request is due. Latency is measured from there, not from when it was really sent, so
 * that a stall is seen by all who would have been served in it (the trap that Gil Tene named
 * "coordinated omission").
 *
 * @param start the first request's time, on the clock of {@link System#nanoTime()}
 * @param rate requests per second
 */
record Pace(long start, int rate) {

    private static final long SECOND = 1_000_000_000L;

    /**
     * The time of request {@code n}, counted from 0; exact over any length, since not summed up.
     */
    long due(long n) {
        return start + n / rate * SECOND + n % rate * SECOND / rate;
    }
}
