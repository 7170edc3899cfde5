// SPDX-License-Identifier: Apache-2.0
package io.serin.local.resource;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ShapesTest {

    private static final Path FILE =
            Path.of("src/main/resources/io/serin/local/resource/shapes.txt");

    /** With {@code -Dgolden=update} the file is written anew. */
    @Test
    void isWhatTheClientLibrarysModelHas() throws IOException {
        String shapes = ShapesFromModel.write();
        if ("update".equals(System.getProperty("golden"))) {
            Files.writeString(FILE, shapes);
        }
        assertThat(FILE).hasContent(shapes);
    }
}
