// SPDX-License-Identifier: Apache-2.0
package io.serin.control.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serin.control.ApiServerStub;
import io.serin.kube.Kube;
import io.serin.kube.type.ObjectName;
import io.serin.kube.write.Secrets;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeshAuthorityStoreIT {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir Path folder;
    private ApiServerStub api;
    private Kube kube;

    @BeforeEach
    void start() throws IOException {
        api = new ApiServerStub();
        kube = Kube.connect(Optional.of(api.kubeconfig(folder)), Optional.empty());
    }

    @AfterEach
    void stop() {
        kube.close();
        api.close();
    }

    private MeshAuthorityStore store() {
        return new MeshAuthorityStore(new Secrets(kube), "istio-system");
    }

    private void plug(Map<String, String> texts) {
        assertThat(
                        new Secrets(kube)
                                .write(
                                        new ObjectName("istio-system", "cacerts"),
                                        "Opaque",
                                        Map.of(),
                                        texts,
                                        Optional.empty()))
                .isTrue();
    }

    @Test
    void isMadeOnceForAllRevisions() {
        MeshAuthority first = store().obtain(NOW);

        assertThat(store().obtain(NOW)).isEqualTo(first);
        assertThat(api.posts).hasSize(1);
        assertThat(api.posts.element())
                .contains("\"istio-ca-secret\"", "\"istio.io/ca-root\"", "managed-by\":\"serin\"");
    }

    @Test
    void thatOfThePeopleComesFirstAndItsOwnStaysTrusted() {
        MeshAuthority own = store().obtain(NOW);
        Map<String, String> texts = MeshAuthorityTest.plugged();
        plug(texts);

        MeshAuthority now = store().obtain(NOW);

        assertThat(now.signs().certificate()).isEqualTo(texts.get("ca-cert.pem"));
        assertThat(now.roots()).contains(texts.get("root-cert.pem"), own.roots());
    }

    /** To go on without a word, with another authority, is not what its people want. */
    @Test
    void thatOfThePeopleIsNotPassedOverWhereItIsBroken() {
        Map<String, String> texts = new HashMap<>(MeshAuthorityTest.plugged());
        texts.remove("ca-key.pem");
        plug(texts);

        assertThatThrownBy(() -> store().obtain(NOW)).hasMessageContaining("cacerts, ca-key.pem");
        assertThat(api.posts).hasSize(1);
    }
}
