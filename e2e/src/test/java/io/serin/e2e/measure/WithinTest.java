// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class WithinTest {

    private static String page(int fast, int all) {
        return """
        # TYPE took_seconds histogram
        took_seconds_bucket{name="a",le="0.005"} 0
        took_seconds_bucket{name="a",le="0.02"} %d
        took_seconds_bucket{name="a",le="+Inf"} %d
        took_seconds_bucket{name="b",le="0.02"} 1
        took_seconds_bucket{name="b",le="+Inf"} 1
        took_seconds_count{name="a"} %2$d
        took_seconds_other_bucket{le="0.02"} 1000
        """
                .formatted(fast, all);
    }

    @Test
    void addsLabelsAndTakesOffWhatWasBefore() {
        Within before = Within.of(page(10, 20), "took_seconds", "0.02");
        Within after = Within.of(page(109, 120), "took_seconds", "0.02");
        assertThat(before).isEqualTo(new Within(11, 21));
        assertThat(after.percentSince(before)).isEqualTo(99);
    }

    @Test
    void saysWhichBoundIsMissing() {
        assertThatThrownBy(() -> Within.of(page(1, 2), "took_seconds", "0.05"))
                .hasMessage("took_seconds: no bucket le=\"0.05\"");
    }
}
