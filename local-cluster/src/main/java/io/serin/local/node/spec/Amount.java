// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.spec;

import io.serin.local.api.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** A quantity as Kubernetes writes it: {@code 100m}, {@code 64Mi}, {@code 1.5}, {@code 1e3}. */
public record Amount(BigDecimal value) {

    /**
     * @throws ConfigFailure when it is none
     */
    public static Amount parse(String text) {
        return Quantity.parse(text)
                .map(Amount::new)
                .orElseThrow(() ->
                        new ConfigFailure(
                                "quantity: \""
                                        + text
                                        + "\" (expected: a number with a unit, e.g. 100m or 64Mi)"));
    }

    /** How many of {@code divisor} it takes, rounded up, as {@code resourceFieldRef} does. */
    public long dividedBy(Amount divisor) {
        return value.divide(divisor.value, 0, RoundingMode.CEILING).longValueExact();
    }

    /** In whole units, rounded up. */
    public long whole() {
        return value.setScale(0, RoundingMode.CEILING).longValue();
    }
}
