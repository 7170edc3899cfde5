// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The table in docs/install.md is the code's; {@code -Dgolden=update} rewrites it. */
class InstallPageTest {

    private static final Path PAGE = Path.of("../docs/install.md");
    private static final String BEGIN = "<!-- values -->\n";
    private static final String END = "<!-- /values -->\n";

    @Test
    void theTableListsTheValues() throws IOException {
        String page = Files.readString(PAGE);
        String actual =
                page.substring(0, page.indexOf(BEGIN) + BEGIN.length())
                        + table()
                        + page.substring(page.indexOf(END));
        if ("update".equals(System.getProperty("golden"))) {
            Files.writeString(PAGE, actual);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(actual);
    }

    private static String table() {
        StringBuilder table =
                new StringBuilder("| value | default | holds | |\n|---|---|---|---|\n");
        for (InstallValue value : InstallValue.values()) {
            table.append(
                    "| `%s` | %s | %s | %s |\n"
                            .formatted(
                                    value.key(),
                                    value.byDefault().isEmpty()
                                            ? ""
                                            : "`" + value.byDefault() + "`",
                                    value.expected(),
                                    value.sentence()));
        }
        return table.toString();
    }
}
