// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictTest {

    /** Answers (+ or -) and what each changes: S succeeded, F failed, . nothing. */
    @ParameterizedTest
    @CsvSource({
        "1, 3, +,        S",
        "1, 3, ---,      ..F",
        "1, 3, +--+---,  S.....F",
        "1, 3, ----+,    ..F.S",
        "2, 1, ++-+-++,  .SF...S",
        "1, 1, +-+-,     SFSF",
    })
    void changesOnlyAfterEnoughInARow(int successes, int failures, String answers, String changes) {
        Duration any = Duration.ofSeconds(1);
        Verdict verdict = new Verdict(new ProbeTiming(any, any, any, successes, failures));
        StringBuilder seen = new StringBuilder();
        for (int i = 0; i < answers.length(); i++) {
            seen.append(
                    switch (verdict.add(answers.charAt(i) == '+')) {
                        case NONE -> '.';
                        case SUCCEEDED -> 'S';
                        case FAILED -> 'F';
                    });
        }
        assertThat(seen.toString()).isEqualTo(changes);
    }
}
