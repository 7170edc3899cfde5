// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.spec;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;

/** A quantity as Kubernetes writes it: {@code 100m}, {@code 64Mi}, {@code 1.5}, {@code 1e3}. */
public record Amount(BigDecimal value) {

    private static final Map<String, BigDecimal> UNITS =
            Map.ofEntries(
                    Map.entry("n", new BigDecimal("1e-9")),
                    Map.entry("u", new BigDecimal("1e-6")),
                    Map.entry("m", new BigDecimal("1e-3")),
                    Map.entry("k", new BigDecimal("1e3")),
                    Map.entry("M", new BigDecimal("1e6")),
                    Map.entry("G", new BigDecimal("1e9")),
                    Map.entry("T", new BigDecimal("1e12")),
                    Map.entry("P", new BigDecimal("1e15")),
                    Map.entry("E", new BigDecimal("1e18")),
                    Map.entry("Ki", BigDecimal.valueOf(1L << 10)),
                    Map.entry("Mi", BigDecimal.valueOf(1L << 20)),
                    Map.entry("Gi", BigDecimal.valueOf(1L << 30)),
                    Map.entry("Ti", BigDecimal.valueOf(1L << 40)),
                    Map.entry("Pi", BigDecimal.valueOf(1L << 50)),
                    Map.entry("Ei", BigDecimal.valueOf(1L << 60)));

    /**
     * @throws ConfigFailure when it is none
     */
    public static Amount parse(String text) {
        String held = text.strip();
        int end = held.length();
        while (end > 0 && Character.isLetter(held.charAt(end - 1))) {
            end--;
        }
        BigDecimal unit = end == held.length() ? BigDecimal.ONE : UNITS.get(held.substring(end));
        try {
            if (unit != null) {
                return new Amount(new BigDecimal(held.substring(0, end)).multiply(unit));
            }
        } catch (NumberFormatException notANumber) {
            // Said below.
        }
        throw new ConfigFailure(
                "quantity: \"" + text + "\" (expected: a number with a unit, e.g. 100m or 64Mi)");
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
