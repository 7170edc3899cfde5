// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RestartDelayTest {

    @Test
    void doublesFromTenSecondsToFiveMinutesAndForgets() {
        RestartDelay delay = new RestartDelay(RestartDelay.KUBELET);
        assertThat(Stream.generate(() -> delay.after(Duration.ofSeconds(1)).toSeconds()).limit(8))
                .containsExactly(0L, 10L, 20L, 40L, 80L, 160L, 300L, 300L);
        assertThat(delay.after(Duration.ofMinutes(10))).isZero();
        assertThat(delay.after(Duration.ZERO)).hasSeconds(10);
    }
}
