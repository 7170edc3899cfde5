// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One figure as a multiple of another's, round by round: what slowed the machine down slowed both,
 * since they took turns.
 */
final class Ratio {

    private Ratio() {}

    /** Empty where the rounds don't fit, or where there is nothing to divide by. */
    static Optional<Result> of(Result one, Result by) {
        if (one.rounds() != by.rounds() || by.min() <= 0) {
            return Optional.empty();
        }
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < one.rounds(); i++) {
            values.add(one.values().get(i) / by.values().get(i));
        }
        List<Double> sorted = values.stream().sorted().toList();
        return Optional.of(
                new Result(
                        one.workload(),
                        one.proxy() + "/" + by.proxy(),
                        "",
                        sorted.getFirst(),
                        Result.median(sorted),
                        sorted.getLast(),
                        values.size(),
                        values));
    }
}
