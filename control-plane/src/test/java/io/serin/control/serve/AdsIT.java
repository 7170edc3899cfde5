// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serin.api.codec.ResourceDecoder;
import io.serin.api.codec.TypeUrl;
import io.serin.api.name.Revision;
import io.serin.api.snapshot.ProxyNode;
import io.serin.api.xds.DeltaDiscoveryResponse;
import io.serin.api.xds.DiscoveryResponse;
import io.serin.api.xds.Resource;
import io.serin.control.translate.MeshText;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdsIT {

    private static final String MESH =
            """
            service web.shop 10.96.0.1 8080
            service reviews.shop 10.96.0.2 9080
            endpoint reviews.shop:9080 10.0.0.2:9080
            endpoint reviews.shop:9080 10.0.0.3:9080
            pod 10.0.0.1 web-1.shop 8080=web.shop
            """;

    private static final String REVIEWS = "outbound|9080||reviews.shop.svc.cluster.local";
    private static final String WEB = "outbound|8080||web.shop.svc.cluster.local";

    private static final ProxyNode PROXY = MeshText.node("10.0.0.1 web-1.shop");

    private final ControlPlaneInProcess control = new ControlPlaneInProcess();

    @AfterEach
    void stop() {
        control.close();
    }

    @Test
    void servesAProxyThatSpeaksDelta() throws Exception {
        control.mesh(MESH);
        try (var client = DiscoveryClient.delta(control.vertx, control.port())) {
            client.send(DiscoveryClient.first(PROXY, TypeUrl.CLUSTER));
            DeltaDiscoveryResponse clusters = client.next();
            assertThat(names(clusters))
                    .containsExactlyInAnyOrder(
                            REVIEWS,
                            WEB,
                            "inbound|8080||",
                            "PassthroughCluster",
                            "InboundPassthroughCluster",
                            "BlackHoleCluster");
            assertThat(clusters.getControlPlane().getIdentifier()).isEqualTo("istiod-1-0-abc");
            client.send(DiscoveryClient.ack(clusters));

            client.send(DiscoveryClient.more(TypeUrl.LISTENER));
            DeltaDiscoveryResponse listeners = client.next();
            assertThat(names(listeners))
                    .containsExactlyInAnyOrder(
                            "virtualOutbound",
                            "virtualInbound",
                            "10.96.0.1_8080",
                            "10.96.0.2_9080");
            client.send(DiscoveryClient.ack(listeners));

            client.send(DiscoveryClient.more(TypeUrl.ENDPOINT, REVIEWS, "outbound|1||no.such"));
            DeltaDiscoveryResponse endpoints = client.next();
            assertThat(names(endpoints)).containsExactly(REVIEWS);
            assertThat(endpoints.getRemovedResourcesList()).containsExactly("outbound|1||no.such");
            client.send(DiscoveryClient.ack(endpoints));

            client.send(DiscoveryClient.more(TypeUrl.ROUTE, "reviews.shop.svc.cluster.local:9080"));
            DeltaDiscoveryResponse routes = client.next();
            assertThat(names(routes)).containsExactly("reviews.shop.svc.cluster.local:9080");
            client.send(DiscoveryClient.ack(routes));

            control.mesh(MESH.replace("endpoint reviews.shop:9080 10.0.0.3:9080\n", ""));
            DeltaDiscoveryResponse fewer = client.next();
            assertThat(names(fewer)).containsExactly(REVIEWS);
            assertThat(ResourceDecoder.endpoints(fewer.getResources(0).getResource()).endpoints())
                    .singleElement()
                    .extracting(endpoint -> endpoint.address().host())
                    .isEqualTo("10.0.0.2");
        }
    }

    @Test
    void servesAProxyThatSpeaksStateOfTheWorld() throws Exception {
        control.mesh(MESH);
        try (var client = DiscoveryClient.sotw(control.vertx, control.port())) {
            client.send(DiscoveryClient.firstSotw(PROXY, TypeUrl.CLUSTER));
            DiscoveryResponse clusters = client.next();
            assertThat(clusters.getResourcesCount()).isEqualTo(6);
            assertThat(clusters.getVersionInfo()).isNotEmpty();
            client.send(DiscoveryClient.ack(clusters));

            client.send(
                    DiscoveryClient.firstSotw(PROXY, TypeUrl.ENDPOINT, REVIEWS).toBuilder()
                            .clearNode()
                            .build());
            DiscoveryResponse endpoints = client.next();
            assertThat(ResourceDecoder.endpoints(endpoints.getResources(0)).endpoints()).hasSize(2);
            client.send(DiscoveryClient.ack(endpoints, REVIEWS));

            control.mesh(MESH + "service new.shop 10.96.0.9 80\n");
            DiscoveryResponse more = client.next();
            assertThat(more.getTypeUrl()).isEqualTo(TypeUrl.CLUSTER.url());
            assertThat(more.getResourcesCount()).isEqualTo(7);
        }
    }

    @Test
    void answersOnceThereIsAConfigurationAndNotBefore() throws Exception {
        try (var client = DiscoveryClient.delta(control.vertx, control.port())) {
            client.send(DiscoveryClient.first(PROXY, TypeUrl.CLUSTER));
            assertThat(client.nextWithin(300)).isNull();
            assertThat(control.get("/ready"))
                    .isEqualTo("503 not yet: configuration is published\n");

            control.mesh(MESH);

            assertThat(names(client.next())).contains(WEB);
            assertThat(control.get("/ready")).isEqualTo("200 ready\n");
        }
    }

    @Test
    void turnsAwayAProxyOfAnotherRevisionAndNamesBoth() {
        control.mesh(MESH);
        ProxyNode other =
                new ProxyNode(
                        PROXY.id(), new Revision("1-1"), "0.1.0", PROXY.workload(), PROXY.labels());
        try (var client = DiscoveryClient.delta(control.vertx, control.port())) {
            client.send(DiscoveryClient.first(other, TypeUrl.CLUSTER));

            assertThat(client.end())
                    .startsWith("9 ")
                    .contains("web-1.shop is of revision 1-1")
                    .contains("this control plane is of revision 1-0")
                    .contains("istiod-1-1.istio-system.svc");
            assertThat(control.get("/metrics"))
                    .contains("serin_proxy_revision_mismatch_total 1.0")
                    .contains("pilot_xds 0.0");
        }
    }

    @Test
    void showsWhoIsHereAndWhatTheyHold() throws Exception {
        control.mesh(MESH);
        try (var client = DiscoveryClient.delta(control.vertx, control.port())) {
            client.send(DiscoveryClient.first(PROXY, TypeUrl.CLUSTER));
            DeltaDiscoveryResponse clusters = client.next();
            client.send(DiscoveryClient.ack(clusters));
            client.send(DiscoveryClient.more(TypeUrl.ROUTE, "web.shop.svc.cluster.local:8080"));
            client.send(DiscoveryClient.nack(client.next(), "route table web: too strange"));

            await().until(() -> proxy().getValue("lastNack") != null);
            JsonObject proxy = proxy();
            assertThat(control.json("/debug/syncz").getString("revision")).isEqualTo("1-0");
            assertThat(control.json("/debug/syncz").getString("version")).isEqualTo("0.1.0");
            assertThat(proxy.getString("id"))
                    .isEqualTo("sidecar~10.0.0.1~web-1.shop~shop.svc.cluster.local");
            assertThat(proxy.getString("pod")).isEqualTo("web-1");
            assertThat(proxy.getString("namespace")).isEqualTo("shop");
            assertThat(proxy.getString("ip")).isEqualTo("10.0.0.1");
            assertThat(proxy.getString("mode")).isEqualTo("delta");
            assertThat(proxy.getInstant("connectedSince")).isNotNull();
            JsonObject types = proxy.getJsonObject("types");
            assertThat(types.fieldNames()).containsExactlyInAnyOrder("CLUSTER", "ROUTE");
            assertThat(types.getJsonObject("CLUSTER").getString("acked"))
                    .isEqualTo(types.getJsonObject("CLUSTER").getString("sent"))
                    .isEqualTo(clusters.getSystemVersionInfo());
            assertThat(types.getJsonObject("ROUTE").getString("acked")).isEmpty();
            assertThat(proxy.getJsonObject("lastNack").getString("type")).isEqualTo("ROUTE");
            assertThat(proxy.getJsonObject("lastNack").getString("message"))
                    .isEqualTo("route table web: too strange");
            assertThat(control.get("/metrics"))
                    .contains("pilot_xds 1.0")
                    .contains("pilot_total_xds_rejects 1.0")
                    .contains("pilot_xds_pushes_total{type=\"cds\"} 1.0")
                    .contains("pilot_services 2.0")
                    .contains("process_resident_memory_bytes ")
                    .contains("process_cpu_seconds_total ")
                    .contains("istio_build{component=\"pilot\"");
        }
        await().untilAsserted(() ->
                assertThat(control.json("/debug/syncz").getJsonArray("proxies")).isEmpty());
    }

    private JsonObject proxy() {
        return control.json("/debug/syncz").getJsonArray("proxies").getJsonObject(0);
    }

    @Test
    void showsWhatAProxyIsTold() throws Exception {
        control.mesh(MESH);
        try (var client = DiscoveryClient.delta(control.vertx, control.port())) {
            client.send(DiscoveryClient.first(PROXY, TypeUrl.CLUSTER));
            client.next();

            JsonObject page = control.json("/debug/configz?proxy=web-1.shop");
            assertThat(page.getJsonArray("listeners")).hasSize(4);
            assertThat(page.getJsonArray("clusters")).hasSize(6);
            assertThat(page.getJsonArray("endpoints").getJsonObject(1).getString("name"))
                    .isEqualTo(REVIEWS);
            assertThat(page.getJsonArray("routeTables").getJsonObject(0).encode())
                    .contains("\"pathPrefix\":\"/\"")
                    .contains("\"cluster\":\"" + REVIEWS + "\"");
            assertThat(control.get("/debug/configz?proxy=nobody.shop")).startsWith("404 ");
            assertThat(control.get("/debug/configz?proxy=web-1"))
                    .isEqualTo("400 proxy: 'web-1' (expected: <pod>.<namespace>)\n");
        }
    }

    @Test
    void measuresHowLongAChangeTakesToTheLastProxy() throws Exception {
        control.mesh(MESH);
        try (var one = DiscoveryClient.delta(control.vertx, control.port());
                var two = DiscoveryClient.delta(control.vertx, control.port())) {
            one.send(DiscoveryClient.first(PROXY, TypeUrl.CLUSTER));
            one.send(DiscoveryClient.ack(one.next()));
            two.send(
                    DiscoveryClient.first(MeshText.node("10.0.0.7 other-1.shop"), TypeUrl.CLUSTER));
            two.send(DiscoveryClient.ack(two.next()));
            await().until(() -> control.get("/metrics").contains("pilot_xds 2.0"));

            control.mesh(MESH + "service new.shop 10.96.0.9 80\n");
            DeltaDiscoveryResponse first = one.next();
            DeltaDiscoveryResponse second = two.next();
            one.send(DiscoveryClient.ack(first));
            await().until(() ->
                    control.get("/metrics").contains("pilot_proxy_convergence_time_count 1"));
            assertThat(control.get("/metrics"))
                    .contains("serin_config_propagation_seconds_count 0");
            two.send(DiscoveryClient.ack(second));
            await().until(() ->
                    control.get("/metrics").contains("serin_config_propagation_seconds_count 1"));
        }
    }

    @Test
    void sendsAProxyThatComesBackOnlyWhatDiffers() throws Exception {
        control.mesh(MESH);
        List<Resource> held;
        try (var client = DiscoveryClient.delta(control.vertx, control.port())) {
            client.send(DiscoveryClient.first(PROXY, TypeUrl.CLUSTER));
            held = client.next().getResourcesList();
        }
        control.mesh(MESH + "service new.shop 10.96.0.9 80\n");
        try (var client = DiscoveryClient.delta(control.vertx, control.port())) {
            var hello = DiscoveryClient.first(PROXY, TypeUrl.CLUSTER).toBuilder();
            held.forEach(it -> hello.putInitialResourceVersions(it.getName(), it.getVersion()));
            await().until(() -> control.publisher.latest().orElseThrow().services() == 3);
            client.send(hello.build());

            assertThat(names(client.next()))
                    .containsExactly("outbound|80||new.shop.svc.cluster.local");
        }
    }

    @Test
    void endsItsStreamsWhenItStopsSoThatProxiesLookElsewhere() throws Exception {
        control.mesh(MESH);
        try (var client = DiscoveryClient.delta(control.vertx, control.port())) {
            client.send(DiscoveryClient.first(PROXY, TypeUrl.CLUSTER));
            client.next();

            control.undeploy();

            assertThat(client.end()).isEqualTo("14 istiod-1-0-abc is shutting down");
        }
    }

    @Test
    void forgetsAProxyWhoseStreamIsResetOrClosed() throws Exception {
        control.mesh(MESH);
        try (var reset = DiscoveryClient.delta(control.vertx, control.port());
                var closed = DiscoveryClient.sotw(control.vertx, control.port())) {
            reset.send(DiscoveryClient.first(PROXY, TypeUrl.CLUSTER));
            reset.next();
            closed.send(
                    DiscoveryClient.firstSotw(
                            MeshText.node("10.0.0.7 other-1.shop"), TypeUrl.CLUSTER));
            closed.next();
            assertThat(control.proxies.list()).hasSize(2);

            reset.cancel();
            await().until(() -> control.proxies.list().size() == 1);
            closed.halfClose();
            await().until(() -> control.proxies.list().isEmpty());
            assertThat(closed.end()).isEqualTo("0");
        }
    }

    private static List<String> names(DeltaDiscoveryResponse response) {
        return response.getResourcesList().stream().map(Resource::getName).toList();
    }
}
