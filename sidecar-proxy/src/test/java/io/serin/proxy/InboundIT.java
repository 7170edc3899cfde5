// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InboundIT {

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress("127.0.0.1", port);
    }

    @Test
    void callsTheApplicationFrom127006() throws IOException {
        try (TestServer app =
                        new TestServer((in, out, socket) -> {
                            TestServer.readHead(in);
                            out.write(TestServer.ok(socket.getInetAddress().getHostAddress()));
                        });
                ProxyHarness proxy = ProxyHarness.inbound(at(app.port()), true);
                TestClient client = new TestClient(proxy.port)) {
            assertThat(client.get("/")).endsWith("127.0.0.6");
        }
    }

    @Test
    void saysThatTheApplicationSawNothingWhenItRefuses() throws IOException {
        try (ProxyHarness proxy = ProxyHarness.inbound(at(TestServer.closedPort()), true);
                TestClient client = new TestClient(proxy.port)) {
            assertThat(client.get("/")).startsWith("HTTP/1.1 503").contains("SRN3101");
            assertThat(client.get("/")).startsWith("HTTP/1.1 503").contains("SRN3101");
        }
    }

    @Test
    void callsAgainWhereTheApplicationHadHungUpMeanwhile() throws IOException {
        try (TestServer app =
                        TestServer.sayingOnce("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nonce");
                ProxyHarness proxy = ProxyHarness.inbound(at(app.port()), true);
                TestClient client = new TestClient(proxy.port)) {
            for (int i = 0; i < 30; i++) {
                assertThat(client.get("/")).endsWith("once");
            }
        }
    }

    @Test
    void saysThatTheApplicationDiedAndTriesNothingElse() throws IOException {
        try (TestServer app =
                        new TestServer((in, out, socket) -> {
                            TestServer.readHead(in);
                            TestServer.reset(socket);
                        });
                ProxyHarness proxy = ProxyHarness.inbound(at(app.port()), true);
                TestClient client = new TestClient(proxy.port)) {
            assertThat(client.get("/")).startsWith("HTTP/1.1 502").contains("SRN3102");
            assertThat(app.connections).hasValue(1);
            assertThat(proxy.telemetry.prometheusText())
                    .contains("reporter=\"destination\"")
                    .contains("source_workload=\"unknown\"")
                    .contains("destination_workload=\"web\"")
                    .contains("destination_service=\"reviews.shop.svc.cluster.local\"")
                    .contains("response_code=\"502\",response_flags=\"UC\"} 1\n");
        }
    }

    @Test
    void passesOnWhatComesForAPortThatNobodyDeclared() throws IOException {
        try (TestServer app =
                        new TestServer((in, out, socket) ->
                                out.write(
                                        TestServer.bytes(
                                                socket.getInetAddress().getHostAddress())));
                ProxyHarness proxy = ProxyHarness.inboundUndeclared(at(app.port()));
                TestClient client = new TestClient(proxy.port)) {
            assertThat(client.readToEnd()).isEqualTo("127.0.0.6");
            assertThat(proxy.telemetry.prometheusText())
                    .contains("destination_service=\"InboundPassthroughCluster\"");
        }
    }

    @Test
    void passesTcpToTheApplication() throws IOException {
        try (TestServer app = new TestServer((in, out, socket) -> out.write(in.readNBytes(3)));
                ProxyHarness proxy = ProxyHarness.inbound(at(app.port()), false);
                TestClient client = new TestClient(proxy.port)) {
            client.send("abc");
            assertThat(client.readToEnd()).isEqualTo("abc");
        }
    }

    @Test
    void tellsCallersToLeaveOnceDrainIsAnnounced() throws IOException {
        try (TestServer app = TestServer.answering("ok");
                ProxyHarness proxy = ProxyHarness.inbound(at(app.port()), true);
                TestClient client = new TestClient(proxy.port)) {
            assertThat(client.get("/")).doesNotContain("connection: close");
            proxy.drain.announce();
            assertThat(client.get("/")).contains("connection: close").endsWith("ok");
            assertThat(client.readToEnd()).isEmpty();
            try (TestClient next = new TestClient(proxy.port)) {
                assertThat(next.get("/")).contains("connection: close").endsWith("ok");
            }
        }
    }

    @Test
    void stopsWithoutLosingWhatIsInFlight() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (TestServer app =
                        new TestServer((in, out, socket) -> {
                            TestServer.readHead(in);
                            arrived.countDown();
                            try {
                                goOn.await(10, TimeUnit.SECONDS);
                            } catch (InterruptedException stopped) {
                                Thread.currentThread().interrupt();
                            }
                            out.write(TestServer.ok("done"));
                        });
                ProxyHarness proxy = ProxyHarness.inbound(at(app.port()), true);
                TestClient idle = new TestClient(proxy.port);
                TestClient busy = new TestClient(proxy.port)) {
            await().until(() -> proxy.drain.open() == 2);
            busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(arrived.await(5, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<Integer> stopped = proxy.drain.stop(Duration.ofSeconds(10));
            assertThat(stopped).isNotDone();
            goOn.countDown();
            assertThat(busy.answer()).endsWith("done");
            assertThat(busy.readToEnd()).isEmpty();
            assertThat(idle.readToEnd()).isEmpty();
            assertThat(stopped.get(5, TimeUnit.SECONDS)).isZero();
        }
    }

    @Test
    void cutsOffWhatOutlastsTheGraceTime() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        try (TestServer app =
                        new TestServer((in, out, socket) -> {
                            TestServer.readHead(in);
                            arrived.countDown();
                            in.read();
                        });
                ProxyHarness proxy = ProxyHarness.inbound(at(app.port()), true);
                TestClient busy = new TestClient(proxy.port)) {
            busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(arrived.await(5, TimeUnit.SECONDS)).isTrue();
            assertThat(proxy.drain.stop(Duration.ofMillis(200)).get(5, TimeUnit.SECONDS))
                    .isEqualTo(1);
            assertThat(busy.readToEnd().getBytes(StandardCharsets.US_ASCII)).isEmpty();
        }
    }
}
