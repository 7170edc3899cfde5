// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.plan;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many workloads restart at once: {@code 3}, or {@code 20%} of a namespace's. */
public record BatchSize(int amount, boolean isPercent) {

    /** One after the other. */
    public static final BatchSize ONE = new BatchSize(1, false);

    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,2})(%?)");

    public BatchSize {
        if (amount < 1 || (isPercent && amount > 100)) {
            throw new IllegalArgumentException(
                    "batch: "
                            + amount
                            + (isPercent ? "% (expected: 1% to 100%)" : " (expected: 1 or more)"));
        }
    }

    /**
     * @throws IllegalArgumentException when it is neither
     */
    public static BatchSize parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "batch: '"
                            + text
                            + "' (expected: a number of workloads, 1 to 999, or 1% to 100% of"
                            + " them)");
        }
        return new BatchSize(Integer.parseInt(form.group(1)), !form.group(2).isEmpty());
    }

    /** Of so many workloads; one at least. */
    int of(int workloads) {
        return isPercent ? Math.max(1, workloads * amount / 100) : amount;
    }

    @Override
    public String toString() {
        return amount + (isPercent ? "%" : "");
    }
}
