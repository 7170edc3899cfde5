// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.decide;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "2, 2",
        "1.5, 1.5",
        "100m, 0.1",
        "2000m, 2",
        "250u, 0.00025",
        "128Mi, 134217728",
        "0.5Gi, 536870912",
        "1k, 1000",
        "1e3, 1000",
        "1E, 1000000000000000000",
        "+3, 3"
    })
    void readsWhatKubernetesWrites(String text, BigDecimal amount) {
        assertThat(Quantity.parse(text))
                .hasValueSatisfying(q -> assertThat(q.amount()).isEqualByComparingTo(amount));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "lots", "-1", "1.2.3", "m", "1 Gi", "1gi", "1Mib", "1e", "0x1", "١", "1e999"
            })
    void refusesAllElse(String text) {
        assertThat(Quantity.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1Gi, 1G, 1", "1000m, 1, 0", "1Ki, 1025, -1"})
    void comparesAmounts(String one, String other, int order) {
        assertThat(Quantity.parse(one).orElseThrow().compareTo(Quantity.parse(other).orElseThrow()))
                .isEqualTo(order);
    }
}
