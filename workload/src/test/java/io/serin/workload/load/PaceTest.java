// SPDX-License-Identifier: Apache-2.0
package io.serin.workload.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {

    @Test
    void spreadsRequestsEvenly() {
        Pace pace = new Pace(1_000, 200);

        assertThat(pace.due(0)).isEqualTo(1_000);
        assertThat(pace.due(1)).isEqualTo(5_001_000);
        assertThat(pace.due(200)).isEqualTo(1_000_001_000);
    }

    @Test
    void doesNotDriftWhenTheRateDividesNoSecond() {
        Pace pace = new Pace(0, 7);

        assertThat(pace.due(7L * 86_400)).isEqualTo(86_400_000_000_000L);
    }
}
