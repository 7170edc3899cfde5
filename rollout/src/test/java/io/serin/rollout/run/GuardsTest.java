// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class GuardsTest {

    @Test
    void laysWhatIsSaidOverTheDefaults() {
        assertThat(Guards.parse(List.of("ready=90s", "success-rate=99.5%")))
                .isEqualTo(
                        new Guards(
                                Duration.ofSeconds(90),
                                OptionalDouble.of(99.5),
                                Guards.DEFAULT.watch()));
        assertThat(Guards.parse(List.of("success-rate=off")).successPercent()).isEmpty();
        assertThat(Guards.parse(List.of())).isEqualTo(Guards.DEFAULT);
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        for (String wrong :
                List.of("latency=5", "ready=5", "ready=", "success-rate=101", "watch=0s", "x")) {
            assertThatThrownBy(() -> Guards.parse(List.of(wrong)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "guard: '%s' (expected: ready=5m, success-rate=99%% or".formatted(wrong)
                                    + " success-rate=off, watch=5s)");
        }
    }

    @Test
    void saysWhatHasToHold() {
        assertThat(Guards.DEFAULT)
                .hasToString(
                        "each batch ready and in sync within 300 s; then for 5 s at least 99 % of"
                                + " its requests succeed");
    }
}
