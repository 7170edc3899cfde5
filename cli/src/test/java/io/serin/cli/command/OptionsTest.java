// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.cli.client.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/**
 * Options that would do nothing, or nothing that was meant, are refused before anybody is asked.
 */
class OptionsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    install --revision 1-0 -o json      | --output: there are no objects to print (expected: --dry-run with it)
                    upgrade --to 1-1 --timeout 10       | --timeout: how long proxies may take to move (expected: --live with it)
                    rollback --timeout 10               | --timeout: how long proxies may take to return (expected: --live with it)
                    """)
    void whatMeansNothingHereIsRefused(String typed, String said) {
        assertThat(refusal(typed)).startsWith("serin: " + said);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "install --revision 1-0",
                "tag set prod --revision 1-0",
                "tag undo prod",
                "upgrade --live --to 1-1 --namespace shop",
                "rollback --live",
            })
    void aTimeIsWholeSeconds(String command) {
        for (String time : new String[] {"-1", "5m", "1.5", "1000000"}) {
            assertThat(refusal(command + " --timeout " + time))
                    .contains(
                            "'--timeout'", "'" + time + "' (expected: whole seconds, 0 to 999999)");
        }
    }

    @Test
    void aValueWithoutAKeyIsNamedOnce() {
        assertThat(refusal("install --revision 1-0 --set replicas"))
                .startsWith("serin: Value for option '--set' (KEY=VALUE) should be ");
    }

    private static String refusal(String typed) {
        StringWriter said = new StringWriter();
        CommandLine line = SerinCommand.line().setErr(new PrintWriter(said, true));
        assertThat(line.execute(typed.split(" ", -1)))
                .as(said.toString())
                .isEqualTo(ExitCode.USAGE);
        return said.toString();
    }
}
