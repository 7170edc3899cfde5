// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.report;

import java.util.List;

/**
 * One figure of one proxy.
 *
 * @param workload a {@link Figure}'s id
 * @param proxy a contender's id
 * @param rounds how many times it was taken
 * @param values each of them, in the order of the rounds
 */
public record Result(
        String workload,
        String proxy,
        String unit,
        double min,
        double median,
        double max,
        int rounds,
        List<Double> values) {

    public Result {
        values = List.copyOf(values);
        if (values.isEmpty() || rounds != values.size()) {
            throw new IllegalArgumentException(
                    "%s of %s: rounds %d with %d values (expected: as many, 1 or more)"
                            .formatted(workload, proxy, rounds, values.size()));
        }
    }

    /** From what was seen in the rounds, one or more. */
    public static Result of(Figure figure, String proxy, List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return new Result(
                figure.id(),
                proxy,
                figure.unit(),
                sorted.getFirst(),
                median(sorted),
                sorted.getLast(),
                values.size(),
                values);
    }

    static double median(List<Double> sorted) {
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(half)
                : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }
}
