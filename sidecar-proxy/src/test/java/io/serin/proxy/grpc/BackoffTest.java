// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {

    /** Always the most that was asked for. */
    private static final RandomGenerator MOST =
            new RandomGenerator() {
                @Override
                public long nextLong() {
                    return 0;
                }

                @Override
                public long nextLong(long bound) {
                    return bound - 1;
                }
            };

    @Test
    void doublesUpToItsMost() {
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), MOST);

        assertThat(IntStream.range(0, 6).mapToLong(i -> backoff.next().toMillis()))
                .containsExactly(100L, 200L, 400L, 800L, 1000L, 1000L);
    }

    @Test
    void startsAnewAfterSuccess() {
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), MOST);
        for (int i = 0; i < 5; i++) {
            assertThat(backoff.next()).isPositive();
        }

        backoff.reset();

        assertThat(backoff.next()).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void spreadsWaitsOverTheirUpperHalfForEver() {
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(3), new Random(7));
        for (int i = 0; i < 10; i++) {
            assertThat(backoff.next()).isPositive();
        }

        List<Long> waits =
                IntStream.range(0, 1000).mapToLong(i -> backoff.next().toMillis()).boxed().toList();

        assertThat(waits).allMatch(wait -> wait >= 1500 && wait <= 3000);
        assertThat(waits).anyMatch(wait -> wait < 1600).anyMatch(wait -> wait > 2900);
    }
}
