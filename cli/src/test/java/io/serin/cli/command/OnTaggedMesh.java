// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests of commands that are typed on a {@link TaggedMesh}, each on one of its own. */
abstract class OnTaggedMesh {

    @TempDir Path folder;

    TaggedMesh mesh;
    Typed typed;

    @BeforeEach
    void record() throws IOException {
        mesh = new TaggedMesh();
        typed = new Typed(mesh.cluster, folder);
    }

    @AfterEach
    void close() {
        mesh.close();
    }
}
