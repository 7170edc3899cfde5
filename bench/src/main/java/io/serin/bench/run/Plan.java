// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.run;

import java.time.Duration;

/**
 * How long everything takes.
 *
 * @param starts how often each proxy is started
 * @param warmUp saturating load before anything counts, whole seconds; three times as much where it
 *     has not come to {@code warmRequests}, since a compiler counts calls and not seconds
 * @param rounds in each of which everyone has one turn
 * @param saturated of a turn, whole seconds
 * @param paced of a turn
 * @param tcp of a turn
 */
public record Plan(
        int starts,
        int warmUp,
        long warmRequests,
        int rounds,
        int saturated,
        Duration paced,
        Duration tcp) {

    /** A first table, in 90 seconds. */
    public static final Plan QUICK =
            new Plan(3, 4, 80_000, 5, 1, Duration.ofMillis(800), Duration.ofMillis(250));

    /** In 15 minutes at most. */
    public static final Plan FULL =
            new Plan(9, 20, 400_000, 7, 6, Duration.ofSeconds(8), Duration.ofSeconds(1));

    public Plan withRounds(int wanted) {
        return new Plan(starts, warmUp, warmRequests, wanted, saturated, paced, tcp);
    }
}
