// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountTest {

    @ParameterizedTest
    @CsvSource({
        "1,       1,    1",
        "100m,    1,    1",
        "1500m,   1,    2",
        "1500m,   1m,   1500",
        "64Mi,    1Mi,  64",
        "64Mi,    1,    67108864",
        "1Gi,     1M,   1074",
        "1e3,     1,    1000",
        "1.5,     1m,   1500",
    })
    void dividesRoundingUp(String amount, String divisor, long expected) {
        assertThat(Amount.parse(amount).dividedBy(Amount.parse(divisor))).isEqualTo(expected);
    }

    @Test
    void saysWhatIsNone() {
        assertThatThrownBy(() -> Amount.parse("12Q"))
                .isInstanceOf(ConfigFailure.class)
                .hasMessageContaining("\"12Q\"");
    }
}
