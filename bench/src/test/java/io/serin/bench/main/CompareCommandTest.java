// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.main;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.bench.report.Figure;
import io.serin.bench.report.Result;
import io.serin.bench.report.Results;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {

    @TempDir private Path folder = Path.of("");

    @Test
    void endsWithZeroWithoutARegressionAndWithTwoAfterOne() throws IOException {
        String good = file("good", List.of(400.0, 410.0, 420.0));
        String bad = file("bad", List.of(500.0, 510.0, 520.0));
        assertThat(BenchMain.run("compare", good, good)).isZero();
        assertThat(BenchMain.run("compare", good, bad)).isEqualTo(2);
        assertThat(BenchMain.run("compare", bad, good)).isZero();
    }

    @Test
    void endsWith64OnBadInput() throws IOException {
        String good = file("good", List.of(400.0, 410.0, 420.0));
        String text = Files.writeString(folder.resolve("text"), "{").toString();
        assertThat(BenchMain.run("compare", good)).isEqualTo(64);
        assertThat(BenchMain.run("compare", good, text)).isEqualTo(64);
        assertThat(BenchMain.run("compare", text, good)).isEqualTo(64);
        assertThat(BenchMain.run("compare", good, folder + "/missing")).isEqualTo(64);
        assertThat(BenchMain.run("compare", good, good, good)).isEqualTo(64);
        assertThat(BenchMain.run("--rounds", "4")).isEqualTo(64);
        assertThat(BenchMain.run("--rounds", "many")).isEqualTo(64);
        assertThat(BenchMain.run("--json", folder + "/no/such/folder/a.json")).isEqualTo(64);
        assertThat(BenchMain.run("--html", folder.toString())).isEqualTo(64);
        assertThat(BenchMain.run("--nonsense")).isEqualTo(64);
    }

    private String file(String name, List<Double> p99) throws IOException {
        Results results =
                new Results(
                        Map.of(),
                        Map.of(),
                        "2026-11-24T18:00:00Z",
                        Map.of("serin", "Serin"),
                        List.of(Result.of(Figure.PACED_P99, "serin", p99)),
                        List.of());
        return Files.writeString(folder.resolve(name), results.json()).toString();
    }
}
