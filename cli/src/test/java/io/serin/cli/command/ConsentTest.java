// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.serin.cli.client.CliFault;
import io.serin.cli.client.ExitCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person may answer before something is done that others would feel. */
class ConsentTest {

    private final List<String> asked = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(strings = {"y", "Y", "yes", "Yes", "YES", " y "})
    void yesInAnyCaseIsYes(String answer) {
        ask(Optional.of(answer));

        assertThat(asked).containsExactly("go on? [y/N] ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "n", "no", "ye", "yess", "y y", "--yes"})
    void anythingElseIsNo(String answer) {
        assertThatExceptionOfType(CliFault.class)
                .isThrownBy(() -> ask(Optional.of(answer)))
                .withMessage("nothing was changed")
                .satisfies(fault -> assertThat(fault.exitCode()).isEqualTo(ExitCode.FAILED));
    }

    @Test
    void whereNobodyCanBeAskedItSaysWhatToType() {
        assertThatExceptionOfType(CliFault.class)
                .isThrownBy(() -> ask(Optional.empty()))
                .withMessage("nothing was changed: there is no terminal to ask on")
                .satisfies(fault -> {
                    assertThat(fault.next())
                            .isEqualTo("say yes on the command line: serin tag undo prod --yes");
                    assertThat(fault.exitCode()).isEqualTo(ExitCode.USAGE);
                });
    }

    private void ask(Optional<String> answer) {
        Consent.ask(
                question -> {
                    asked.add(question);
                    return answer;
                },
                "go on?",
                "nothing was changed",
                "serin tag undo prod --yes");
    }
}
