// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.serin.api.route.HeaderMatch;
import io.serin.api.route.PathMatch;
import io.serin.api.route.RequestMatch;
import io.serin.api.route.Route;
import io.serin.api.route.RouteAction;
import io.serin.api.route.WeightedCluster;
import io.serin.api.snapshot.ProxySnapshot;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OutboundIT {

    private static Route to(String cluster) {
        return forward(RequestMatch.ANY, new WeightedCluster(cluster, 1));
    }

    private static Route forward(RequestMatch match, WeightedCluster... clusters) {
        return new Route("r", match, new RouteAction.Forward(List.of(clusters), 2));
    }

    private static ProxySnapshot one(int... ports) {
        return ProxyHarness.config(
                List.of(to("v1")), Map.of("v1", java.util.Arrays.stream(ports).boxed().toList()));
    }

    @Test
    void keepsConnectionsOnBothSides() throws IOException {
        try (TestServer app = TestServer.answering("hello");
                ProxyHarness proxy = ProxyHarness.outbound(one(app.port()));
                TestClient client = new TestClient(proxy.port)) {
            for (int i = 0; i < 50; i++) {
                assertThat(client.get("/")).endsWith("\r\n\r\nhello");
            }
            assertThat(app.connections).hasValue(1);
            assertThat(proxy.telemetry.prometheusText())
                    .contains("response_code=\"200\",response_flags=\"-\"} 50\n");
        }
    }

    @Test
    void answersPipelinedRequestsInOrder() throws IOException {
        try (TestServer app =
                        new TestServer((in, out, socket) -> {
                            for (String head = TestServer.readHead(in);
                                    !head.isEmpty();
                                    head = TestServer.readHead(in)) {
                                out.write(TestServer.ok(head.split(" ")[1]));
                            }
                        });
                ProxyHarness proxy = ProxyHarness.outbound(one(app.port()));
                TestClient client = new TestClient(proxy.port)) {
            client.send(
                    "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
                            + "GET /3 HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.answer()).endsWith("/1");
            assertThat(client.answer()).endsWith("/2");
            assertThat(client.answer()).endsWith("/3");
        }
    }

    @Test
    void splitsByWeightAndFollowsAChangeWithoutLosingARequest() throws Exception {
        try (TestServer v1 = TestServer.answering("v1");
                TestServer v2 = TestServer.answering("v2");
                ProxyHarness proxy = ProxyHarness.outbound(split(v1, v2, 90, 10));
                TestClient client = new TestClient(proxy.port)) {
            assertThat(shareOfV2(client, 4000)).isCloseTo(0.1, within(0.02));
            AtomicBoolean stop = new AtomicBoolean();
            Thread changes =
                    Thread.ofVirtual()
                            .start(() -> {
                                for (int i = 0; !stop.get(); i++) {
                                    proxy.become(split(v1, v2, i % 100, 100 - i % 100));
                                }
                            });
            assertThat(shareOfV2(client, 3000)).isBetween(0.05, 0.95);
            stop.set(true);
            changes.join();
            proxy.become(split(v1, v2, 0, 100));
            await().atMost(Duration.ofSeconds(2))
                    .until(() -> client.get("/").endsWith("v2") && shareOfV2(client, 50) == 1.0);
        }
    }

    private static ProxySnapshot split(TestServer v1, TestServer v2, int first, int second) {
        return ProxyHarness.config(
                List.of(
                        forward(
                                RequestMatch.ANY,
                                new WeightedCluster("v1", first),
                                new WeightedCluster("v2", second))),
                Map.of("v1", List.of(v1.port()), "v2", List.of(v2.port())));
    }

    private static double shareOfV2(TestClient client, int requests) throws IOException {
        int v2 = 0;
        for (int i = 0; i < requests; i++) {
            String answer = client.get("/");
            assertThat(answer).startsWith("HTTP/1.1 200");
            if (answer.endsWith("v2")) {
                v2++;
            }
        }
        return v2 / (double) requests;
    }

    @Test
    void routesByPathHeaderAndMethodAndNamesWhatFailed() throws IOException {
        try (TestServer v1 = TestServer.answering("v1");
                ProxyHarness proxy =
                        ProxyHarness.outbound(
                                ProxyHarness.config(
                                        List.of(
                                                forward(
                                                        new RequestMatch(
                                                                new PathMatch.Prefix("/a"),
                                                                List.of(
                                                                        new HeaderMatch(
                                                                                "x-user", "jane"))),
                                                        new WeightedCluster("v1", 1)),
                                                forward(
                                                        new RequestMatch(
                                                                new PathMatch.Exact("/gone"),
                                                                List.of()),
                                                        new WeightedCluster(
                                                                "UnresolvedBackend", 1)),
                                                forward(
                                                        new RequestMatch(
                                                                new PathMatch.Exact("/empty"),
                                                                List.of(
                                                                        new HeaderMatch(
                                                                                ":method", "GET"))),
                                                        new WeightedCluster("none", 1)),
                                                new Route(
                                                        "own",
                                                        new RequestMatch(
                                                                new PathMatch.Exact("/own"),
                                                                List.of()),
                                                        new RouteAction.Respond(418, "short"))),
                                        Map.of("v1", List.of(v1.port()), "none", List.of())));
                TestClient client = new TestClient(proxy.port)) {
            client.send("GET /a/b HTTP/1.1\r\nHost: a\r\nX-User: jane\r\n\r\n");
            assertThat(client.answer()).endsWith("v1");
            assertThat(client.get("/a/b")).startsWith("HTTP/1.1 404").contains("SRN2101");
            assertThat(client.get("/gone")).startsWith("HTTP/1.1 500").contains("SRN2102");
            assertThat(client.get("/empty"))
                    .startsWith("HTTP/1.1 503")
                    .contains("SRN2103 no healthy endpoint for none (0 of 0 ready)");
            assertThat(client.get("/own"))
                    .startsWith("HTTP/1.1 418")
                    .contains("x-serin-error: SRN2107 short\r\n")
                    .endsWith("short");
        }
    }

    @Test
    void refusesBadRequestsAndLivesOn() throws IOException {
        try (TestServer app = TestServer.answering("ok");
                ProxyHarness proxy = ProxyHarness.outbound(one(app.port()))) {
            for (String bad :
                    List.of(
                            "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
                            "GET / HTTP/1.1\r\nHost: a\r\nX: " + "y".repeat(70_000) + "\r\n\r\n")) {
                try (TestClient client = new TestClient(proxy.port)) {
                    client.send(bad);
                    assertThat(client.readToEnd())
                            .startsWith("HTTP/1.1 4")
                            .contains("x-serin-error: SRN100")
                            .contains("connection: close");
                }
            }
            try (TestClient client = new TestClient(proxy.port)) {
                assertThat(client.get("/")).endsWith("ok");
            }
            assertThat(app.connections).hasValue(1);
        }
    }

    @Test
    void passesBigBodiesBothWays() throws Exception {
        int size = 8 << 20;
        try (TestServer app =
                        new TestServer((in, out, socket) -> {
                            TestServer.readHead(in);
                            byte[] body = in.readNBytes(size);
                            out.write(
                                    ("HTTP/1.1 200 OK\r\nContent-Length: "
                                                    + body.length
                                                    + "\r\n\r\n")
                                            .getBytes(StandardCharsets.US_ASCII));
                            out.write(body);
                        });
                ProxyHarness proxy = ProxyHarness.outbound(one(app.port()));
                TestClient client = new TestClient(proxy.port)) {
            Thread sender =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    client.send(
                                            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: "
                                                    + size
                                                    + "\r\n\r\n"
                                                    + "x".repeat(size));
                                } catch (IOException broken) {
                                    throw new java.io.UncheckedIOException(broken);
                                }
                            });
            String answer = client.answer();
            sender.join();
            assertThat(answer.length()).isGreaterThan(size);
            assertThat(answer).endsWith("xxx");
        }
    }

    @Test
    void passesChunkedAnswersAndKeepsTheConnection() throws IOException {
        try (TestServer app =
                        new TestServer((in, out, socket) -> {
                            while (!TestServer.readHead(in).isEmpty()) {
                                out.write(
                                        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked"
                                                        + "\r\n\r\n3\r\nabc\r\n")
                                                .getBytes(StandardCharsets.US_ASCII));
                                out.flush();
                                out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                                out.flush();
                            }
                        });
                ProxyHarness proxy = ProxyHarness.outbound(one(app.port()));
                TestClient client = new TestClient(proxy.port)) {
            for (int i = 0; i < 10; i++) {
                assertThat(client.get("/")).contains("chunked");
                assertThat(client.read(13)).isEqualTo("3\r\nabc\r\n0\r\n\r\n");
            }
            assertThat(app.connections).hasValue(1);
        }
    }

    @Test
    void becomesATunnelOnUpgrade() throws IOException {
        try (TestServer app =
                        new TestServer((in, out, socket) -> {
                            assertThat(TestServer.readHead(in)).contains("Upgrade");
                            out.write(
                                    ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket"
                                                    + "\r\nConnection: Upgrade\r\n\r\nhi")
                                            .getBytes(StandardCharsets.US_ASCII));
                            out.write(in.readNBytes(4));
                        });
                ProxyHarness proxy = ProxyHarness.outbound(one(app.port()));
                TestClient client = new TestClient(proxy.port)) {
            client.send(
                    "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
            assertThat(client.answer()).startsWith("HTTP/1.1 101");
            assertThat(client.read(2)).isEqualTo("hi");
            client.send("ping");
            assertThat(client.readToEnd()).isEqualTo("ping");
        }
    }

    @Test
    void passesThroughWhatTheMeshDoesNotKnowWithHalfCloseAndServerFirst() throws IOException {
        try (TestServer greeting =
                        new TestServer((in, out, socket) -> {
                            out.write("220 hello\n".getBytes(StandardCharsets.US_ASCII));
                            out.flush();
                            byte[] all = in.readAllBytes();
                            out.write(all);
                        });
                ProxyHarness proxy =
                        ProxyHarness.outboundTo(
                                new InetSocketAddress("127.0.0.1", greeting.port()));
                TestClient client = new TestClient(proxy.port)) {
            assertThat(client.read(10)).isEqualTo("220 hello\n");
            client.send("QUIT");
            client.socket.shutdownOutput();
            assertThat(client.readToEnd()).isEqualTo("QUIT");
        }
    }

    @Test
    void letsAServerSpeakFirstWhereHttpWasExpected() throws IOException {
        try (TestServer greeting =
                        new TestServer((in, out, socket) -> {
                            out.write("220 hello\n".getBytes(StandardCharsets.US_ASCII));
                            out.flush();
                            out.write(in.readNBytes(4));
                        });
                ProxyHarness proxy =
                        ProxyHarness.outbound(
                                ProxyHarness.config(
                                        List.of(to(ProxyHarness.CLUSTER)),
                                        Map.of(ProxyHarness.CLUSTER, List.of(greeting.port()))));
                TestClient client = new TestClient(proxy.port)) {
            assertThat(client.read(10)).isEqualTo("220 hello\n");
            client.send("QUIT");
            assertThat(client.readToEnd()).isEqualTo("QUIT");
        }
    }

    @Test
    void aSlowClientMayStillSpeakHttp() throws Exception {
        try (TestServer app = TestServer.answering("late");
                ProxyHarness proxy =
                        ProxyHarness.outbound(
                                ProxyHarness.config(
                                        List.of(to(ProxyHarness.CLUSTER)),
                                        Map.of(ProxyHarness.CLUSTER, List.of(app.port()))));
                TestClient client = new TestClient(proxy.port)) {
            await().atMost(Duration.ofSeconds(5)).until(() -> app.connections.get() == 1);
            assertThat(client.get("/")).endsWith("late");
            assertThat(client.get("/")).endsWith("late");
        }
    }
}
