// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What became of the sidecar's figures from one run to another.
 *
 * @param changes one for each figure that both runs have
 */
public record Comparison(List<Change> changes) {

    /** How much worse a median has to be: below this, nobody would look for the cause. */
    static final double TOLERANCE = 0.03;

    private static final List<String> YARDSTICKS = List.of("haproxy", "nginx", "envoy");

    /** What to think of a change. */
    public enum Verdict {
        BETTER,
        SAME,
        WORSE
    }

    /**
     * One figure.
     *
     * @param yardstick whose figure it was divided by, round by round; empty when by nobody's
     */
    public record Change(
            Figure figure,
            String proxy,
            String yardstick,
            Result before,
            Result after,
            Verdict verdict) {

        /** By how much the median went up, 0.1 for a tenth. */
        double growth() {
            return before.median() == 0 ? 0 : after.median() / before.median() - 1;
        }
    }

    public Comparison {
        changes = List.copyOf(changes);
    }

    /**
     * Compares.
     *
     * @throws IllegalArgumentException when they have no figure of a sidecar in common
     */
    public static Comparison of(Results before, Results after) {
        List<Change> changes = new ArrayList<>();
        for (Result one : before.results()) {
            Optional<Figure> figure = Figure.of(one.workload());
            if (figure.isEmpty()
                    || !one.proxy().startsWith("serin")
                    || figure.get().better() == Figure.Better.NEITHER) {
                continue;
            }
            after.find(figure.get(), one.proxy())
                    .ifPresent(two -> changes.add(change(figure.get(), before, one, after, two)));
        }
        if (changes.isEmpty()) {
            throw new IllegalArgumentException(
                    "the two runs have no figure of the sidecar in common");
        }
        return new Comparison(changes);
    }

    public boolean hasRegression() {
        return changes.stream().anyMatch(change -> change.verdict() == Verdict.WORSE);
    }

    private static Change change(
            Figure figure, Results before, Result one, Results after, Result two) {
        if (isOfTheMachine(figure)) {
            for (String peer : YARDSTICKS) {
                Optional<Result> first = before.find(figure, peer).flatMap(by -> Ratio.of(one, by));
                Optional<Result> second = after.find(figure, peer).flatMap(by -> Ratio.of(two, by));
                if (first.isPresent() && second.isPresent()) {
                    return judged(figure, one.proxy(), peer, first.get(), second.get());
                }
            }
        }
        return judged(figure, one.proxy(), "", one, two);
    }

    /** Whether a faster machine makes it better for all alike. */
    private static boolean isOfTheMachine(Figure figure) {
        return switch (figure) {
            case SATURATED_CPU,
                    SATURATED_RATE,
                    PACED_CPU,
                    PACED_P50,
                    PACED_P99,
                    PACED_P999,
                    TCP_CPU,
                    TCP_RATE,
                    START ->
                    true;
            case SATURATED_LOAD,
                    SATURATED_WAIT,
                    PACED_LOAD,
                    PACED_WAIT,
                    REST_RSS,
                    REST_PSS,
                    LOADED_RSS,
                    LOADED_PSS ->
                    false;
        };
    }

    private static Change judged(
            Figure figure, String proxy, String yardstick, Result before, Result after) {
        return new Change(
                figure, proxy, yardstick, before, after, judge(figure.better(), before, after));
    }

    static Verdict judge(Figure.Better better, Result before, Result after) {
        boolean went =
                Math.abs(after.median() - before.median()) > TOLERANCE * Math.abs(before.median());
        boolean up = after.median() > before.max() && before.median() < after.min();
        boolean down = after.median() < before.min() && before.median() > after.max();
        if (!went || !(up || down) || better == Figure.Better.NEITHER) {
            return Verdict.SAME;
        }
        return up == (better == Figure.Better.LOWER) ? Verdict.WORSE : Verdict.BETTER;
    }

    /** For a terminal. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (Change change : changes) {
            String unit =
                    change.yardstick().isEmpty()
                            ? change.figure().unit()
                            : "× " + change.yardstick();
            text.append(
                    "%-7s %-10s %-34s %20s → %-20s %-12s %s\n"
                            .formatted(
                                    switch (change.verdict()) {
                                        case WORSE -> "WORSE";
                                        case BETTER -> "better";
                                        case SAME -> "same";
                                    },
                                    change.proxy(),
                                    change.figure().id(),
                                    Table.cell(change.before()),
                                    Table.cell(change.after()),
                                    unit,
                                    String.format(Locale.ROOT, "%+.1f %%", 100 * change.growth())));
        }
        long worse = changes.stream().filter(c -> c.verdict() == Verdict.WORSE).count();
        text.append(
                worse == 0
                        ? "no regression beyond the spread\n"
                        : worse
                                + (worse == 1 ? " regression" : " regressions")
                                + " beyond the spread\n");
        return text.toString();
    }
}
