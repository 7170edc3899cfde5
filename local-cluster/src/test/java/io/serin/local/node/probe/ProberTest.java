// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class ProberTest {

    /** So long that a test ends before the second regular time. */
    private static final ProbeTiming SLOW = timing(Duration.ofMinutes(10), 2);

    @Test
    void hearsOfTheFirstSuccessBeforeThePeriodIsOver() throws InterruptedException {
        AtomicInteger asked = new AtomicInteger();
        CountDownLatch succeeded = new CountDownLatch(1);

        try (Prober _ = start(SLOW, () -> asked.incrementAndGet() == 3, succeeded)) {
            assertThat(succeeded.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void countsFailuresAtTheRegularTimesOnly() throws InterruptedException {
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch often = new CountDownLatch(4);

        try (Prober _ =
                Prober.start(
                        "test",
                        SLOW,
                        _ -> {
                            often.countDown();
                            return new Check.Outcome(false, "no");
                        },
                        Duration.ZERO,
                        () -> false,
                        listener(told, new CountDownLatch(1)))) {
            assertThat(often.await(20, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(told).containsExactly("unhealthy no");
    }

    private static Prober start(
            ProbeTiming timing, BooleanSupplier healthy, CountDownLatch succeeded) {
        return Prober.start(
                "test",
                timing,
                _ -> new Check.Outcome(healthy.getAsBoolean(), "no"),
                Duration.ZERO,
                () -> false,
                listener(new ArrayList<>(), succeeded));
    }

    private static Prober.Listener listener(List<String> told, CountDownLatch succeeded) {
        return new Prober.Listener() {
            @Override
            public void succeeded() {
                succeeded.countDown();
            }

            @Override
            public void failed(String message) {
                told.add("failed " + message);
            }

            @Override
            public void unhealthy(String message) {
                told.add("unhealthy " + message);
            }
        };
    }

    private static ProbeTiming timing(Duration period, int failureThreshold) {
        return new ProbeTiming(Duration.ZERO, period, Duration.ofSeconds(1), 1, failureThreshold);
    }
}
