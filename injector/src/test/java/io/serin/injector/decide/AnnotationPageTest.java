// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.decide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The table in docs/injection.md is the code's; {@code -Dgolden=update} rewrites it. */
class AnnotationPageTest {

    private static final Path PAGE = Path.of("../docs/injection.md");
    private static final String BEGIN = "<!-- annotations -->\n";
    private static final String END = "<!-- /annotations -->\n";

    @Test
    void theTableIsWhatTheInjectorDoes() throws IOException {
        String page = Files.readString(PAGE);
        String before = page.substring(0, page.indexOf(BEGIN) + BEGIN.length());
        String actual = before + table() + page.substring(page.indexOf(END));
        if ("update".equals(System.getProperty("golden"))) {
            Files.writeString(PAGE, actual);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(actual);
    }

    private static String table() {
        StringBuilder table =
                new StringBuilder("| annotation | | what it does | holds |\n|---|---|---|---|\n");
        for (Annotation annotation : Annotation.values()) {
            String standing = annotation.standing().name().toLowerCase(Locale.ROOT);
            table.append(
                    "| `%s` | %s | %s | %s |\n"
                            .formatted(
                                    annotation.key(),
                                    standing.replace('_', ' '),
                                    annotation.meaning().replace("*", "\\*"),
                                    annotation.expected().replace("*", "\\*")));
        }
        return table.toString();
    }
}
