// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/record-demo, on a story of one line that changes. */
class RecordDemoIT {

    private static final String STORY =
            """
            printf '\\033[1m① A "mesh" & more <1>\\033[0m\\n'
            printf '\\r\\033[2K  waiting for a pod'; sleep 0.4
            printf '\\r\\033[2K  there'; sleep 0.4
            printf '\\n  $ done \\\\o/\\n'
            exit 3
            """;

    @TempDir private Path folder;

    @BeforeEach
    void thereIsAProgramThatRecords() {
        Assumptions.assumeTrue(
                Stream.of(System.getenv("PATH").split(":", -1))
                        .anyMatch(path -> Files.isExecutable(Path.of(path, "script"))),
                "there is no script in PATH; install bsdutils");
    }

    @Test
    void writesAnAsciinemaFileAndAPictureThatPlays() throws Exception {
        Path story = Files.writeString(folder.resolve("story"), STORY);
        var record =
                new ProcessBuilder("../docs/record-demo", "bash", story.toString())
                        .redirectErrorStream(true);
        record.environment().put("OUT", folder.resolve("demo").toString());
        record.environment().put("COLUMNS", "40");
        record.environment().put("LINES", "10");
        Process process = record.start();
        String said =
                new String(
                        process.getInputStream().readAllBytes(),
                        java.nio.charset.StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(said).isEqualTo(3);
        assertThat(told(folder.resolve("demo.cast")))
                .isEqualTo(
                        "\u001b[1m① A \"mesh\" & more <1>\u001b[0m\r\n"
                                + "\r\u001b[2K  waiting for a pod\r\u001b[2K  there\r\n  $ done \\o/\r\n");
        List<String> texts = new ArrayList<>();
        var picture =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(folder.resolve("demo.svg").toFile());
        var rows = picture.getElementsByTagName("text");
        for (int i = 0; i < rows.getLength(); i++) {
            texts.add(
                    rows.item(i).getAttributes().getNamedItem("y").getNodeValue()
                            + rows.item(i).getTextContent());
        }
        // One row was written over: both its looks have the same place.
        assertThat(texts)
                .containsExactly(
                        "14① A \"mesh\" & more <1>",
                        "33  waiting for a pod",
                        "33  there",
                        "52  $ done \\o/");
    }

    private static String told(Path cast) throws IOException {
        var json = new ObjectMapper();
        List<String> lines = Files.readAllLines(cast);
        JsonNode header = json.readTree(lines.getFirst());
        assertThat(header.path("version").asInt()).isEqualTo(2);
        assertThat(header.path("width").asInt()).isEqualTo(40);
        StringBuilder told = new StringBuilder();
        double before = 0;
        for (String line : lines.subList(1, lines.size())) {
            JsonNode output = json.readTree(line);
            assertThat(output.get(0).asDouble()).isGreaterThanOrEqualTo(before);
            before = output.get(0).asDouble();
            told.append(output.get(2).asText());
        }
        assertThat(before).isGreaterThan(0.7);
        return told.toString();
    }
}
