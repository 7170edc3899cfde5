// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** docs/check.md has a section for every check, in their order, and none for others. */
class CheckPageTest {

    @Test
    void pageAndChecksAreTheSame() throws IOException {
        List<String> expected = new ArrayList<>();
        for (Group group : Checkup.GROUPS) {
            expected.add("## " + group.title());
            group.checks().forEach(check -> expected.add("### " + check.id()));
        }

        List<String> headings =
                Files.readAllLines(Path.of("../docs/check.md")).stream()
                        .filter(line -> line.startsWith("##"))
                        .map(line -> line.toLowerCase(Locale.ROOT))
                        .toList();

        assertThat(headings).isEqualTo(expected);
    }

    @Test
    void idsAreKebabCaseAndEachIsThereOnce() {
        List<String> ids =
                Checkup.GROUPS.stream()
                        .flatMap(group -> group.checks().stream())
                        .map(Check::id)
                        .toList();

        assertThat(ids)
                .doesNotHaveDuplicates()
                .allSatisfy(id -> assertThat(id).matches("[a-z]+(-[a-z]+)+"));
    }
}
