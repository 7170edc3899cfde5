// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImagesTest {

    @TempDir Path folder;

    @Test
    void readsHowToRunThemFromTheirDockerfiles() throws IOException {
        Files.createDirectories(folder.resolve("proxy"));
        Files.writeString(
                folder.resolve("proxy/Dockerfile"),
                """
                # comment
                FROM debian:12-slim AS program
                ENV A=1 B="two words"
                COPY a/ \\
                    b/
                FROM program AS rehearsed
                ENV C=never
                USER root
                RUN something
                FROM program
                USER 1337:1337
                STOPSIGNAL SIGQUIT
                ENTRYPOINT ["/opt/serin/bin/serin-proxy", "x y"]
                """);
        Files.writeString(folder.resolve("images.properties"), "serin-proxy\\:0.1.0 = proxy\n");
        Images images = Images.load(folder.resolve("images.properties"));
        Image image = images.find("docker.io/library/serin-proxy:0.1.0").orElseThrow();
        assertThat(image.entrypoint()).containsExactly("/opt/serin/bin/serin-proxy", "x y");
        assertThat(image.user()).isEqualTo(Optional.of("1337:1337"));
        assertThat(image.stopSignal()).isEqualTo(3);
        assertThat(image.environment()).isEqualTo(Map.of("A", "1", "B", "two words"));
        assertThat(images.find("serin-proxy")).isEmpty();
        assertThat(images.names()).containsExactly("serin-proxy:0.1.0");
    }

    @Test
    void readsTheDockerfilesOfThisRepository() throws IOException {
        Path images = Path.of("..", "deploy", "images");
        for (String name : new String[] {"proxy", "control-plane", "workload", "nginx"}) {
            Path image = images.resolve(name);
            Image read =
                    Dockerfile.read(name, image, Files.readString(image.resolve("Dockerfile")));
            assertThat(read.entrypoint()).as(name).isNotEmpty();
            assertThat(read.user()).as(name).isPresent();
        }
    }

    @Test
    void refusesAnEntrypointThatIsNoList() {
        assertThatThrownBy(() -> Dockerfile.read("x:1", folder, "FROM a\nENTRYPOINT run me\n"))
                .hasMessage("image x:1: ENTRYPOINT run me (expected: a JSON array of words)");
    }
}
