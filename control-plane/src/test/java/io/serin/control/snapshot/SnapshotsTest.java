// SPDX-License-Identifier: Apache-2.0
package io.serin.control.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.api.backend.Cluster;
import io.serin.api.backend.EndpointGroup;
import io.serin.api.codec.CodecFault;
import io.serin.api.codec.ResourceDecoder;
import io.serin.api.discovery.ServerResource;
import io.serin.api.discovery.ServerResources;
import io.serin.api.discovery.ServerSnapshot;
import io.serin.api.route.RouteTable;
import io.serin.api.snapshot.Listener;
import io.serin.api.snapshot.ProxyNode;
import io.serin.api.snapshot.ProxySnapshot;
import io.serin.control.translate.MeshText;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SnapshotsTest {

    private static final String MESH =
            """
            service web.shop 10.96.0.1 8080
            service reviews.shop 10.96.0.2 9080
            endpoint reviews.shop:9080 10.0.0.2:9080
            endpoint reviews.shop:9080 10.0.0.3:9080
            pod 10.0.0.1 web-1.shop 8080=web.shop
            pod 10.0.0.2 reviews-1.shop 9080=reviews.shop
            pod 10.0.0.3 reviews-2.shop 9080=reviews.shop
            """;

    private static final ProxyNode WEB = MeshText.node("10.0.0.1 web-1.shop");
    private static final ProxyNode REVIEWS_1 = MeshText.node("10.0.0.2 reviews-1.shop");
    private static final ProxyNode REVIEWS_2 = MeshText.node("10.0.0.3 reviews-2.shop");
    private static final ProxyNode VISITOR = MeshText.node("10.0.0.9 client-1.visitors");

    private final Snapshots first = Snapshots.NONE.next(MeshText.index(MESH), 0);

    @Test
    void holdsWhatWasTranslated() throws CodecFault {
        for (ProxyNode node : new ProxyNode[] {WEB, REVIEWS_1, VISITOR}) {
            assertThat(decode(first.of(node))).isEqualTo(first.translated(node));
        }
    }

    @Test
    void isTheSameObjectForReplicasOfAWorkload() {
        assertThat(first.of(REVIEWS_1)).isSameAs(first.of(REVIEWS_2)).isNotSameAs(first.of(WEB));
    }

    @Test
    void tellsNamesToThoseAloneWhoAnswerForThem() {
        ProxyNode answering = MeshText.answering(WEB);

        assertThat(first.of(WEB).names().all()).isEmpty();
        assertThat(first.names(WEB).hosts()).isEmpty();
        assertThat(first.of(answering).names().names()).containsExactly("names");
        assertThat(first.of(answering).clusters().version())
                .isEqualTo(first.of(WEB).clusters().version());
        assertThat(first.names(answering).hosts())
                .containsOnlyKeys("web.shop.svc.cluster.local", "reviews.shop.svc.cluster.local");
    }

    @Test
    void tellsThoseWithoutAnIdentityOfPlaintextAlone() throws CodecFault {
        Snapshots meshed = first.next(MeshText.index(MESH + "mtls 10.0.0.3 reviews.shop\n"), 0);
        ProxyNode anonymous = WEB.withMtls(false);
        String cluster = "outbound|9080||reviews.shop.svc.cluster.local";

        assertThat(decode(meshed.of(anonymous))).isEqualTo(meshed.translated(anonymous));
        assertThat(decode(meshed.of(WEB))).isEqualTo(meshed.translated(WEB));
        assertThat(meshed.of(anonymous).clusters().get(cluster))
                .isNotEqualTo(meshed.of(WEB).clusters().get(cluster));
        assertThat(meshed.of(anonymous)).isSameAs(meshed.of(anonymous));
    }

    @Test
    void namesAreTheVerySameUntilOneChanges() {
        ProxyNode answering = MeshText.answering(WEB);
        ServerResources before = first.of(answering).names();
        Snapshots moved = first.next(MeshText.index(MESH.replace("10.0.0.3:", "10.0.0.4:")), 0);
        Snapshots renamed = moved.next(MeshText.index(MESH.replace("web.shop", "app.shop")), 0);

        assertThat(moved.of(answering).names()).isSameAs(before);
        assertThat(renamed.of(answering).names().version())
                .isNotEqualTo(moved.of(answering).names().version());
        assertThat(Snapshots.NONE.next(MeshText.index(MESH), 9).of(answering).names().version())
                .isEqualTo(before.version());
    }

    @Test
    void encodesOnlyWhatChanged() {
        Snapshots second =
                first.next(
                        MeshText.index(
                                MESH.replace(
                                        "endpoint reviews.shop:9080 10.0.0.3:9080",
                                        "endpoint reviews.shop:9080 10.0.0.3:9080 draining")),
                        0);

        assertThat(second.of(WEB).endpoints().changedSince(first.of(WEB).endpoints()))
                .containsExactly("outbound|9080||reviews.shop.svc.cluster.local");
        String untouched = "outbound|8080||web.shop.svc.cluster.local";
        assertThat(second.of(WEB).endpoints().get(untouched))
                .isSameAs(first.of(WEB).endpoints().get(untouched));
        assertThat(second.of(WEB).clusters().version())
                .isEqualTo(first.of(WEB).clusters().version());
        assertThat(second.of(WEB).clusters().changedSince(first.of(WEB).clusters())).isEmpty();
    }

    @Test
    void hasTheSameVersionsInAnotherReplica() {
        Snapshots other = Snapshots.NONE.next(MeshText.index(MESH), 77);

        assertThat(other.of(WEB).clusters().version())
                .isEqualTo(first.of(WEB).clusters().version());
        assertThat(other.of(WEB).routeTables().all())
                .containsExactlyInAnyOrderElementsOf(first.of(WEB).routeTables().all());
    }

    @Test
    void givesANamespaceItsOwnRoutesAndOthersNone() {
        Snapshots routed =
                first.next(
                        MeshText.index(
                                MESH
                                        + """
                                        route visitors/mine reviews.shop
                                          any -> web.shop:8080*1
                                        """),
                        0);
        String table = "reviews.shop.svc.cluster.local:9080";

        assertThat(routed.of(VISITOR).routeTables().get(table))
                .isNotEqualTo(routed.of(WEB).routeTables().get(table));
        assertThat(routed.of(WEB).routeTables().get(table))
                .isSameAs(first.of(WEB).routeTables().get(table));
        assertThat(routed.of(VISITOR).routeTables().changedSince(first.of(VISITOR).routeTables()))
                .containsExactly(table);
    }

    @Test
    void forgetsTheRoutesOfANamespaceThatHasNoneAnyMore() {
        Snapshots routed =
                first.next(
                        MeshText.index(
                                MESH
                                        + """
                                        route visitors/mine reviews.shop
                                          any -> web.shop:8080*1
                                        """),
                        0);
        Snapshots back = routed.next(MeshText.index(MESH), 0);

        assertThat(back.of(VISITOR).routeTables().version())
                .isEqualTo(first.of(VISITOR).routeTables().version());
    }

    private static ProxySnapshot decode(ServerSnapshot snapshot) throws CodecFault {
        Map<String, Listener> listeners = new HashMap<>();
        for (ServerResource it : snapshot.listeners().all()) {
            listeners.put(it.name(), ResourceDecoder.listener(it.body()));
        }
        Map<String, RouteTable> tables = new HashMap<>();
        for (ServerResource it : snapshot.routeTables().all()) {
            tables.put(it.name(), ResourceDecoder.routeTable(it.body()));
        }
        Map<String, Cluster> clusters = new HashMap<>();
        for (ServerResource it : snapshot.clusters().all()) {
            clusters.put(it.name(), ResourceDecoder.cluster(it.body()));
        }
        Map<String, EndpointGroup> endpoints = new HashMap<>();
        for (ServerResource it : snapshot.endpoints().all()) {
            endpoints.put(it.name(), ResourceDecoder.endpoints(it.body()));
        }
        return new ProxySnapshot(listeners, tables, clusters, endpoints);
    }
}
