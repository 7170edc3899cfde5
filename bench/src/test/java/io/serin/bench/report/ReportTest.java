// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The three shapes of one run, each as a golden file; {@code -Dgolden=update} rewrites them. */
class ReportTest {

    private static final Path GOLDEN = Path.of("src/test/resources/io/serin/bench/report");

    @TempDir private Path folder = Path.of("");

    @Test
    void showsATable() throws IOException {
        isAs("table.txt", Table.of(Samples.whole()));
    }

    @Test
    void saysThatTheMachineWasBusy() {
        List<Double> none = List.of();
        assertThat(Table.of(Samples.of(Figure.PACED_WAIT, List.of(1.0, 9.0, 50.0), none)))
                .doesNotContain("busy");
        assertThat(Table.of(Samples.of(Figure.PACED_WAIT, List.of(1.0, 47.0, 50.0), none)))
                .contains("The machine was busy: proxies waited for a CPU up to 47 % of the time.");
    }

    @Test
    void drawsAPageThatNeedsNothingFromAnywhere() throws IOException {
        String page = Page.of(Samples.whole());
        assertThat(page).doesNotContain("http:", "https:", "<script", "@import", "url(");
        isAs("page.html", page);
    }

    @Test
    void keepsJson() throws IOException {
        isAs("results.json", Samples.whole().json());
    }

    @Test
    void readsBackWhatItKeeps() throws IOException {
        Path file = Files.writeString(folder.resolve("a.json"), Samples.whole().json());
        assertThat(Results.read(file)).isEqualTo(Samples.whole());
    }

    @Test
    void saysWhatItCanNotRead() throws IOException {
        Path text = Files.writeString(folder.resolve("text"), "not JSON");
        Path other = Files.writeString(folder.resolve("other"), "{\"results\":[]}");
        Path list = Files.writeString(folder.resolve("list"), "[]");
        Path rounds =
                Files.writeString(
                        folder.resolve("rounds"),
                        Samples.whole().json().replaceFirst("\"rounds\" : 5", "\"rounds\" : 6"));
        for (Path bad : List.of(text, other, list, rounds)) {
            assertThatThrownBy(() -> Results.read(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(bad.toString())
                    .hasMessageContaining("expected");
        }
        assertThatThrownBy(() -> Results.read(folder.resolve("missing")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("can't be read");
    }

    private static void isAs(String name, String text) throws IOException {
        Path golden = GOLDEN.resolve(name);
        if ("update".equals(System.getProperty("golden"))) {
            Files.writeString(golden, text);
        }
        assertThat(text).isEqualTo(Files.readString(golden));
    }
}
