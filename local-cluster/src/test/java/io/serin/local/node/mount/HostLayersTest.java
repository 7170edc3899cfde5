// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.mount;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostLayersTest {

    @TempDir Path root;

    @Test
    void laysFoldersOverOneByOneAndShowsThoseWithMountsInThem() throws IOException {
        for (String folder : List.of("usr", "home", "mnt/disk", "proc", "tmp")) {
            Files.createDirectories(root.resolve(folder));
        }
        Files.createSymbolicLink(root.resolve("bin"), Path.of("usr/bin"));
        Files.createFile(root.resolve("file"));

        HostLayers layers =
                HostLayers.byFolder(root, List.of(root.resolve("home"), root.resolve("mnt/disk")));

        assertThat(layers.overlaid()).containsExactly(root.resolve("home"), root.resolve("usr"));
        assertThat(layers.shown()).containsExactly(root.resolve("mnt"));
        assertThat(layers.links()).isEqualTo(Map.of(root.resolve("bin"), Path.of("usr/bin")));
        assertThat(layers.isUserNamespace()).isTrue();
    }
}
