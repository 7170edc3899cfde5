// SPDX-License-Identifier: Apache-2.0
package io.serin.control.translate;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.serin.api.backend.Cluster;
import io.serin.api.backend.Endpoint;
import io.serin.api.backend.EndpointGroup;
import io.serin.api.backend.Workload;
import io.serin.api.name.HostPort;
import io.serin.api.name.SpiffeId;
import io.serin.api.snapshot.Listener;
import io.serin.api.snapshot.ProxyNode;
import io.serin.api.snapshot.ProxySnapshot;
import io.serin.control.index.MeshIndex;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TranslationTest {

    private static final MeshIndex MESH =
            MeshText.index(
                    """
                    service reviews.shop 10.96.0.1 9080 9443/tcp
                    service headless.shop - 80
                    endpoint reviews.shop:9080 10.0.0.2:9080 draining
                    endpoint reviews.shop:9080 10.0.0.1:9080
                    endpoint gone.shop:80 10.0.0.7:80
                    pod 10.0.0.1 reviews-1.shop 9080=reviews.shop 9443/tcp=reviews.shop
                    """);

    private static final ProxySnapshot REVIEWS =
            Translation.translate(MESH, MeshText.node("10.0.0.1 reviews-1.shop"));

    @Test
    void meetsTrafficToEachClusterIpAndPortAndLetsTheRestPass() {
        assertThat(REVIEWS.listeners())
                .containsOnlyKeys(
                        "virtualOutbound", "virtualInbound", "10.96.0.1_9080", "10.96.0.1_9443")
                .containsEntry(
                        "virtualOutbound",
                        new Listener.Outbound("virtualOutbound", 15001, "PassthroughCluster"))
                .containsEntry(
                        "10.96.0.1_9080",
                        new Listener.Destination(
                                "10.96.0.1_9080",
                                new HostPort("10.96.0.1", 9080),
                                new Listener.Protocol.Http(
                                        "reviews.shop.svc.cluster.local:9080",
                                        "outbound|9080||reviews.shop.svc.cluster.local")))
                .containsEntry(
                        "10.96.0.1_9443",
                        new Listener.Destination(
                                "10.96.0.1_9443",
                                new HostPort("10.96.0.1", 9443),
                                new Listener.Protocol.Tcp(
                                        "outbound|9443||reviews.shop.svc.cluster.local")));
    }

    @Test
    void servesTheWorkloadsPortsInbound() {
        assertThat(REVIEWS.listeners())
                .containsEntry(
                        "virtualInbound",
                        new Listener.Inbound(
                                "virtualInbound",
                                15006,
                                List.of(
                                        new Listener.Inbound.Port(
                                                9080,
                                                true,
                                                "inbound|9080||",
                                                "reviews.shop.svc.cluster.local"),
                                        new Listener.Inbound.Port(
                                                9443,
                                                false,
                                                "inbound|9443||",
                                                "reviews.shop.svc.cluster.local")),
                                "InboundPassthroughCluster",
                                true));
        assertThat(REVIEWS.clusters())
                .containsEntry(
                        "inbound|9080||",
                        new Cluster.OriginalDestination(
                                "inbound|9080||", Duration.ofSeconds(10), Optional.of("127.0.0.6")))
                .containsKey("inbound|9443||");
    }

    @Test
    void letsInboundTrafficPassWhereTheWorkloadIsNotKnownYet() {
        ProxySnapshot unknown = Translation.translate(MESH, MeshText.node("10.0.0.99 new-1.shop"));

        assertThat(unknown.listeners())
                .containsEntry(
                        "virtualInbound",
                        new Listener.Inbound(
                                "virtualInbound",
                                15006,
                                List.of(),
                                "InboundPassthroughCluster",
                                true));
        assertThat(unknown.clusters()).doesNotContainKey("inbound|9080||");
    }

    @Test
    void hasAClusterForEachPortOfEachServiceAndWhereTheRestGoes() {
        assertThat(REVIEWS.clusters())
                .containsOnlyKeys(
                        "outbound|9080||reviews.shop.svc.cluster.local",
                        "outbound|9443||reviews.shop.svc.cluster.local",
                        "outbound|80||headless.shop.svc.cluster.local",
                        "inbound|9080||",
                        "inbound|9443||",
                        "PassthroughCluster",
                        "InboundPassthroughCluster",
                        "BlackHoleCluster")
                .containsEntry(
                        "PassthroughCluster",
                        new Cluster.OriginalDestination(
                                "PassthroughCluster", Duration.ofSeconds(10), Optional.empty()))
                .containsEntry(
                        "InboundPassthroughCluster",
                        new Cluster.OriginalDestination(
                                "InboundPassthroughCluster",
                                Duration.ofSeconds(10),
                                Optional.of("127.0.0.6")));
    }

    @Test
    void hasAGroupForEachClusterInTheOrderOfAddressesEmptyWhereNobodyServes() {
        assertThat(REVIEWS.endpoints())
                .containsOnlyKeys(
                        "outbound|9080||reviews.shop.svc.cluster.local",
                        "outbound|9443||reviews.shop.svc.cluster.local",
                        "outbound|80||headless.shop.svc.cluster.local")
                .containsEntry(
                        "outbound|9080||reviews.shop.svc.cluster.local",
                        new EndpointGroup(
                                "outbound|9080||reviews.shop.svc.cluster.local",
                                List.of(
                                        endpoint("10.0.0.1", Endpoint.Health.HEALTHY),
                                        endpoint("10.0.0.2", Endpoint.Health.DRAINING))))
                .containsEntry(
                        "outbound|80||headless.shop.svc.cluster.local",
                        new EndpointGroup(
                                "outbound|80||headless.shop.svc.cluster.local", List.of()));
    }

    @Test
    void countsAnAddressOnceThoughTwoSlicesHoldIt() {
        MeshIndex index =
                MeshText.index(
                        """
                        service reviews.shop 10.96.0.1 9080
                        endpoint reviews.shop:9080 10.0.0.1:9080 draining
                        endpoint reviews.shop:9080 10.0.0.1:9080
                        endpoint reviews.shop:9080 10.0.0.1:9080 draining
                        """);

        assertThat(Translation.mesh(index, true).endpoints())
                .containsEntry(
                        "outbound|9080||reviews.shop.svc.cluster.local",
                        new EndpointGroup(
                                "outbound|9080||reviews.shop.svc.cluster.local",
                                List.of(endpoint("10.0.0.1", Endpoint.Health.HEALTHY))));
    }

    @Test
    void namesTheIdentitiesOfThoseThatTakeMtlsToProxiesThatHaveOneThemselves() {
        MeshIndex index =
                MeshText.index(
                        """
                        service reviews.shop 10.96.0.1 9080
                        endpoint reviews.shop:9080 10.0.0.1:9080
                        endpoint reviews.shop:9080 10.0.0.2:9080
                        endpoint reviews.shop:9080 10.0.0.3:9080 draining
                        endpoint reviews.shop:9080 10.0.0.4:9080
                        pod 10.0.0.1 reviews-1.shop 9080=reviews.shop
                        pod 10.0.0.2 reviews-2.shop 9080=reviews.shop
                        pod 10.0.0.3 reviews-3.shop 9080=reviews.shop
                        pod 10.0.0.4 reviews-4.shop 9080=reviews.shop
                        mtls 10.0.0.1 reviews-v2.shop
                        mtls 10.0.0.2 reviews-v2.shop
                        mtls 10.0.0.3 reviews.shop
                        """);
        ProxyNode node = MeshText.node("10.0.0.9 web-1.shop");
        String name = "outbound|9080||reviews.shop.svc.cluster.local";

        ProxySnapshot told = Translation.translate(index, node);
        assertThat(told.clusters().get(name))
                .isEqualTo(
                        new Cluster.Eds(
                                name,
                                Duration.ofSeconds(3),
                                List.of(
                                        new SpiffeId("cluster.local", "shop", "reviews"),
                                        new SpiffeId("cluster.local", "shop", "reviews-v2"))));
        assertThat(requireNonNull(told.endpoints().get(name)).endpoints())
                .extracting(Endpoint::mtls)
                .containsExactly(true, true, true, false);

        ProxySnapshot anonymous = Translation.translate(index, node.withMtls(false));
        assertThat(anonymous.clusters())
                .containsEntry(name, new Cluster.Eds(name, Duration.ofSeconds(3)));
        assertThat(anonymous.listeners().get("virtualInbound"))
                .isInstanceOfSatisfying(
                        Listener.Inbound.class, inbound -> assertThat(inbound.mtls()).isFalse());
    }

    private static Endpoint endpoint(String ip, Endpoint.Health health) {
        return new Endpoint(new HostPort(ip, 9080), health, Workload.NOT_KNOWN);
    }
}
