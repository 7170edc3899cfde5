// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serin.bench.report.Comparison.Verdict;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ComparisonTest {

    private record Case(
            String says,
            Figure figure,
            List<Double> before,
            List<Double> after,
            List<Double> haproxyBefore,
            List<Double> haproxyAfter,
            Verdict expected) {}

    private static final List<Double> NOBODY = List.of();

    private static final List<Case> CASES =
            List.of(
                    new Case(
                            "the same is the same",
                            Figure.PACED_P99,
                            List.of(400.0, 410.0, 420.0),
                            List.of(400.0, 410.0, 420.0),
                            NOBODY,
                            NOBODY,
                            Verdict.SAME),
                    new Case(
                            "each median outside of the other's rounds",
                            Figure.PACED_P99,
                            List.of(400.0, 410.0, 420.0),
                            List.of(500.0, 510.0, 520.0),
                            NOBODY,
                            NOBODY,
                            Verdict.WORSE),
                    new Case(
                            "ranges may touch, as long as the medians are out of them",
                            Figure.PACED_P99,
                            List.of(400.0, 410.0, 450.0),
                            List.of(440.0, 460.0, 470.0),
                            NOBODY,
                            NOBODY,
                            Verdict.WORSE),
                    new Case(
                            "a later median that an earlier round has seen too is no news",
                            Figure.PACED_P99,
                            List.of(400.0, 410.0, 520.0),
                            List.of(500.0, 510.0, 530.0),
                            NOBODY,
                            NOBODY,
                            Verdict.SAME),
                    new Case(
                            "nor is an earlier median that a later round has seen",
                            Figure.PACED_P99,
                            List.of(400.0, 410.0, 420.0),
                            List.of(405.0, 510.0, 530.0),
                            NOBODY,
                            NOBODY,
                            Verdict.SAME),
                    new Case(
                            "less latency is better",
                            Figure.PACED_P99,
                            List.of(500.0, 510.0, 520.0),
                            List.of(400.0, 410.0, 420.0),
                            NOBODY,
                            NOBODY,
                            Verdict.BETTER),
                    new Case(
                            "fewer requests are worse",
                            Figure.SATURATED_RATE,
                            List.of(500.0, 510.0, 520.0),
                            List.of(400.0, 410.0, 420.0),
                            NOBODY,
                            NOBODY,
                            Verdict.WORSE),
                    new Case(
                            "3 % is nothing, however sharp",
                            Figure.LOADED_RSS,
                            List.of(100.0, 100.0, 100.0),
                            List.of(102.9, 102.9, 102.9),
                            NOBODY,
                            NOBODY,
                            Verdict.SAME),
                    new Case(
                            "a machine half as fast is not the sidecar's fault",
                            Figure.SATURATED_CPU,
                            List.of(20.0, 21.0, 22.0),
                            List.of(40.0, 42.0, 44.0),
                            List.of(20.0, 21.0, 22.0),
                            List.of(40.0, 42.0, 44.0),
                            Verdict.SAME),
                    new Case(
                            "nor does a machine twice as fast hide it",
                            Figure.SATURATED_CPU,
                            List.of(20.0, 21.0, 22.0),
                            List.of(20.0, 21.0, 22.0),
                            List.of(20.0, 21.0, 22.0),
                            List.of(10.0, 10.5, 11.0),
                            Verdict.WORSE),
                    new Case(
                            "a noisy round is noisy for both, so the ratio stays sharp",
                            Figure.SATURATED_CPU,
                            List.of(20.0, 40.0, 22.0),
                            List.of(24.0, 26.4, 48.0),
                            List.of(20.0, 40.0, 22.0),
                            List.of(20.0, 22.0, 40.0),
                            Verdict.WORSE),
                    new Case(
                            "a yardstick that only one run has measures nothing",
                            Figure.SATURATED_CPU,
                            List.of(20.0, 21.0, 22.0),
                            List.of(40.0, 42.0, 44.0),
                            List.of(20.0, 21.0, 22.0),
                            NOBODY,
                            Verdict.WORSE));

    @TestFactory
    Stream<DynamicTest> judges() {
        return CASES.stream()
                .map(one ->
                        DynamicTest.dynamicTest(
                                one.says(),
                                () -> {
                                    Comparison comparison =
                                            Comparison.of(
                                                    Samples.of(
                                                            one.figure(),
                                                            one.before(),
                                                            one.haproxyBefore()),
                                                    Samples.of(
                                                            one.figure(),
                                                            one.after(),
                                                            one.haproxyAfter()));
                                    assertThat(comparison.changes())
                                            .extracting(Comparison.Change::verdict)
                                            .containsExactly(one.expected());
                                    assertThat(comparison.hasRegression())
                                            .isEqualTo(one.expected() == Verdict.WORSE);
                                }));
    }

    @Test
    void saysByWhatItWasMeasured() {
        Comparison comparison =
                Comparison.of(
                        Samples.of(
                                Figure.SATURATED_CPU,
                                List.of(20.0, 21.0, 22.0),
                                List.of(20.0, 21.0, 22.0)),
                        Samples.of(
                                Figure.SATURATED_CPU,
                                List.of(30.0, 31.5, 33.0),
                                List.of(20.0, 21.0, 22.0)));
        assertThat(comparison.text())
                .contains("WORSE", "http1-64-saturated-cpu", "× haproxy", "+50.0 %")
                .endsWith("1 regression beyond the spread\n");
    }

    @Test
    void refusesRunsWithNothingInCommon() {
        Results none = new Results(Map.of(), Map.of(), "", Map.of(), List.of(), List.of());
        assertThatThrownBy(() -> Comparison.of(none, Samples.whole()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("in common");
    }
}
