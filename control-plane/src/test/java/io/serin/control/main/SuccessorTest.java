// SPDX-License-Identifier: Apache-2.0
package io.serin.control.main;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.api.name.Revision;
import io.serin.control.index.IndexChange;
import io.serin.control.translate.MeshText;
import org.junit.jupiter.api.Test;

class SuccessorTest {

    private final Successor successor = new Successor("istio-system", new Revision("1-0"));

    private boolean hasCome(String mesh) {
        successor.accept(new IndexChange(MeshText.index(mesh), false));
        return successor.hasCome();
    }

    @Test
    void isAnotherReplicaOfTheSameRevisionThatIsReady() {
        String service =
                """
                service istiod-1-0.istio-system 10.96.0.1 15012/tcp
                service istiod-1-1.istio-system 10.96.0.2 15012/tcp
                endpoint istiod-1-1.istio-system:15012 10.0.0.9:15012
                """;
        String going = "endpoint istiod-1-0.istio-system:15012 10.0.0.1:15012 draining\n";
        assertThat(hasCome(service)).isFalse();
        assertThat(hasCome(service + going)).isFalse();
        assertThat(
                        hasCome(
                                service
                                        + going
                                        + "endpoint istiod-1-0.istio-system:15012 10.0.0.2:15012\n"))
                .isTrue();
    }

    @Test
    void isNotWaitedForWhereNoneIsToCome() {
        assertThat(successor.hasCome()).as("before anything is known").isTrue();
        assertThat(hasCome("service istiod-1-1.istio-system 10.96.0.2 15012/tcp")).isTrue();
    }
}
