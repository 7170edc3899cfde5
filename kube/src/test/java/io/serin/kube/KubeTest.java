// SPDX-License-Identifier: Apache-2.0
package io.serin.kube;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeTest {

    @TempDir private Path folder;

    @Test
    void namesItsAddressAndTheContextThatChoseIt() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("config"),
                        """
                        apiVersion: v1
                        kind: Config
                        current-context: stage
                        clusters:
                        - {name: stage, cluster: {server: "https://stage.test:6443"}}
                        - {name: prod, cluster: {server: "https://prod.test/clusters/7"}}
                        users: [{name: me, user: {}}]
                        contexts:
                        - {name: stage, context: {cluster: stage, user: me}}
                        - {name: prod, context: {cluster: prod, user: me}}
                        """);

        try (Kube stage = Kube.connect(Optional.of(file), Optional.empty());
                Kube prod = Kube.connect(Optional.of(file), Optional.of("prod"))) {
            assertThat(stage.address()).hasToString("https://stage.test:6443 (context stage)");
            assertThat(prod.address()).hasToString("https://prod.test/clusters/7 (context prod)");
            assertThat(prod.address().user()).hasValue("me");
        }
    }
}
