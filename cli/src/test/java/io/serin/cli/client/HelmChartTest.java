// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The chart that is checked in is the one of these manifests; deploy/make-chart writes it anew. */
class HelmChartTest {

    static final Path FOLDER = Path.of("../deploy/chart/serin-revision");

    @Test
    void isMadeOfTheManifests() throws IOException {
        Map<String, String> made = new HelmChart().files();
        if ("update".equals(System.getProperty("golden"))) {
            write(made);
        }
        assertThat(read()).isEqualTo(made);
    }

    private static void write(Map<String, String> files) throws IOException {
        for (String old : read().keySet()) {
            Files.delete(FOLDER.resolve(old));
        }
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = FOLDER.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
    }

    private static Map<String, String> read() throws IOException {
        Map<String, String> files = new TreeMap<>();
        if (Files.isDirectory(FOLDER)) {
            try (Stream<Path> found = Files.walk(FOLDER)) {
                for (Path file : found.filter(Files::isRegularFile).toList()) {
                    files.put(FOLDER.relativize(file).toString(), Files.readString(file));
                }
            }
        }
        return files;
    }
}
