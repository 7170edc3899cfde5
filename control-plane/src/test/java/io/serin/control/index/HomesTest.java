// SPDX-License-Identifier: Apache-2.0
package io.serin.control.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.api.name.Revision;
import io.serin.kube.type.KubeNamespace;
import io.serin.kube.type.ObjectName;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HomesTest {

    private final Cluster cluster = new Cluster();

    @Test
    void aNamespaceSaysWhereItsProxiesAreToBeUntilItSaysNothing() {
        cluster.put(namespace("shop", "1-1"));
        cluster.put(namespace("plain", ""));
        assertThat(Homes.of(cluster)).isEqualTo(Map.of("shop", new Revision("1-1")));

        cluster.put(namespace("shop", "1-2"));
        assertThat(Homes.of(cluster)).isEqualTo(Map.of("shop", new Revision("1-2")));

        cluster.put(namespace("shop", ""));
        assertThat(Homes.of(cluster)).isEmpty();
    }

    @Test
    void whatIsNoRevisionMovesNobody() {
        cluster.put(namespace("shop", "No Such Name"));
        cluster.put(namespace("other", "1-1"));

        assertThat(Homes.of(cluster)).isEqualTo(Map.of("other", new Revision("1-1")));
    }

    @Test
    void aNamespaceThatIsGoneSaysNothing() {
        cluster.put(namespace("shop", "1-1"));
        cluster.remove(KubeNamespace.class, new ObjectName("", "shop"));

        assertThat(Homes.of(cluster)).isEmpty();
    }

    private static KubeNamespace namespace(String name, String live) {
        return new KubeNamespace(name, "", "", Map.of(), live);
    }
}
