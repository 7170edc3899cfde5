// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serin.api.codec.TypeUrl;
import io.serin.api.snapshot.ProxyNode;
import io.serin.api.xds.DeltaDiscoveryRequest;
import io.serin.api.xds.DeltaDiscoveryResponse;
import io.serin.api.xds.Node;
import io.serin.control.translate.MeshText;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever a peer does, the others are served on. */
class BadPeersIT {

    private static final ProxyNode GOOD = MeshText.node("10.0.0.1 web-1.shop");
    private static final ProxyNode BAD = MeshText.node("10.0.0.66 bad-1.shop");
    private static final String WEB = "outbound|8080||web.shop.svc.cluster.local";

    private final ControlPlaneInProcess control = new ControlPlaneInProcess();
    private final DiscoveryClient<DeltaDiscoveryRequest, DeltaDiscoveryResponse> neighbour =
            DiscoveryClient.delta(control.vertx, control.port());
    private int addresses;

    @BeforeEach
    void connectANeighbour() throws Exception {
        control.mesh("service web.shop 10.96.0.1 8080\n");
        neighbour.send(DiscoveryClient.first(GOOD, TypeUrl.ENDPOINT, WEB));
        neighbour.send(DiscoveryClient.ack(neighbour.next()));
    }

    @AfterEach
    void theNeighbourIsServedOn() throws Exception {
        try {
            change();
            assertThat(neighbour.next().getResourcesList()).hasSize(1);
            assertThat(neighbour.hasEnded()).isFalse();
        } finally {
            neighbour.close();
            control.close();
        }
    }

    private void change() {
        addresses++;
        control.mesh(
                "service web.shop 10.96.0.1 8080\nendpoint web.shop:8080 10.0.0."
                        + addresses
                        + ":8080\n");
    }

    @Test
    void aFrameThatIsNoRequestEndsItsOwnStream() {
        try (var bad = client()) {
            bad.sendRaw(DiscoveryClient.frame(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1}));

            assertThat(bad.end()).startsWith("3 not a discovery request");
        }
    }

    @Test
    void garbageOfAnyKindEndsItsOwnStream() {
        var random = new Random(4);
        for (int i = 0; i < 50; i++) {
            byte[] garbage = new byte[1 + random.nextInt(200)];
            random.nextBytes(garbage);
            // Within the limit, or nothing would be read of it.
            garbage[0] = 0;
            try (var bad = client()) {
                bad.sendRaw(DiscoveryClient.frame(garbage));
                assertThat(bad.end()).startsWith("3 ");
            }
        }
    }

    @Test
    void aTruncatedFrameIsWaitedForAndForgottenWithItsStream() throws Exception {
        try (var bad = client()) {
            bad.send(DiscoveryClient.first(BAD, TypeUrl.CLUSTER));
            bad.next();
            bad.sendRaw(Buffer.buffer().appendByte((byte) 0).appendInt(1_000).appendString("abc"));
            bad.halfClose();
            assertThat(bad.end()).isEqualTo("0");
        }
        await().until(() -> control.proxies.list().size() == 1);
    }

    @Test
    void aFrameThatSaysItIsHugeEndsItsOwnStream() {
        try (var bad = client()) {
            bad.sendRaw(
                    Buffer.buffer().appendByte((byte) 0).appendInt(64 << 20).appendString("abc"));

            assertThat(bad.end()).startsWith("8");
        }
    }

    @Test
    void aLengthThatIsNegativeAsAnIntEndsItsOwnStream() {
        try (var bad = client()) {
            bad.sendRaw(Buffer.buffer().appendByte((byte) 0).appendInt(-1).appendString("abc"));

            assertThat(bad.end()).startsWith("8");
        }
    }

    @Test
    void aCompressedFrameIsNotUnpacked() {
        try (var bad = client()) {
            bad.sendRaw(Buffer.buffer().appendByte((byte) 1).appendInt(3).appendString("abc"));

            assertThat(bad.end()).isNotEmpty();
        }
        await().until(() -> control.proxies.list().size() == 1);
    }

    @Test
    void aProxyThatDoesNotSayWhoItIsIsTurnedAway() {
        try (var bad = client()) {
            bad.send(DiscoveryClient.more(TypeUrl.CLUSTER));

            assertThat(bad.end()).startsWith("3 node ''");
        }
        try (var bad = client()) {
            bad.send(
                    DiscoveryClient.more(TypeUrl.CLUSTER).toBuilder()
                            .setNode(Node.newBuilder().setId("sidecar~~~"))
                            .build());

            assertThat(bad.end()).startsWith("3 node 'sidecar~~~'").contains("expected");
        }
    }

    @Test
    void aClientThatWantsTooManyNamesIsTurnedAway() {
        try (var bad = client()) {
            var request = DiscoveryClient.first(BAD, TypeUrl.ENDPOINT).toBuilder();
            for (int i = 0; i < 70_000; i++) {
                request.addResourceNamesSubscribe("n" + i);
            }
            bad.send(request.build());

            assertThat(bad.end()).startsWith("8 70000 names of ENDPOINT");
        }
    }

    @Test
    void httpOneIsNotUnderstoodAndHarmsNobody() throws IOException {
        for (String text :
                new String[] {
                    "GET / HTTP/1.1\r\nhost: x\r\n\r\n",
                    "POST /envoy.service.discovery.v3.AggregatedDiscoveryService/"
                            + "DeltaAggregatedResources HTTP/1.1\r\nhost: x\r\n"
                            + "content-type: application/grpc\r\ncontent-length: 3\r\n\r\nabc",
                    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\ngarbage that is no frame at all",
                    "\u0000\u0001\u0002\u0003",
                    "x".repeat(100_000) + "\r\n\r\n"
                }) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), control.port())) {
                socket.setSoTimeout(5_000);
                socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
                socket.shutdownOutput();
                // Answered or closed, either is right; left hanging is not.
                socket.getInputStream().readAllBytes();
            } catch (IOException reset) {
                assertThat(reset).hasMessageContaining("reset");
            }
        }
    }

    @Test
    void aMethodThatIsNotThereIsAnswered() {
        try (var bad = DiscoveryClient.method(control.vertx, control.port(), "NoSuchMethod")) {
            bad.send(DiscoveryClient.first(BAD, TypeUrl.CLUSTER));

            assertThat(bad.end()).startsWith("12");
        }
    }

    @Test
    void aClientThatNeverAnswersIsSentOneResponseOfATypeHoweverMuchChanges() throws Exception {
        try (var silent = client()) {
            silent.send(DiscoveryClient.first(BAD, TypeUrl.ENDPOINT, WEB));
            silent.next();
            for (int i = 0; i < 20; i++) {
                change();
                neighbour.send(DiscoveryClient.ack(neighbour.next()));
            }

            assertThat(silent.nextWithin(300)).isNull();
        }
    }

    @Test
    void aClientThatDoesNotReadDelaysNobody() throws Exception {
        try (var slow = client()) {
            slow.stopReading();
            slow.send(DiscoveryClient.first(BAD, TypeUrl.CLUSTER));
            slow.send(DiscoveryClient.more(TypeUrl.LISTENER));
            for (int i = 0; i < 20; i++) {
                change();
                neighbour.send(DiscoveryClient.ack(neighbour.next()));
            }
        }
    }

    @Test
    void aStreamOfRefusalsIsNotAnsweredWithTheSameAgain() throws Exception {
        try (var refuser = client()) {
            refuser.send(DiscoveryClient.first(BAD, TypeUrl.CLUSTER));
            DeltaDiscoveryResponse offer = refuser.next();
            for (int i = 0; i < 20; i++) {
                refuser.send(DiscoveryClient.nack(offer, "no"));
            }

            assertThat(refuser.nextWithin(300)).isNull();
        }
    }

    private DiscoveryClient<DeltaDiscoveryRequest, DeltaDiscoveryResponse> client() {
        return DiscoveryClient.delta(control.vertx, control.port());
    }
}
