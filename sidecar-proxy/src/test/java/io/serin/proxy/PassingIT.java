// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that are passed on as they are, and how it is found out that they have to be. */
@Timeout(60)
class PassingIT {

    private static final int LARGE = 4 << 20;

    /** A destination that the mesh does not know. */
    private static ProxyHarness past(TestServer app) {
        return ProxyHarness.outboundTo(new InetSocketAddress("127.0.0.1", app.port()));
    }

    /** A Service where HTTP is expected. */
    private static ProxyHarness before(TestServer app) {
        return ProxyHarness.outbound(ProxyHarness.service(app.port()));
    }

    private static TestServer echo(int length) {
        return new TestServer((in, out, socket) -> out.write(in.readNBytes(length)));
    }

    @Test
    void whatWasSentBeforeAnEndArrivesBeforeTheEnd() throws Exception {
        for (int i = 0; i < 50; i++) {
            BlockingQueue<String> seen = new LinkedBlockingQueue<>();
            try (TestServer app =
                            new TestServer((in, out, socket) -> {
                                seen.add(TestServer.text(in.readAllBytes()));
                                out.write(TestServer.bytes("bye"));
                            });
                    ProxyHarness proxy = past(app);
                    TestClient client = new TestClient(proxy.port)) {
                client.send("all of it");
                client.endOutput();
                assertThat(seen.poll(5, TimeUnit.SECONDS)).isEqualTo("all of it");
                assertThat(client.readToEnd()).isEqualTo("bye");
            }
        }
    }

    @Test
    void aSlowServerGetsAllThatWasSentBeforeTheEnd() throws Exception {
        BlockingQueue<Integer> seen = new LinkedBlockingQueue<>();
        try (TestServer app =
                        new TestServer((in, out, socket) -> {
                            pause(500);
                            seen.add(in.readAllBytes().length);
                        });
                ProxyHarness proxy = past(app);
                TestClient client = new TestClient(proxy.port)) {
            client.send("x".repeat(LARGE));
            client.endOutput();
            assertThat(seen.poll(20, TimeUnit.SECONDS)).isEqualTo(LARGE);
        }
    }

    @Test
    void whoHasEndedItsHalfMayStillBeSlowToTakeALongAnswer() throws IOException {
        try (TestServer app =
                        new TestServer((in, out, socket) -> {
                            in.readAllBytes();
                            out.write(TestServer.bytes("x".repeat(LARGE)));
                        });
                ProxyHarness proxy = past(app);
                TestClient client = new TestClient(proxy.port)) {
            client.send("go");
            client.endOutput();
            pause(500);
            assertThat(client.readToEnd()).hasSize(LARGE);
        }
    }

    @Test
    void aSlowClientGetsAllThatWasSentBeforeTheEnd() throws IOException {
        try (TestServer app =
                        new TestServer((in, out, socket) ->
                                out.write(TestServer.bytes("x".repeat(LARGE))));
                ProxyHarness proxy = past(app);
                TestClient client = new TestClient(proxy.port)) {
            pause(500);
            assertThat(client.readToEnd()).hasSize(LARGE);
        }
    }

    @Test
    void aServersResetReachesTheClient() throws IOException {
        try (TestServer app =
                        new TestServer((in, out, socket) -> {
                            out.write(TestServer.bytes("x"));
                            out.flush();
                            pause(100);
                            TestServer.reset(socket);
                        });
                ProxyHarness proxy = past(app);
                TestClient client = new TestClient(proxy.port)) {
            assertThat(client.readUntilBroken()).isEqualTo("x");
        }
    }

    @Test
    void aClientsResetReachesTheServer() throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        try (TestServer app =
                        new TestServer((in, out, socket) -> {
                            try {
                                seen.add("read " + in.read());
                                seen.add("end " + in.read());
                            } catch (IOException reset) {
                                seen.add("reset");
                            }
                        });
                ProxyHarness proxy = past(app);
                TestClient client = new TestClient(proxy.port)) {
            client.send("a");
            assertThat(seen.poll(5, TimeUnit.SECONDS)).isEqualTo("read 97");
            TestServer.reset(client.socket);
            assertThat(seen.poll(5, TimeUnit.SECONDS)).isEqualTo("reset");
        }
    }

    @Test
    void whoCantBeReachedLooksAsIfThereWereNoProxy() throws IOException {
        try (ProxyHarness proxy =
                        ProxyHarness.outboundTo(
                                new InetSocketAddress("127.0.0.1", TestServer.closedPort()));
                TestClient client = new TestClient(proxy.port)) {
            assertThat(client.readUntilBroken()).isEmpty();
        }
    }

    @Test
    void whoCallsTheProxyItselfIsHungUpOn() throws IOException {
        for (boolean inbound : new boolean[] {true, false}) {
            try (ProxyHarness proxy = ProxyHarness.called(inbound);
                    TestClient client = new TestClient(proxy.port)) {
                assertThat(client.readUntilBroken()).isEmpty();
            }
        }
    }

    @Test
    void countsConnectionsAndBytes() throws IOException {
        try (TestServer app =
                        new TestServer((in, out, socket) -> {
                            in.readNBytes(3);
                            out.write(TestServer.bytes("answer"));
                        });
                ProxyHarness proxy = past(app);
                TestClient client = new TestClient(proxy.port)) {
            client.send("abc");
            assertThat(client.readToEnd()).isEqualTo("answer");
            client.socket.close();
            await().untilAsserted(() ->
                    assertThat(proxy.telemetry.prometheusText())
                            .containsPattern("istio_tcp_connections_opened_total\\{[^}]*} 1\n")
                            .containsPattern("istio_tcp_connections_closed_total\\{[^}]*} 1\n")
                            .containsPattern("istio_tcp_sent_bytes_total\\{[^}]*} 6\n")
                            .containsPattern("istio_tcp_received_bytes_total\\{[^}]*} 3\n")
                            .contains("destination_service=\"PassthroughCluster\""));
        }
    }

    /** A greeting and first bytes go by another way than the rest. */
    @Test
    void countsWhatWasSaidBeforeItWasKnownWhoSpeaksWhat() throws IOException {
        try (TestServer app =
                        new TestServer((in, out, socket) -> {
                            out.write(TestServer.bytes("220 hello\n"));
                            out.flush();
                            in.readNBytes(4);
                        });
                ProxyHarness proxy = before(app);
                TestClient client = new TestClient(proxy.port)) {
            assertThat(client.read(10)).isEqualTo("220 hello\n");
            client.send("QUIT");
            assertThat(client.readToEnd()).isEmpty();
            assertBytes(proxy, 4, 10);
        }
        try (TestServer app = new TestServer((in, out, socket) -> in.readNBytes(14));
                ProxyHarness proxy = before(app);
                TestClient client = new TestClient(proxy.port)) {
            client.send("SET key value\n");
            assertThat(client.readToEnd()).isEmpty();
            assertBytes(proxy, 14, 0);
        }
    }

    private static void assertBytes(ProxyHarness proxy, int received, int sent) {
        await().untilAsserted(() ->
                assertThat(proxy.telemetry.prometheusText())
                        .containsPattern(
                                "istio_tcp_received_bytes_total\\{[^}]*} " + received + "\n")
                        .containsPattern("istio_tcp_sent_bytes_total\\{[^}]*} " + sent + "\n"));
    }

    @Test
    void whatIsNoHttpIsPassedOnWhereHttpIsExpected() throws IOException {
        for (String text :
                new String[] {"*1\r\n$4\r\nPING\r\n", "SET key value\r\n", "\u0016\u0003"}) {
            try (TestServer app = echo(text.length());
                    ProxyHarness proxy = before(app);
                    TestClient client = new TestClient(proxy.port)) {
                client.send(text);
                assertThat(client.readToEnd()).isEqualTo(text);
            }
        }
    }

    @Test
    void aSilentEndpointHoldsNoConnectionUpForLong() throws IOException {
        Duration patient = Duration.ofSeconds(20);
        try (SilentServer silent = new SilentServer();
                TestServer app = echo(5);
                ProxyHarness proxy =
                        ProxyHarness.outbound(
                                ProxyHarness.patient(
                                        ProxyHarness.service(silent.port(), app.port()),
                                        patient))) {
            Duration longest = Duration.ZERO;
            for (int i = 0; i < 60 && longest.toMillis() < 400; i++) {
                long from = System.nanoTime();
                try (TestClient client = new TestClient(proxy.port)) {
                    client.send("PING\n");
                    assertThat(client.readToEnd()).isEqualTo("PING\n");
                }
                longest = Duration.ofNanos(System.nanoTime() - from);
            }
            assertThat(longest).isBetween(Duration.ofMillis(400), patient.dividedBy(4));
            silent.speak((in, out, socket) -> in.readAllBytes()).close();
        }
    }

    /** Where that many are slow it is for want of CPU, and more of them would be slower still. */
    @Test
    void whereManyConnectionsAreSlowOnlySomeHaveAnotherOneBesideThem() throws Exception {
        Duration patience = Duration.ofSeconds(4);
        try (SilentServer silent = new SilentServer();
                TestServer app = echo(5);
                ProxyHarness proxy = ProxyHarness.preferring(silent.port(), app.port(), patience);
                Crowd crowd = new Crowd(proxy.port, 20)) {
            crowd.each(client -> {
                client.send("PING\n");
                return client.readToEnd();
            });
            assertThat(crowd.answers()).hasSize(20).allMatch("PING\n"::equals);
            assertThat(crowd.answersWithin(patience)).isEqualTo(16);
        }
    }

    @Test
    void aClientThatSaysTooLittleToTellIsPassedOnAfterAWhile() throws IOException {
        try (TestServer app = echo(4);
                ProxyHarness proxy = before(app);
                TestClient client = new TestClient(proxy.port)) {
            client.send("PING");
            assertThat(client.readToEnd()).isEqualTo("PING");
        }
    }

    @Test
    void aClientMaySpeakAfterTheServerWasCalledForIt() throws IOException {
        try (TestServer app = echo(4);
                ProxyHarness proxy = before(app);
                TestClient client = new TestClient(proxy.port)) {
            await().until(() -> app.connections.get() == 1);
            client.send("ping");
            assertThat(client.readToEnd()).isEqualTo("ping");
            assertThat(app.connections).hasValue(1);
        }
    }

    @Test
    void aServerMayHangUpOnASilentClient() throws IOException {
        try (TestServer app = new TestServer((in, out, socket) -> pause(50));
                ProxyHarness proxy = before(app);
                TestClient client = new TestClient(proxy.port)) {
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @Test
    void aServicesClientsAreServedWhereTheyWereGoingOnceTheMeshForgetsIt() throws IOException {
        try (TestServer app = TestServer.answering("ok")) {
            InetSocketAddress service = new InetSocketAddress("127.0.0.1", app.port());
            try (ProxyHarness proxy = ProxyHarness.outboundTo(service);
                    TestClient client = new TestClient(proxy.port)) {
                proxy.become(ProxyHarness.serviceAt(service, app.port()));
                assertThat(client.get("/")).endsWith("ok");
                proxy.become(io.serin.api.snapshot.ProxySnapshot.EMPTY);
                for (int i = 0; i < 3; i++) {
                    assertThat(client.get("/")).endsWith("ok");
                }
            }
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
