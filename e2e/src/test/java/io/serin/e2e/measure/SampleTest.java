// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SampleTest {

    @Test
    void readsPercentilesOffTheOrderedValues() {
        Sample sample = new Sample();
        for (int value : new int[] {30, 10, 20, 20, 40}) {
            sample.add(value);
        }

        assertThat(sample.percentile(0)).isEqualTo(10);
        assertThat(sample.percentile(50)).isEqualTo(20);
        assertThat(sample.percentile(99)).isEqualTo(40);
        assertThat(sample.percentile(100)).isEqualTo(40);
    }
}
