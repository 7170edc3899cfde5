// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.run;

import java.util.Locale;

/** Shares, for people. */
final class Percent {

    private Percent() {}

    /** {@code 99 %}, {@code 98.7 %}. */
    static String text(double percent) {
        String text = String.format(Locale.ROOT, "%.1f", percent);
        return (text.endsWith(".0") ? text.substring(0, text.length() - 2) : text) + " %";
    }
}
