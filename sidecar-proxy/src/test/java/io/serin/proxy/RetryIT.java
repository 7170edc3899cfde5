// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serin.api.backend.Endpoint;
import io.serin.api.name.ClusterName;
import io.serin.api.route.RequestMatch;
import io.serin.api.route.Route;
import io.serin.api.route.RouteAction;
import io.serin.api.route.WeightedCluster;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a request is sent again, and when it must not be. */
@Timeout(60)
class RetryIT {

    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";

    private static String fault(String code) {
        return "HTTP/1.1 503 Service Unavailable\r\nx-serin-error: "
                + code
                + " gone\r\nContent-Length: 0\r\n\r\n";
    }

    @Test
    void triesAnotherEndpointWhenOneRefuses() throws IOException {
        try (TestServer app = TestServer.answering("alive");
                ProxyHarness proxy =
                        ProxyHarness.outbound(
                                ProxyHarness.service(
                                        TestServer.closedPort(),
                                        app.port(),
                                        TestServer.closedPort()));
                TestClient client = new TestClient(proxy.port)) {
            for (int i = 0; i < 30; i++) {
                client.send(POST);
                assertThat(client.answer()).startsWith("HTTP/1.1 200");
            }
        }
    }

    @Test
    void aSilentEndpointHoldsARequestUpForAMomentOnly() throws IOException {
        try (SilentServer silent = new SilentServer();
                TestServer app = TestServer.answering("alive");
                ProxyHarness proxy =
                        ProxyHarness.outbound(
                                ProxyHarness.patient(
                                        ProxyHarness.service(silent.port(), app.port()), PATIENT));
                TestClient client = new TestClient(proxy.port)) {
            Duration longest = Duration.ZERO;
            for (int i = 0; i < 60 && longest.toMillis() < 400; i++) {
                long from = System.nanoTime();
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
                assertThat(client.answer()).startsWith("HTTP/1.1 200").endsWith("alive");
                longest = Duration.ofNanos(System.nanoTime() - from);
            }
            assertThat(longest).isBetween(Duration.ofMillis(400), PATIENT.dividedBy(4));

            try (TestServer late = silent.speak(TestServer.each("late"))) {
                // The connection that was given up, then made after all, serves.
                await().until(() -> client.get("/").endsWith("late"));
                int made = late.connections.get();
                app.kill();
                for (int i = 0; i < 10; i++) {
                    assertThat(client.get("/")).startsWith("HTTP/1.1 200").endsWith("late");
                }
                assertThat(late.connections).hasValue(made);
            }
        }
    }

    /** Once lost as a node was drained: the one that was left had only been slow. */
    @Test
    void aSlowEndpointServesWhatTheOneTriedBesideItRefuses() throws IOException {
        try (SilentServer slow = new SilentServer();
                TestServer refusing =
                        new TestServer((in, out, socket) -> {
                            in.readNBytes(POST.length());
                            slow.speak(TestServer.each("late"));
                            // Its connection is made at the second packet, after a second.
                            await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
                            out.write(TestServer.bytes(fault("SRN3101")));
                        });
                ProxyHarness proxy =
                        ProxyHarness.preferring(slow.port(), refusing.port(), PATIENT);
                TestClient client = new TestClient(proxy.port)) {
            client.send(POST);
            assertThat(client.answer()).startsWith("HTTP/1.1 200").endsWith("late");
            assertThat(refusing.connections).hasValue(1);
        }
    }

    @Test
    void whereNobodySpeaksTheClientIsToldOnce() throws IOException {
        try (SilentServer one = new SilentServer();
                SilentServer other = new SilentServer();
                ProxyHarness proxy =
                        ProxyHarness.outbound(
                                ProxyHarness.service(
                                        one.port(), other.port(), TestServer.closedPort()));
                TestClient client = new TestClient(proxy.port)) {
            client.send(POST);
            assertThat(client.answer()).startsWith("HTTP/1.1 503").contains("SRN2104");
            assertThat(client.get("/")).startsWith("HTTP/1.1 503");
        }
    }

    /** Rolled while the control plane was away: all that the proxy knows of is gone. */
    @Test
    void asksKubernetesWhenEndpointsAreGoneAndNobodySaysWhereTo() throws IOException {
        try (TestServer app = TestServer.answering("new")) {
            InetSocketAddress service = new InetSocketAddress("127.0.0.1", app.port());
            int[] gone = {
                TestServer.closedPort(), TestServer.closedPort(), TestServer.closedPort()
            };
            try (ProxyHarness proxy = ProxyHarness.outboundTo(service)) {
                proxy.become(ProxyHarness.serviceAt(service, gone));
                try (TestClient client = new TestClient(proxy.port);
                        TestClient stranger = new TestClient(proxy.port)) {
                    client.send(POST);
                    assertThat(client.answer()).startsWith("HTTP/1.1 503").contains("SRN2104");
                    assertThat(app.connections).hasValue(0);

                    proxy.loseControlPlane();
                    for (int i = 0; i < 10; i++) {
                        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
                        assertThat(client.answer()).startsWith("HTTP/1.1 200").endsWith("new");
                    }
                    assertThat(app.connections).hasValue(1);
                    stranger.send("PING\n");
                    await().until(() -> app.connections.get() == 2);

                    proxy.become(ProxyHarness.serviceAt(service));
                    assertThat(client.get("/")).startsWith("HTTP/1.1 200").endsWith("new");
                }
            }
        }
    }

    @Test
    void repeatsIdempotentRequestsOnlyWhenAnEndpointDiesBeforeItAnswers() throws IOException {
        try (TestServer dying =
                        new TestServer((in, out, socket) -> {
                            TestServer.readHead(in);
                            socket.setSoLinger(true, 0);
                        });
                TestServer app = TestServer.answering("alive");
                ProxyHarness proxy =
                        ProxyHarness.outbound(ProxyHarness.service(dying.port(), app.port()));
                TestClient client = new TestClient(proxy.port)) {
            for (int i = 0; i < 40; i++) {
                assertThat(client.get("/")).startsWith("HTTP/1.1 200");
            }
            assertThat(dying.connections.get()).isPositive();
            AtomicInteger lost = new AtomicInteger();
            for (int i = 0; i < 40; i++) {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
                if (client.answer().startsWith("HTTP/1.1 502")) {
                    lost.incrementAndGet();
                }
            }
            assertThat(lost.get()).isPositive();
        }
    }

    @Test
    void repeatsAnyRequestThatTheOtherProxySaysNobodySaw() throws IOException {
        try (TestServer refusing =
                        new TestServer((in, out, socket) -> {
                            while (!TestServer.readHead(in).isEmpty()) {
                                in.readNBytes(3);
                                out.write(TestServer.bytes(fault("SRN3101")));
                            }
                        });
                TestServer app =
                        new TestServer((in, out, socket) -> {
                            while (!TestServer.readHead(in).isEmpty()) {
                                out.write(
                                        TestServer.ok(
                                                new String(
                                                        in.readNBytes(3),
                                                        StandardCharsets.US_ASCII)));
                            }
                        });
                ProxyHarness proxy =
                        ProxyHarness.outbound(ProxyHarness.service(refusing.port(), app.port()));
                TestClient client = new TestClient(proxy.port)) {
            for (int i = 0; i < 30; i++) {
                client.send(POST);
                assertThat(client.answer()).startsWith("HTTP/1.1 200").endsWith("abc");
            }
            assertThat(refusing.connections.get()).isPositive();
        }
    }

    /** Once lost in a rollback: the application went away with the request in its hands. */
    @Test
    void repeatsOnlyIdempotentRequestsThatTheOtherProxySaysGotNoAnswer() throws IOException {
        try (TestServer leaving = TestServer.saying(fault("SRN3102"));
                TestServer app = TestServer.answering("alive");
                ProxyHarness proxy =
                        ProxyHarness.outbound(ProxyHarness.service(leaving.port(), app.port()));
                TestClient client = new TestClient(proxy.port)) {
            for (int i = 0; i < 30; i++) {
                assertThat(client.get("/")).startsWith("HTTP/1.1 200").endsWith("alive");
            }
            assertThat(leaving.connections.get()).isPositive();
            // Repeated, and with nowhere else to go, it would be answered with our own fault.
            proxy.become(ProxyHarness.service(leaving.port()));
            await().until(() -> client.get("/").contains("SRN2105"));
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            assertThat(client.answer()).contains("SRN3102");
        }
    }

    @Test
    void usesAFreshConnectionWhenThePooledOneWasClosed() throws IOException {
        try (TestServer app =
                        new TestServer((in, out, socket) -> {
                            TestServer.readHead(in);
                            out.write(TestServer.ok("once"));
                        });
                ProxyHarness proxy = ProxyHarness.outbound(ProxyHarness.service(app.port()));
                TestClient client = new TestClient(proxy.port)) {
            for (int i = 0; i < 30; i++) {
                assertThat(client.get("/")).endsWith("once");
            }
        }
    }

    @Test
    void neverRepeatsWhatWasTooLargeToKeep() throws IOException {
        AtomicInteger requests = new AtomicInteger();
        int size = 200_000;
        try (TestServer refusing =
                        new TestServer((in, out, socket) -> {
                            while (!TestServer.readHead(in).isEmpty()) {
                                in.readNBytes(size);
                                requests.incrementAndGet();
                                out.write(TestServer.bytes(fault("SRN3101")));
                            }
                        });
                ProxyHarness proxy =
                        ProxyHarness.outbound(
                                ProxyHarness.service(refusing.port(), TestServer.closedPort()));
                TestClient client = new TestClient(proxy.port)) {
            client.send(
                    "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: "
                            + size
                            + "\r\n\r\n"
                            + "x".repeat(size));
            assertThat(client.answer()).contains("SRN3101");
            assertThat(requests).hasValue(1);
        }
    }

    @Test
    void neverRepeatsOnceAnAnswerHasBegun() throws IOException {
        try (TestServer app =
                        new TestServer((in, out, socket) -> {
                            TestServer.readHead(in);
                            out.write(
                                    TestServer.bytes(
                                            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"));
                            out.flush();
                            pause(100);
                            TestServer.reset(socket);
                        });
                ProxyHarness proxy = ProxyHarness.outbound(ProxyHarness.service(app.port()));
                TestClient client = new TestClient(proxy.port)) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readUntilBroken()).endsWith("half");
            assertThat(app.connections).hasValue(1);
            assertThat(proxy.telemetry.prometheusText())
                    .contains("response_code=\"200\",response_flags=\"UC\"} 1\n");
        }
    }

    @Test
    void givesUpAfterTheRoutesRetriesAndSaysWhy() throws IOException {
        int one = TestServer.closedPort();
        int two = TestServer.closedPort();
        int three = TestServer.closedPort();
        int four = TestServer.closedPort();
        try (ProxyHarness proxy =
                        ProxyHarness.outbound(ProxyHarness.service(one, two, three, four));
                TestClient client = new TestClient(proxy.port)) {
            client.send(POST);
            assertThat(client.answer())
                    .startsWith("HTTP/1.1 503")
                    .contains("x-serin-error: SRN2104 connection to 127.0.0.1:")
                    .contains("content-type: text/plain");
            assertThat(proxy.telemetry.prometheusText())
                    .contains("response_code=\"503\",response_flags=\"UF,URX\"} 1\n");
        }
    }

    @Test
    void takesDrainingEndpointsOnlyWhenNoOtherIsLeft() throws IOException {
        try (TestServer leaving = TestServer.answering("leaving");
                TestServer staying = TestServer.answering("staying");
                ProxyHarness proxy =
                        ProxyHarness.outbound(
                                ProxyHarness.withHealth(
                                        Map.of(
                                                leaving.port(), Endpoint.Health.DRAINING,
                                                staying.port(), Endpoint.Health.HEALTHY)));
                TestClient client = new TestClient(proxy.port)) {
            for (int i = 0; i < 30; i++) {
                assertThat(client.get("/")).endsWith("staying");
            }
            proxy.become(ProxyHarness.withHealth(Map.of(leaving.port(), Endpoint.Health.DRAINING)));
            await().until(() -> client.get("/").endsWith("leaving"));
        }
    }

    @Test
    void saysThatNobodyIsThere() throws IOException {
        try (ProxyHarness proxy = ProxyHarness.outbound(ProxyHarness.service());
                TestClient client = new TestClient(proxy.port)) {
            assertThat(client.get("/"))
                    .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
                    .contains(
                            "x-serin-error: SRN2103 no healthy endpoint for reviews.shop:9080"
                                    + " (0 of 0 ready)\r\n");
            assertThat(client.get("/")).contains("SRN2103");
            assertThat(proxy.telemetry.prometheusText())
                    .contains("response_code=\"503\",response_flags=\"UH\"} 2\n")
                    .contains("destination_service=\"reviews.shop.svc.cluster.local\"");
        }
    }

    @Test
    void answersTheShareOfAnUnresolvedBackend() throws IOException {
        try (TestServer app = TestServer.answering("ok")) {
            Route half =
                    new Route(
                            "half",
                            RequestMatch.ANY,
                            new RouteAction.Forward(
                                    List.of(
                                            new WeightedCluster("v1", 1),
                                            new WeightedCluster(ClusterName.UNRESOLVED, 1)),
                                    2));
            try (ProxyHarness proxy =
                            ProxyHarness.outbound(
                                    ProxyHarness.config(
                                            List.of(half), Map.of("v1", List.of(app.port()))));
                    TestClient client = new TestClient(proxy.port)) {
                int refused = 0;
                for (int i = 0; i < 400; i++) {
                    String answer = client.get("/");
                    if (answer.startsWith("HTTP/1.1 500")) {
                        assertThat(answer).contains("SRN2102");
                        refused++;
                    } else {
                        assertThat(answer).endsWith("ok");
                    }
                }
                assertThat(refused).isBetween(140, 260);
            }
        }
    }

    @Test
    void hangsUpOnAnEndpointThatIsGoneAndLetsTheLastRequestFinish() throws IOException {
        AtomicInteger hungUp = new AtomicInteger();
        try (TestServer old =
                        new TestServer((in, out, socket) -> {
                            while (!TestServer.readHead(in).isEmpty()) {
                                pause(200);
                                out.write(TestServer.ok("old"));
                            }
                            hungUp.incrementAndGet();
                        });
                TestServer fresh = TestServer.answering("fresh");
                ProxyHarness proxy = ProxyHarness.outbound(ProxyHarness.service(old.port()));
                TestClient client = new TestClient(proxy.port)) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            await().until(() -> old.connections.get() == 1);
            proxy.become(ProxyHarness.service(fresh.port()));
            assertThat(client.answer()).endsWith("old");
            await().until(() -> hungUp.get() == 1);
            assertThat(client.get("/")).endsWith("fresh");
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
