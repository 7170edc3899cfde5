// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.grpc;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Waits between attempts: they double from the least to the most, and each is cut by up to a half
 * at random, so that a thousand proxies do not come back in the same instant.
 *
 * <p>Not thread-safe; one thread owns it.
 */
public final class Backoff {

    private final Duration least;
    private final Duration most;
    private final RandomGenerator random;
    private int failures;

    public Backoff(Duration least, Duration most, RandomGenerator random) {
        this.least = least;
        this.most = most;
        this.random = random;
    }

    /** The wait before the next attempt. */
    public Duration next() {
        long full = least.toMillis() << Math.min(failures, 20);
        failures++;
        long capped = Math.min(full, most.toMillis());
        return Duration.ofMillis(capped / 2 + random.nextLong(capped - capped / 2 + 1));
    }

    /** An attempt was of use: the next failure is a first one. */
    public void reset() {
        failures = 0;
    }
}
