// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serin.api.codec.CodecFault;
import io.serin.api.codec.ResourceDecoder;
import io.serin.api.codec.TypeUrl;
import io.serin.api.name.HostPort;
import io.serin.api.name.Revision;
import io.serin.api.snapshot.Home;
import io.serin.api.snapshot.Protocol;
import io.serin.api.snapshot.ProxyNode;
import io.serin.api.xds.DeltaDiscoveryRequest;
import io.serin.api.xds.DeltaDiscoveryResponse;
import io.serin.control.translate.MeshText;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where proxies belong: who is told, who is taken in, who is turned away. */
class HomesIT {

    private static final String MESH =
            """
            service web.shop 10.96.0.1 8080
            pod 10.0.0.1 web-1.shop 8080=web.shop
            """;

    private static final ProxyNode OURS = MeshText.node("10.0.0.1 web-1.shop");
    private static final ProxyNode GUEST = of(OURS, new Revision("1-1"), 1);

    private final ControlPlaneInProcess control = new ControlPlaneInProcess();

    @AfterEach
    void stop() {
        control.close();
    }

    @Test
    void everyProxyIsToldAndToldAgainWhenThatChanges() throws Exception {
        control.mesh(MESH);
        try (var client = client()) {
            client.send(DiscoveryClient.first(OURS, TypeUrl.HOME, Home.NAME));
            DeltaDiscoveryResponse first = client.next();
            assertThat(home(first)).isEqualTo(home("1-0"));
            client.send(DiscoveryClient.ack(first));

            control.mesh(MESH + "home shop 1-1\n");
            DeltaDiscoveryResponse away = client.next();
            assertThat(home(away)).isEqualTo(home("1-1"));
            client.send(DiscoveryClient.ack(away));

            control.mesh(MESH + "home other 1-1\n");
            assertThat(home(client.next())).isEqualTo(home("1-0"));
        }
    }

    @Test
    void aGuestIsServedWhileItsNamespaceWantsItHereAndThenSentHome() throws Exception {
        control.mesh(MESH + "home shop 1-0\n");
        try (var client = client()) {
            client.send(DiscoveryClient.first(GUEST, TypeUrl.HOME, Home.NAME));
            DeltaDiscoveryResponse first = client.next();
            assertThat(home(first)).isEqualTo(home("1-0"));
            assertThat(proxies()).as("it only asks, so far").isEmpty();
            client.send(DiscoveryClient.ack(first));
            client.send(DiscoveryClient.more(TypeUrl.CLUSTER));
            DeltaDiscoveryResponse clusters = client.next();
            assertThat(clusters.getResourcesList()).hasSize(5);
            client.send(DiscoveryClient.ack(clusters));

            JsonObject shown =
                    control.json("/debug/syncz").getJsonArray("proxies").getJsonObject(0);
            assertThat(shown.getString("revision")).isEqualTo("1-1");
            assertThat(shown.getJsonObject("home").getString("wanted")).isEqualTo("1-0");
            assertThat(shown.getJsonObject("home").getString("actual")).isEqualTo("1-0");
            assertThat(shown.getInteger("protocol")).isEqualTo(1);

            control.mesh(MESH);
            assertThat(home(client.next())).isEqualTo(home("1-1"));
            assertThat(client.hasEnded()).as("it goes by itself").isFalse();
        }
    }

    @Test
    void aGuestIsTurnedAwayWhereItsNamespaceDoesNotWantItHere() {
        control.mesh(MESH + "home shop 1-2\nhome other 1-0\n");
        try (var client = client()) {
            client.send(DiscoveryClient.first(GUEST, TypeUrl.HOME, Home.NAME));
            assertThat(client.end()).startsWith("9 ").contains("web-1.shop is of revision 1-1");
        }
    }

    @Test
    void aGuestComesAgainWhileNobodyKnowsWhoBelongsHere() {
        try (var client = client()) {
            client.send(DiscoveryClient.first(GUEST, TypeUrl.HOME, Home.NAME));
            assertThat(client.end()).isEqualTo("14 it is not known yet who belongs here");
        }
    }

    @Test
    void aGuestThatSpeaksAnotherProtocolIsTurnedAway() {
        control.mesh(MESH + "home shop 1-0\n");
        for (int other : new int[] {0, Protocol.OWN.latest() + 1}) {
            try (var client = client()) {
                client.send(
                        DiscoveryClient.first(of(GUEST, GUEST.revision(), other), TypeUrl.CLUSTER));
                assertThat(client.end())
                        .isEqualTo(
                                "9 proxy web-1.shop speaks protocol "
                                        + other
                                        + " (expected: 1); restart its pod to move it");
            }
        }
    }

    @Test
    void whyAProxyStaysIsShownUntilItIsToldOtherwise() throws Exception {
        control.mesh(MESH + "home shop 1-1\n");
        try (var client = client()) {
            client.send(DiscoveryClient.first(OURS, TypeUrl.HOME, Home.NAME));
            DeltaDiscoveryResponse away = client.next();
            client.send(DiscoveryClient.ack(away));
            client.send(DiscoveryClient.more(TypeUrl.CLUSTER));
            client.send(DiscoveryClient.ack(client.next()));

            client.send(DiscoveryClient.nack(away, "nobody is there"));
            await().untilAsserted(() ->
                    assertThat(lastFailure().getString("message")).isEqualTo("nobody is there"));
            assertThat(control.get("/debug/syncz")).contains("\"lastNack\" : null");
            client.send(DiscoveryClient.nack(away, "still nobody"));
            await().until(() -> lastFailure().getString("message").equals("still nobody"));

            control.mesh(MESH);
            client.send(DiscoveryClient.ack(client.next()));
            await().until(() -> lastFailure() == null);
        }
    }

    @Test
    void whatAPodWouldBeToldHereCanBeSeenThoughItIsNotHere() {
        control.mesh(MESH);

        JsonObject page = control.json("/debug/configz?pod=web-1.shop");

        assertThat(page.getJsonArray("clusters")).hasSize(5);
        assertThat(page.getString("revision")).isEqualTo("1-0");
        assertThat(control.get("/debug/configz?pod=web-9.shop"))
                .startsWith("404 pod: 'web-9.shop' (expected: ");
        assertThat(control.get("/debug/configz?pod=web-1"))
                .startsWith("400 pod: 'web-1' (expected: <pod>.<namespace>)");
    }

    private DiscoveryClient<DeltaDiscoveryRequest, DeltaDiscoveryResponse> client() {
        return DiscoveryClient.delta(control.vertx, control.port());
    }

    private Iterable<Object> proxies() {
        return control.json("/debug/syncz").getJsonArray("proxies");
    }

    private JsonObject lastFailure() {
        return control.json("/debug/syncz")
                .getJsonArray("proxies")
                .getJsonObject(0)
                .getJsonObject("home")
                .getJsonObject("lastFailure");
    }

    private static Home home(DeltaDiscoveryResponse response) throws CodecFault {
        assertThat(response.getTypeUrl()).isEqualTo(TypeUrl.HOME.url());
        assertThat(response.getResourcesList()).hasSize(1);
        return ResourceDecoder.home(response.getResources(0).getResource());
    }

    private static Home home(String revision) {
        return new Home(
                new Revision(revision),
                new HostPort("istiod-" + revision + ".istio-system.svc", 15012),
                Protocol.OWN);
    }

    private static ProxyNode of(ProxyNode node, Revision revision, int protocol) {
        return new ProxyNode(
                node.id(),
                revision,
                node.version(),
                protocol,
                node.workload(),
                node.labels(),
                false,
                node.mtls());
    }
}
