// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NewcomersTest {

    private static final int PID = 7;

    private final Newcomers newcomers = new Newcomers(Duration.ofMillis(100));

    private boolean isDue(long ms) {
        return newcomers.due(List.of(PID), ms * 1_000_000).contains(PID);
    }

    /** A container that is slow to become its program is found a quarter of that time later. */
    @Test
    void looksMoreSeldomTheOlderAProcessIs() {
        List<Long> looks = new ArrayList<>();
        for (long ms = 0; ms <= 3000; ms += 100) {
            if (isDue(ms)) {
                looks.add(ms);
            }
        }
        assertThat(looks)
                .containsExactly(
                        0L, 100L, 200L, 300L, 400L, 500L, 700L, 900L, 1200L, 1500L, 1900L, 2400L,
                        3000L);
    }

    @Test
    void whatIsDoneIsNotLookedAtAgainUnlessItIsAskedFor() {
        assertThat(isDue(0)).isTrue();
        newcomers.done(PID);
        assertThat(isDue(60_000)).isFalse();
        newcomers.again(PID);
        assertThat(isDue(60_100)).isTrue();
    }

    @Test
    void aNumberThatIsGivenAgainIsAnotherProcess() {
        assertThat(isDue(0)).isTrue();
        newcomers.done(PID);
        assertThat(newcomers.due(List.of(), 1)).isEmpty();
        assertThat(isDue(1)).isTrue();
    }
}
