// SPDX-License-Identifier: Apache-2.0
package io.serin.local.api;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;

/** Amounts as Kubernetes writes them: {@code 100m}, {@code 64Mi}, {@code 1.5}, {@code 1e3}. */
public final class Quantity {

    private static final Map<String, BigDecimal> UNITS =
            Map.ofEntries(
                    Map.entry("n", new BigDecimal("1e-9")),
                    Map.entry("u", new BigDecimal("1e-6")),
                    Map.entry("m", new BigDecimal("1e-3")),
                    Map.entry("", BigDecimal.ONE),
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

    private Quantity() {}

    /** In cores or bytes; empty when the text is none. */
    public static Optional<BigDecimal> parse(String text) {
        String held = text.strip();
        int end = held.length();
        while (end > 0 && Character.isLetter(held.charAt(end - 1))) {
            end--;
        }
        BigDecimal unit = UNITS.get(held.substring(end));
        if (unit == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new BigDecimal(held.substring(0, end)).multiply(unit));
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        }
    }
}
