// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serin.api.codec.CodecFault;
import io.serin.api.codec.ResourceDecoder;
import io.serin.api.codec.TypeUrl;
import io.serin.api.snapshot.NameTable;
import io.serin.api.snapshot.ProxyNode;
import io.serin.api.xds.DeltaDiscoveryRequest;
import io.serin.api.xds.DeltaDiscoveryResponse;
import io.serin.control.translate.MeshText;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Names, as proxies are told them that answer for names. */
class NamesIT {

    private static final String MESH =
            """
            service web.shop 10.96.0.1 8080
            service db.shop -
            headless db.shop 10.0.0.5 db-0
            pod 10.0.0.1 web-1.shop 8080=web.shop
            """;

    private static final ProxyNode WEB = MeshText.answering(MeshText.node("10.0.0.1 web-1.shop"));

    private final ControlPlaneInProcess control = new ControlPlaneInProcess();

    @AfterEach
    void stop() {
        control.close();
    }

    @Test
    void areToldAndToldAgainWhenOneChangesAndThenOnly() throws Exception {
        control.mesh(MESH);
        try (var client = client()) {
            client.send(DiscoveryClient.first(WEB, TypeUrl.NAMES, NameTable.NAME));
            DeltaDiscoveryResponse first = client.next();
            assertThat(names(first).hosts())
                    .containsOnlyKeys(
                            "web.shop.svc.cluster.local",
                            "db.shop.svc.cluster.local",
                            "db-0.db.shop.svc.cluster.local");
            client.send(DiscoveryClient.ack(first));

            control.mesh(MESH + "endpoint web.shop:8080 10.0.0.1:8080\n");
            control.mesh(MESH + "headless db.shop 10.0.0.6\n");
            DeltaDiscoveryResponse second = client.next();
            assertThat(names(second).hosts())
                    .hasEntrySatisfying(
                            "db.shop.svc.cluster.local", pods -> assertThat(pods).hasSize(2));
            client.send(DiscoveryClient.ack(second));

            await().untilAsserted(() -> {
                JsonObject names = type("NAMES");
                assertThat(names.getString("acked")).isEqualTo(names.getString("sent"));
            });
        }
    }

    @Test
    void aRefusalIsShown() throws Exception {
        control.mesh(MESH);
        try (var client = client()) {
            client.send(DiscoveryClient.first(WEB, TypeUrl.NAMES, NameTable.NAME));
            client.send(DiscoveryClient.nack(client.next(), "no such names"));

            await().untilAsserted(() ->
                    assertThat(proxy().getJsonObject("lastNack").getString("type"))
                            .isEqualTo("NAMES"));
        }
    }

    private JsonObject proxy() {
        return control.json("/debug/syncz").getJsonArray("proxies").getJsonObject(0);
    }

    private JsonObject type(String name) {
        return proxy().getJsonObject("types").getJsonObject(name);
    }

    private static NameTable names(DeltaDiscoveryResponse response) throws CodecFault {
        assertThat(response.getTypeUrl())
                .isEqualTo("type.googleapis.com/istio.networking.nds.v1.NameTable");
        return ResourceDecoder.names(response.getResources(0).getResource());
    }

    private DiscoveryClient<DeltaDiscoveryRequest, DeltaDiscoveryResponse> client() {
        return DiscoveryClient.delta(control.vertx, control.port());
    }
}
