// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.stage;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for a condition; never for time. */
public final class Waiting {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private Waiting() {}

    public static void until(String what, Callable<Boolean> condition) {
        until(what, PATIENCE, condition);
    }

    public static void until(String what, Duration atMost, Callable<Boolean> condition) {
        until(what, atMost, Duration.ofMillis(200), condition);
    }

    /** To know when it was: asks twenty times a second. */
    public static void closely(String what, Callable<Boolean> condition) {
        until(what, PATIENCE, Duration.ofMillis(50), condition);
    }

    private static void until(
            String what, Duration atMost, Duration pause, Callable<Boolean> condition) {
        await(what).atMost(atMost).pollDelay(Duration.ZERO).pollInterval(pause).until(condition);
    }
}
