// SPDX-License-Identifier: Apache-2.0
package io.serin.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.Config;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KubeconfigTest {

    @TempDir private Path folder;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file =
                Files.writeString(
                        folder.resolve("config"),
                        """
                        apiVersion: v1
                        kind: Config
                        current-context: one
                        clusters:
                        - {name: one, cluster: {server: "https://one.test"}}
                        - {name: two, cluster: {server: "https://two.test"}}
                        users: [{name: me, user: {}}]
                        contexts:
                        - {name: one, context: {cluster: one, user: me}}
                        - {name: two, context: {cluster: two, user: me}}
                        """);
    }

    @Test
    void takesTheContextThatIsAskedForElseTheCurrentOne() {
        assertThat(read(Optional.empty()).getMasterUrl()).startsWith("https://one.test");
        assertThat(read(Optional.of("two")).getMasterUrl()).startsWith("https://two.test");
    }

    @Test
    void takesNoOtherContextForOneThatIsNotThere() {
        assertThatThrownBy(() -> read(Optional.of("tow")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("context: 'tow' (expected: one of the kubeconfig's: one, two)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "garbage: [", "- a list"})
    void saysThatAFileIsNoKubeconfig(String text) throws IOException {
        Files.writeString(file, text);
        assertThatThrownBy(() -> read(Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "kubeconfig: %s holds something else (expected: a kubeconfig in YAML)",
                        file);
    }

    @Test
    void saysThatAFileIsNotThere() {
        Path gone = folder.resolve("gone");
        assertThatThrownBy(() -> Kubeconfig.read(Optional.of(gone), Map.of(), Optional.empty()))
                .hasMessage("kubeconfig: %s can't be read (expected: a kubeconfig file)", gone);
        assertThatThrownBy(() -> Kubeconfig.read(Optional.of(folder), Map.of(), Optional.empty()))
                .hasMessage("kubeconfig: %s can't be read (expected: a kubeconfig file)", folder);
    }

    @Test
    void saysThatNoneOfTheVariablesFilesIsThere() {
        String gone = folder.resolve("gone") + File.pathSeparator + folder.resolve("too");
        assertThatThrownBy(() ->
                        Kubeconfig.read(
                                Optional.empty(), Map.of("KUBECONFIG", gone), Optional.empty()))
                .hasMessage("KUBECONFIG: %s can't be read (expected: a kubeconfig file)", gone);
    }

    private Config read(Optional<String> context) {
        return Kubeconfig.read(Optional.of(file), Map.of(), context);
    }
}
