// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.serin.kube.Kube;
import io.serin.kube.read.WorkloadReader;
import io.serin.kube.type.MarkedNamespace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two who write on one namespace. */
class RolloutsIT {

    private static final String SHOP = "/api/v1/namespaces/shop";

    private @TempDir Path folder;
    private ObjectsHeld api;
    private Kube kube;

    @BeforeEach
    void start() throws IOException {
        api = new ObjectsHeld();
        kube = api.connect(folder);
        api.put(
                SHOP,
                """
                {"apiVersion":"v1","kind":"Namespace",
                 "metadata":{"name":"shop","resourceVersion":"7","labels":{"team":"a"}}}
                """);
    }

    @AfterEach
    void stop() {
        kube.close();
        api.close();
    }

    @Test
    void whoHasReadItBeforeTheOtherWroteChangesNothing() {
        Rollouts rollouts = new Rollouts(kube);
        MarkedNamespace read = namespace("shop").orElseThrow();
        assertThat(read.version()).isEqualTo("7");

        assertThat(rollouts.markUnchanged("shop", read.version(), by("one"))).isTrue();
        assertThat(rollouts.markUnchanged("shop", read.version(), by("bob"))).isFalse();

        MarkedNamespace now = namespace("shop").orElseThrow();
        assertThat(now.annotations()).containsEntry("by", "one");
        assertThat(now.labels()).containsEntry("team", "a");
        assertThat(rollouts.markUnchanged("shop", now.version(), by("bob"))).isTrue();
    }

    @Test
    void whatIsNotThereIsNotTakenForAnotherVersion() {
        assertThat(namespace("nowhere")).isEmpty();
        assertThatThrownBy(() -> new Rollouts(kube).markUnchanged("nowhere", "7", by("one")))
                .isInstanceOf(KubernetesClientException.class);
    }

    private Optional<MarkedNamespace> namespace(String name) {
        return new WorkloadReader(kube).namespace(name);
    }

    private static Map<String, Optional<String>> by(String name) {
        return Map.of("by", Optional.of(name));
    }
}
