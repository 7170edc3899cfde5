// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.api.backend.Cluster;
import io.serin.api.backend.EndpointGroup;
import io.serin.api.route.RouteTable;
import io.serin.api.snapshot.Home;
import io.serin.api.snapshot.Listener;
import io.serin.api.snapshot.NameTable;
import io.serin.api.snapshot.ProxyNode;
import io.serin.api.xds.Node;
import io.serin.api.xds.Struct;
import io.serin.api.xds.Value;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is written is read back as it was, whatever the records hold. */
class RoundTripTest {

    private static final int ROUNDS = 2_000;

    private final Generated generated = new Generated(4);

    @Test
    void clustersComeBackAsTheyWere() throws CodecFault {
        Set<Class<?>> kinds = new HashSet<>();
        for (int round = 0; round < ROUNDS; round++) {
            Cluster cluster = generated.cluster();
            kinds.add(cluster.getClass());
            assertThat(ResourceDecoder.cluster(ResourceEncoder.cluster(cluster)))
                    .isEqualTo(cluster);
        }
        assertThat(kinds).containsExactlyInAnyOrder(Cluster.class.getPermittedSubclasses());
    }

    @Test
    void endpointsComeBackAsTheyWere() throws CodecFault {
        for (int round = 0; round < ROUNDS; round++) {
            EndpointGroup group = generated.endpoints();
            assertThat(ResourceDecoder.endpoints(ResourceEncoder.endpoints(group)))
                    .isEqualTo(group);
        }
    }

    @Test
    void listenersComeBackAsTheyWere() throws CodecFault {
        Set<Class<?>> kinds = new HashSet<>();
        for (int round = 0; round < ROUNDS; round++) {
            Listener listener = generated.listener();
            kinds.add(listener.getClass());
            assertThat(ResourceDecoder.listener(ResourceEncoder.listener(listener)))
                    .isEqualTo(listener);
        }
        assertThat(kinds).containsExactlyInAnyOrder(Listener.class.getPermittedSubclasses());
    }

    @Test
    void routeTablesComeBackAsTheyWere() throws CodecFault {
        for (int round = 0; round < ROUNDS; round++) {
            RouteTable table = generated.routeTable();
            assertThat(ResourceDecoder.routeTable(ResourceEncoder.routeTable(table)))
                    .isEqualTo(table);
        }
    }

    @Test
    void homesComeBackAsTheyWere() throws CodecFault {
        for (int round = 0; round < ROUNDS; round++) {
            Home home = generated.home();
            assertThat(ResourceDecoder.home(ResourceEncoder.home(home))).isEqualTo(home);
        }
    }

    @Test
    void namesComeBackAsTheyWere() throws CodecFault {
        for (int round = 0; round < ROUNDS; round++) {
            NameTable names = generated.names();
            assertThat(ResourceDecoder.names(ResourceEncoder.names(names))).isEqualTo(names);
        }
    }

    @Test
    void nodesComeBackAsTheyWere() throws CodecFault {
        for (int round = 0; round < ROUNDS; round++) {
            ProxyNode node = generated.node();
            assertThat(NodeCodec.decode(NodeCodec.encode(node))).isEqualTo(node);
        }
    }

    /** Replicas of the control plane have to agree on what a version is of. */
    @Test
    void theSameIsWrittenAsTheSameBytes() {
        for (long seed = 0; seed < 200; seed++) {
            assertThat(new Generated(seed).resource()).isEqualTo(new Generated(seed).resource());
        }
    }

    @Test
    void whatANodeDoesNotTellIsUnknown() throws CodecFault {
        Node istio =
                Node.newBuilder()
                        .setId("sidecar~10.0.0.1~web-1.shop~shop.svc.cluster.local")
                        .setMetadata(
                                Struct.newBuilder()
                                        .putFields(
                                                "REVISION",
                                                Value.newBuilder().setStringValue("1-0").build()))
                        .build();
        ProxyNode node = NodeCodec.decode(istio);
        assertThat(node.version()).isEqualTo("unknown");
        assertThat(node.workload().namespace()).isEqualTo("shop");
        assertThat(node.workload().name()).isEqualTo("unknown");
        assertThat(node.workload().app()).isEqualTo("unknown");
    }
}
