// SPDX-License-Identifier: Apache-2.0
package io.serin.workload.json;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonTest {

    @Test
    void keepsTheOrderAndEscapesWhatMustBe() {
        Json json =
                new Json()
                        .text("said", "a \"b\" \\ c\n")
                        .text("absent", null)
                        .number("n", -3)
                        .flag("final", true)
                        .raw("inner", new Json().toString());

        assertThat(json)
                .hasToString(
                        """
                        {"said":"a \\"b\\" \\\\ c\\u000a","absent":null,"n":-3,"final":true,"inner":{}}\
                        """);
    }
}
