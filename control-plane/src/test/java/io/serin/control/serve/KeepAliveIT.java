// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.serin.api.codec.TypeUrl;
import io.serin.api.name.Revision;
import io.serin.control.index.IndexChange;
import io.serin.control.snapshot.Pacer;
import io.serin.control.snapshot.Publisher;
import io.serin.control.translate.MeshText;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeepAliveIT {

    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final String EMPTY_SETTINGS = "\0\0\0\4\0\0\0\0\0";

    private final Vertx vertx = Vertx.vertx();
    private final Publisher publisher = new Publisher(Pacer.real());
    private final ConnectedProxies proxies = new ConnectedProxies();
    private final AdsVerticle verticle =
            new AdsVerticle(
                    new AdsSettings(0, new Revision("1-0"), "0.1.0", "istiod-1-0-abc"),
                    Optional.empty(),
                    new KeepAlive(Duration.ofMillis(100), Duration.ofMillis(400)),
                    publisher,
                    proxies,
                    new SimpleMeterRegistry());

    @BeforeEach
    void start() {
        publisher.accept(new IndexChange(MeshText.index(""), true));
        DiscoveryClient.await(vertx.deployVerticle(verticle));
    }

    @AfterEach
    void stop() {
        DiscoveryClient.await(vertx.close());
    }

    @Test
    void closesAConnectionThatSaysNothing() throws IOException {
        assertThat(closedAfterSending("")).isTrue();
    }

    @Test
    void closesAConnectionThatNoLongerAnswers() throws IOException {
        assertThat(closedAfterSending(PREFACE + EMPTY_SETTINGS)).isTrue();
    }

    @Test
    void closesAnOlderProtocolsConnection() throws IOException {
        assertThat(closedAfterSending("GET / HTTP/1.1\r\nhost: x\r\n\r\n")).isTrue();
    }

    @Test
    void keepsAQuietProxyForAsLongAsItAnswers() throws Exception {
        try (var client = DiscoveryClient.delta(vertx, verticle.port())) {
            client.send(
                    DiscoveryClient.first(MeshText.node("10.0.0.1 web-1.shop"), TypeUrl.CLUSTER));
            client.send(DiscoveryClient.ack(client.next()));

            // Three times as long as the patience with one that does not answer.
            assertThat(client.nextWithin(1_200)).isNull();
            assertThat(client.hasEnded()).isFalse();
            assertThat(proxies.list()).hasSize(1);
        }
    }

    @Test
    void refusesPatienceThatEndsBeforeTheQuestion() {
        assertThatThrownBy(() -> new KeepAlive(Duration.ofSeconds(2), Duration.ofSeconds(2)))
                .hasMessageContaining("patience: PT2S (expected: more than PT2S)");
    }

    private boolean closedAfterSending(String text) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), verticle.port())) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            // Throws if the other side leaves it open for longer than the timeout.
            socket.getInputStream().readAllBytes();
            return true;
        }
    }
}
