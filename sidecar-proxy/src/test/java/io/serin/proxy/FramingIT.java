// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where messages end, and what becomes of the connections then. */
@Timeout(60)
class FramingIT {

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private static ProxyHarness before(TestServer app) {
        return ProxyHarness.outbound(ProxyHarness.service(app.port()));
    }

    /** Answers each request with its body of Content-Length. */
    private static TestServer echo() {
        return new TestServer((in, out, socket) -> {
            for (String head = TestServer.readHead(in);
                    !head.isEmpty();
                    head = TestServer.readHead(in)) {
                byte[] body = in.readNBytes(lengthOf(head));
                out.write(TestServer.bytes("HTTP/1.1 200 OK\r\nContent-Length: " + body.length));
                out.write(TestServer.bytes("\r\n\r\n"));
                out.write(body);
                out.flush();
            }
        });
    }

    private static int lengthOf(String head) {
        int at = head.toLowerCase(Locale.ROOT).indexOf("content-length: ");
        return at < 0 ? 0 : Integer.parseInt(head.substring(at + 16, head.indexOf('\r', at + 16)));
    }

    private static void readChunks(InputStream in) throws IOException {
        StringBuilder tail = new StringBuilder();
        while (!tail.toString().endsWith("0\r\n\r\n")
                && !tail.toString().endsWith("X: y\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                return;
            }
            tail.append((char) b);
        }
    }

    @Test
    void aClientsCloseDoesNotCostTheConnectionToTheEndpoint() throws IOException {
        try (TestServer app = TestServer.answering("ok");
                ProxyHarness proxy = before(app)) {
            for (int i = 0; i < 5; i++) {
                try (TestClient client = new TestClient(proxy.port)) {
                    client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
                    assertThat(client.readToEnd()).contains("connection: close").endsWith("ok");
                }
            }
            assertThat(app.connections).hasValue(1);
        }
    }

    @Test
    void anEndpointsCloseDoesNotCostTheClientItsConnection() throws IOException {
        try (TestServer app =
                        TestServer.sayingOnce(
                                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
                ProxyHarness proxy = before(app);
                TestClient client = new TestClient(proxy.port)) {
            for (int i = 0; i < 5; i++) {
                client.send(GET);
                assertThat(client.answer()).doesNotContainIgnoringCase("connection").endsWith("ok");
            }
            assertThat(app.connections).hasValue(5);
        }
    }

    @Test
    void http10EndsWithItsAnswerUnlessBothSidesSayOtherwise() throws IOException {
        try (TestServer app = echo();
                ProxyHarness proxy = before(app)) {
            try (TestClient client = new TestClient(proxy.port)) {
                client.send("POST / HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc");
                assertThat(client.readToEnd()).contains("connection: close").endsWith("abc");
            }
            try (TestClient client = new TestClient(proxy.port)) {
                client.send(
                        "POST / HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nabc");
                // The endpoint did not promise to stay, so that the client must not wait for more.
                assertThat(client.readToEnd()).contains("connection: close").endsWith("abc");
            }
        }
        try (TestServer app =
                        TestServer.saying(
                                "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok");
                ProxyHarness proxy = before(app);
                TestClient client = new TestClient(proxy.port)) {
            for (int i = 0; i < 3; i++) {
                client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
                assertThat(client.answer()).contains("Connection: keep-alive").endsWith("ok");
            }
            assertThat(app.connections).hasValue(1);
        }
    }

    @Test
    void chunksAreNotForClientsOfHttp10() throws IOException {
        try (TestServer app =
                        TestServer.saying(
                                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
                ProxyHarness proxy = before(app);
                TestClient client = new TestClient(proxy.port)) {
            client.send("GET / HTTP/1.0\r\n\r\n");
            assertThat(client.readToEnd()).startsWith("HTTP/1.1 502").contains("SRN2106");
        }
    }

    @Test
    void answersToHeadAndSomeStatusesHaveNoBody() throws IOException {
        for (String[] exchange :
                new String[][] {
                    {"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", "200 OK\r\nContent-Length: 500"},
                    {"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", "200 OK\r\nTransfer-Encoding: chunked"},
                    {GET, "204 No Content"},
                    {GET, "304 Not Modified\r\nContent-Length: 500"},
                }) {
            try (TestServer app = TestServer.saying("HTTP/1.1 " + exchange[1] + "\r\n\r\n");
                    ProxyHarness proxy = before(app);
                    TestClient client = new TestClient(proxy.port)) {
                for (int i = 0; i < 3; i++) {
                    client.send(exchange[0]);
                    assertThat(client.head()).startsWith("HTTP/1.1 " + exchange[1].substring(0, 3));
                }
                assertThat(app.connections).hasValue(1);
            }
        }
    }

    @Test
    void ourOwnAnswerToHeadHasNoBodyEither() throws IOException {
        try (ProxyHarness proxy = ProxyHarness.outbound(ProxyHarness.service());
                TestClient client = new TestClient(proxy.port)) {
            for (int i = 0; i < 3; i++) {
                client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.head()).startsWith("HTTP/1.1 503").contains("SRN2103");
            }
        }
    }

    @Test
    void anAnswerMayEndWithTheConnection() throws IOException {
        try (TestServer app = TestServer.sayingOnce("HTTP/1.1 200 OK\r\n\r\nto the end");
                ProxyHarness proxy = before(app);
                TestClient client = new TestClient(proxy.port)) {
            client.send(GET);
            assertThat(client.readToEnd()).contains("connection: close").endsWith("to the end");
        }
    }

    @Test
    void aSlowClientGetsAllOfAnAnswerWhoseEndpointHasLeft() throws IOException {
        int size = 4 << 20;
        try (TestServer app =
                        TestServer.sayingOnce(
                                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: "
                                        + size
                                        + "\r\n\r\n"
                                        + "x".repeat(size));
                ProxyHarness proxy = before(app);
                TestClient client = new TestClient(proxy.port)) {
            client.send(GET);
            pause(500);
            assertThat(client.answer()).endsWith("xxx");
            client.send(GET);
            assertThat(client.answer()).endsWith("xxx");
        }
    }

    @Test
    void aResetIsNoEndOfAnAnswer() throws IOException {
        try (TestServer app =
                        new TestServer((in, out, socket) -> {
                            TestServer.readHead(in);
                            out.write(TestServer.bytes("HTTP/1.1 200 OK\r\n\r\npart"));
                            out.flush();
                            pause(100);
                            TestServer.reset(socket);
                        });
                ProxyHarness proxy = before(app);
                TestClient client = new TestClient(proxy.port)) {
            client.send(GET);
            assertThat(client.readUntilBroken()).endsWith("part");
        }
    }

    @Test
    void aClientMayWaitForContinue() throws IOException {
        try (TestServer app =
                        new TestServer((in, out, socket) -> {
                            for (int i = 0; i < 2; i++) {
                                TestServer.readHead(in);
                                out.write(TestServer.bytes("HTTP/1.1 100 Continue\r\n\r\n"));
                                out.flush();
                                out.write(TestServer.ok(TestServer.text(in.readNBytes(3))));
                                out.flush();
                            }
                        });
                ProxyHarness proxy = before(app);
                TestClient client = new TestClient(proxy.port)) {
            for (int i = 0; i < 2; i++) {
                client.send(
                        "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                                + "Content-Length: 3\r\n\r\n");
                assertThat(client.head()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
                client.send("abc");
                assertThat(client.answer()).endsWith("abc");
            }
            assertThat(app.connections).hasValue(1);
        }
    }

    @Test
    void chunksAndTrailersGoUpAsTheyAre() throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        String body = "4;x=\"y\"\r\nwiki\r\n0\r\nX: y\r\n\r\n";
        try (TestServer app =
                        new TestServer((in, out, socket) -> {
                            while (!TestServer.readHead(in).isEmpty()) {
                                seen.add(TestServer.text(in.readNBytes(body.length())));
                                out.write(TestServer.ok("ok"));
                                out.flush();
                            }
                        });
                ProxyHarness proxy = before(app);
                TestClient client = new TestClient(proxy.port)) {
            for (int i = 0; i < 3; i++) {
                client.send(
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
                assertThat(client.answer()).endsWith("ok");
                assertThat(seen.poll(5, TimeUnit.SECONDS)).isEqualTo(body);
            }
            assertThat(app.connections).hasValue(1);
        }
    }

    @Test
    void messagesMayComeByteByByte() throws IOException {
        try (TestServer app =
                        new TestServer((in, out, socket) -> {
                            while (!TestServer.readHead(in).isEmpty()) {
                                readChunks(in);
                                for (byte b :
                                        TestServer.bytes(
                                                "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                                                        + "HTTP/1.1 200 OK\r\nX: y\r\n"
                                                        + "Content-Length: 2\r\n\r\nok")) {
                                    out.write(b);
                                    out.flush();
                                    pause(1);
                                }
                            }
                        });
                ProxyHarness proxy = before(app);
                TestClient client = new TestClient(proxy.port)) {
            for (int i = 0; i < 2; i++) {
                for (char c :
                        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                                        + "3\r\nabc\r\n0\r\nX: y\r\n\r\n")
                                .toCharArray()) {
                    client.send(String.valueOf(c));
                    pause(1);
                }
                assertThat(client.head()).startsWith("HTTP/1.1 103");
                assertThat(client.answer()).contains("X: y").endsWith("ok");
            }
            assertThat(app.connections).hasValue(1);
        }
    }

    @Test
    void requestsWithBodiesMayFollowAtOnce() throws IOException {
        try (TestServer app = echo();
                ProxyHarness proxy = before(app);
                TestClient client = new TestClient(proxy.port)) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 100; i++) {
                String body = "x".repeat(i * 50);
                all.append("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: ")
                        .append(body.length())
                        .append("\r\n\r\n")
                        .append(body);
            }
            Thread sender =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    client.send(all.toString());
                                } catch (IOException broken) {
                                    throw new java.io.UncheckedIOException(broken);
                                }
                            });
            for (int i = 0; i < 100; i++) {
                assertThat(client.answer()).contains("Content-Length: " + i * 50 + "\r\n");
            }
            assertThat(sender).isNotNull();
            assertThat(app.connections).hasValue(1);
        }
    }

    @Test
    void aMalformedBodyEndsTheRequestAndReachesNobody() throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        try (TestServer app =
                        new TestServer((in, out, socket) -> {
                            TestServer.readHead(in);
                            seen.add(TestServer.text(in.readAllBytes()));
                        });
                ProxyHarness proxy = before(app);
                TestClient client = new TestClient(proxy.port)) {
            client.send(
                    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            pause(200);
            client.send("zz\r\nGET /smuggled HTTP/1.1\r\n\r\n");
            assertThat(client.readToEnd()).startsWith("HTTP/1.1 400").contains("SRN1004");
            assertThat(seen.poll(5, TimeUnit.SECONDS)).isEqualTo("3\r\nabc\r\n");
        }
    }

    @Test
    void anAnswerMayComeBeforeTheRequestIsOver() throws IOException {
        try (TestServer app =
                        new TestServer((in, out, socket) -> {
                            TestServer.readHead(in);
                            out.write(
                                    TestServer.bytes(
                                            "HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig"));
                            out.flush();
                            in.readAllBytes();
                        });
                ProxyHarness proxy = before(app);
                TestClient client = new TestClient(proxy.port)) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nbegin");
            assertThat(client.readToEnd())
                    .startsWith("HTTP/1.1 413")
                    .contains("connection: close")
                    .endsWith("big");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense\r\n\r\n",
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/2.0 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX : y\r\n\r\n",
                "HTTP/1.1 200 OK\nX: y\n\n",
                "HTTP/1.1 200 OK\r\nX: y\r\n z\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
            })
    void anAnswerThatCantBeReadIsOurFaultToTell(String answer) throws IOException {
        try (TestServer app = TestServer.saying(answer);
                ProxyHarness proxy = before(app);
                TestClient client = new TestClient(proxy.port)) {
            for (int i = 0; i < 2; i++) {
                client.send(GET);
                assertThat(client.answer()).startsWith("HTTP/1.1 502").contains("SRN2106");
            }
            assertThat(app.connections).hasValue(2);
        }
    }

    @Test
    void whatFollowsAnAnswerBelongsToNobody() throws IOException {
        try (TestServer app =
                        TestServer.saying(
                                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n"
                                        + "Content-Length: 6\r\n\r\npoison");
                ProxyHarness proxy = before(app);
                TestClient client = new TestClient(proxy.port)) {
            for (int i = 0; i < 5; i++) {
                client.send(GET);
                assertThat(client.answer()).endsWith("ok");
            }
            assertThat(app.connections).hasValue(5);
        }
    }

    @Test
    void nothingReachesTheEndpointBeforeItAgreesToAnUpgrade() throws Exception {
        BlockingQueue<String> early = new LinkedBlockingQueue<>();
        try (TestServer app =
                        new TestServer((in, out, socket) -> {
                            TestServer.readHead(in);
                            pause(300);
                            early.add("early: " + in.available());
                            out.write(
                                    TestServer.bytes(
                                            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n"
                                                    + "Connection: Upgrade\r\n\r\n"));
                            out.flush();
                            early.add(TestServer.text(in.readNBytes(5)));
                        });
                ProxyHarness proxy = before(app);
                TestClient client = new TestClient(proxy.port)) {
            client.send(
                    "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nFRAME");
            assertThat(client.head()).startsWith("HTTP/1.1 101");
            assertThat(early.poll(5, TimeUnit.SECONDS)).isEqualTo("early: 0");
            assertThat(early.poll(5, TimeUnit.SECONDS)).isEqualTo("FRAME");
        }
    }

    @Test
    void aRefusedUpgradeIsAnOrdinaryAnswer() throws IOException {
        try (TestServer app = TestServer.answering("plain");
                ProxyHarness proxy = before(app);
                TestClient client = new TestClient(proxy.port)) {
            for (int i = 0; i < 3; i++) {
                client.send(
                        "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n");
                assertThat(client.answer()).endsWith("plain");
            }
            assertThat(app.connections).hasValue(1);
        }
    }

    @Test
    void connectBecomesATunnelWhenItIsGranted() throws IOException {
        AtomicInteger refused = new AtomicInteger();
        try (TestServer app =
                        new TestServer((in, out, socket) -> {
                            while (TestServer.readHead(in).contains("CONNECT no")) {
                                refused.incrementAndGet();
                                out.write(
                                        TestServer.bytes(
                                                "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"));
                                out.flush();
                            }
                            out.write(TestServer.bytes("HTTP/1.1 200 OK\r\n\r\nhello"));
                            out.flush();
                            out.write(in.readNBytes(3));
                        });
                ProxyHarness proxy = before(app);
                TestClient client = new TestClient(proxy.port)) {
            client.send("CONNECT no:1 HTTP/1.1\r\nHost: no:1\r\n\r\n");
            assertThat(client.answer()).startsWith("HTTP/1.1 403");
            client.send("CONNECT yes:1 HTTP/1.1\r\nHost: yes:1\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 200");
            assertThat(client.read(5)).isEqualTo("hello");
            client.send("abc");
            assertThat(client.readToEnd()).isEqualTo("abc");
            assertThat(refused).hasValue(1);
        }
    }

    @Test
    void aClientThatLeavesTakesItsRequestAlong() throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        try (TestServer app =
                        new TestServer((in, out, socket) -> {
                            TestServer.readHead(in);
                            seen.add("request");
                            seen.add("end: " + in.read());
                        });
                ProxyHarness proxy = before(app)) {
            try (TestClient client = new TestClient(proxy.port)) {
                client.send(GET);
                assertThat(seen.poll(5, TimeUnit.SECONDS)).isEqualTo("request");
            }
            assertThat(seen.poll(5, TimeUnit.SECONDS)).isEqualTo("end: -1");
            assertThat(proxy.telemetry.prometheusText())
                    .contains("response_code=\"0\",response_flags=\"DC\"} 1\n");
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
