// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.serin.api.name.SpiffeId;
import io.serin.proxy.tls.MeshTls;
import io.serin.proxy.tls.TestAuthority;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two sidecars that prove to each other who they are, and those who don't or can't. */
@Timeout(30)
class MtlsIT {

    private static final String WEB = "spiffe://cluster.local/ns/shop/sa/web";
    private static final String REVIEWS = "spiffe://cluster.local/ns/shop/sa/reviews";

    private final TestAuthority authority;
    private final MeshTls web;
    private final MeshTls reviews;

    MtlsIT() throws Exception {
        authority = new TestAuthority("mesh");
        web = authority.mesh(WEB);
        reviews = authority.mesh(REVIEWS);
    }

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress("127.0.0.1", port);
    }

    private static ProxyHarness caller(MeshTls own, int server, String... expected) {
        return ProxyHarness.outbound(
                ProxyHarness.mtls(
                        ProxyHarness.service(server),
                        List.of(expected).stream().map(SpiffeId::parse).toList()),
                own);
    }

    @Test
    void requestsGoByMtlsAndTheServerKnowsWhoAsked() throws Exception {
        try (TestServer app = TestServer.answering("hello");
                ProxyHarness server = ProxyHarness.inbound(at(app.port()), true, reviews);
                ProxyHarness client = caller(web, server.port, REVIEWS);
                TestClient user = new TestClient(client.port)) {
            for (int i = 0; i < 20; i++) {
                assertThat(user.get("/" + i)).startsWith("HTTP/1.1 200").endsWith("hello");
            }
            assertThat(server.telemetry.prometheusText())
                    .containsPattern(
                            "istio_requests_total[{].*source_principal=\""
                                    + WEB
                                    + "\".*connection_security_policy=\"mutual_tls\".*[}] 20");
        }
    }

    @Test
    void aLargeBodyComesThroughInBothDirections() throws Exception {
        String large = "0123456789abcdef".repeat(64 * 1024);
        try (TestServer app =
                        new TestServer((in, out, socket) -> {
                            TestServer.readHead(in);
                            byte[] body = in.readNBytes(large.length());
                            out.write(TestServer.ok(TestServer.text(body)));
                        });
                ProxyHarness server = ProxyHarness.inbound(at(app.port()), true, reviews);
                ProxyHarness client = caller(web, server.port, REVIEWS);
                TestClient user = new TestClient(client.port)) {
            user.send(
                    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: "
                            + large.length()
                            + "\r\n\r\n"
                            + large);
            assertThat(user.answer()).endsWith(large);
        }
    }

    /** As of a process that hangs: its kernel takes the connection. */
    @Test
    void whoTakesTheConnectionAndNoHandshakeHoldsNoRequestUpForLong() throws Exception {
        Duration patient = Duration.ofSeconds(5);
        try (TestServer app = TestServer.answering("hello");
                TestServer hanging =
                        new TestServer((in, out, socket) ->
                                in.transferTo(OutputStream.nullOutputStream()));
                ProxyHarness server = ProxyHarness.inbound(at(app.port()), true, reviews);
                ProxyHarness client =
                        ProxyHarness.outbound(
                                ProxyHarness.mtls(
                                        ProxyHarness.service(hanging.port(), server.port),
                                        List.of(SpiffeId.parse(REVIEWS)),
                                        patient),
                                web);
                TestClient user = new TestClient(client.port)) {
            for (int i = 0; i < 60 && hanging.connections.get() == 0; i++) {
                long from = System.nanoTime();
                assertThat(user.get("/")).startsWith("HTTP/1.1 200").endsWith("hello");
                assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(patient);
            }
            assertThat(hanging.connections).hasValue(1);
        }
    }

    @Test
    void whoProvesToBeSomebodyElseGetsNoRequest() throws Exception {
        try (TestServer app = TestServer.answering("hello");
                ProxyHarness server = ProxyHarness.inbound(at(app.port()), true, reviews);
                ProxyHarness client = caller(web, server.port, WEB);
                TestClient user = new TestClient(client.port)) {
            assertThat(user.get("/"))
                    .startsWith("HTTP/1.1 503")
                    .contains("it proves to be " + REVIEWS + " (expected: one of [" + WEB + "])");
            assertThat(app.connections).hasValue(0);
        }
    }

    @Test
    void whoIsOfAnotherMeshGetsNoRequestAndMakesNone() throws Exception {
        TestAuthority other = new TestAuthority("mesh");
        // The server believes the client, which does not believe it; then the other way round.
        MeshTls impostor = new MeshTls(other.credentials(REVIEWS, authority));
        MeshTls stranger = new MeshTls(other.credentials(WEB, authority));
        try (TestServer app = TestServer.answering("hello");
                ProxyHarness forged = ProxyHarness.inbound(at(app.port()), true, impostor);
                ProxyHarness real = ProxyHarness.inbound(at(app.port()), true, reviews);
                ProxyHarness client = caller(web, forged.port, REVIEWS);
                ProxyHarness intruder = caller(stranger, real.port, REVIEWS);
                TestClient user = new TestClient(client.port);
                TestClient attacker = new TestClient(intruder.port)) {
            assertThat(user.get("/")).startsWith("HTTP/1.1 503");
            // A client is done before its server has looked at its certificate; TLS 1.3.
            assertThat(attacker.get("/")).startsWith("HTTP/1.1 502");
            assertThat(app.connections).hasValue(0);
        }
    }

    @Test
    void plaintextIsTakenBesideMtls() throws Exception {
        try (TestServer app = TestServer.answering("hello");
                ProxyHarness server = ProxyHarness.inbound(at(app.port()), true, reviews);
                TestClient user = new TestClient(server.port)) {
            assertThat(user.get("/")).startsWith("HTTP/1.1 200");
            assertThat(server.telemetry.prometheusText())
                    .contains("connection_security_policy=\"none\"");
        }
    }

    @Test
    void anEndpointThatTakesNoMtlsIsCalledInPlaintext() throws Exception {
        try (TestServer app = TestServer.answering("hello");
                ProxyHarness client = ProxyHarness.outbound(ProxyHarness.service(app.port()), web);
                TestClient user = new TestClient(client.port)) {
            assertThat(user.get("/")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void theApplicationsOwnTlsPassesThrough() throws Exception {
        X509Bundle own =
                new CertificateBuilder()
                        .ecp256()
                        .subject("CN=app")
                        .setIsCertificateAuthority(true)
                        .buildSelfSigned();
        SSLContext secure = SSLContext.getInstance("TLS");
        secure.init(own.toKeyManagerFactory().getKeyManagers(), null, null);
        SSLContext client = SSLContext.getInstance("TLS");
        client.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        try (SSLServerSocket listening =
                        (SSLServerSocket) secure.getServerSocketFactory().createServerSocket(0);
                ProxyHarness server =
                        ProxyHarness.inbound(at(listening.getLocalPort()), true, reviews)) {
            Thread.ofVirtual()
                    .start(() -> {
                        try (var socket = listening.accept()) {
                            socket.getOutputStream().write(socket.getInputStream().read());
                            socket.getOutputStream().flush();
                        } catch (IOException gone) {
                            // The test says what came of it.
                        }
                    });
            try (SSLSocket socket =
                    (SSLSocket) client.getSocketFactory().createSocket("127.0.0.1", server.port)) {
                socket.getOutputStream().write('x');
                assertThat(socket.getInputStream().read()).isEqualTo('x');
                assertThat(socket.getSession().getPeerCertificates()[0])
                        .isEqualTo(own.getCertificate());
            }
        }
    }

    /** What is not HTTP: who ends its half first still hears the answer. */
    @Test
    void otherProtocolsGoByMtlsTooAndEndInHalves() throws Exception {
        try (TestServer app =
                        new TestServer((in, out, socket) -> {
                            byte[] all = in.readAllBytes();
                            out.write(TestServer.bytes("heard " + all.length));
                        });
                ProxyHarness server = ProxyHarness.inbound(at(app.port()), false, reviews);
                ProxyHarness client = caller(web, server.port, REVIEWS);
                TestClient user = new TestClient(client.port)) {
            user.send("\u0001\u0002\u0003" + "x".repeat(100_000));
            user.endOutput();
            assertThat(user.readToEnd()).isEqualTo("heard 100003");
            assertThat(server.telemetry.prometheusText())
                    .containsPattern(
                            "istio_tcp_connections_opened_total[{].*source_principal=\"" + WEB);
        }
    }

    @Test
    void aServerThatSpeaksFirstIsHeardThroughMtlsAndWithoutIt() throws Exception {
        for (boolean http : new boolean[] {true, false}) {
            try (TestServer app =
                            new TestServer((in, out, socket) -> {
                                out.write(TestServer.bytes("220 ready\r\n"));
                                out.flush();
                                out.write(in.read());
                            });
                    ProxyHarness server = ProxyHarness.inbound(at(app.port()), http, reviews);
                    ProxyHarness client = caller(web, server.port, REVIEWS);
                    TestClient meshed = new TestClient(client.port);
                    TestClient plain = new TestClient(server.port)) {
                for (TestClient user : List.of(meshed, plain)) {
                    assertThat(user.read(11)).isEqualTo("220 ready\r\n");
                    user.send("\u0007");
                    assertThat(user.readToEnd()).isEqualTo("\u0007");
                }
            }
        }
    }

    @Test
    void becomesATunnelOnUpgrade() throws Exception {
        try (TestServer app =
                        new TestServer((in, out, socket) -> {
                            TestServer.readHead(in);
                            out.write(
                                    TestServer.bytes(
                                            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket"
                                                    + "\r\nConnection: Upgrade\r\n\r\nhi"));
                            out.write(in.readNBytes(4));
                        });
                ProxyHarness server = ProxyHarness.inbound(at(app.port()), true, reviews);
                ProxyHarness client = caller(web, server.port, REVIEWS);
                TestClient user = new TestClient(client.port)) {
            user.send(
                    "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
            assertThat(user.answer()).startsWith("HTTP/1.1 101");
            assertThat(user.read(2)).isEqualTo("hi");
            user.send("ping");
            assertThat(user.readToEnd()).isEqualTo("ping");
        }
    }

    /** A mesh's port that the server's own configuration does not know yet. */
    @Test
    void mtlsIsEndedAtPortsThatAreNotKnownYet() throws Exception {
        try (TestServer app = TestServer.answering("hello");
                ProxyHarness server = ProxyHarness.inboundUndeclared(at(app.port()), reviews);
                ProxyHarness client = caller(web, server.port, REVIEWS);
                TestClient user = new TestClient(client.port)) {
            assertThat(user.get("/")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void newCredentialsHoldForNewConnectionsAndNoneIsLost() throws Exception {
        TestAuthority next = new TestAuthority("mesh");
        AtomicReference<MeshTls> held = new AtomicReference<>(reviews);
        try (TestServer app = TestServer.answering("hello");
                ProxyHarness server = ProxyHarness.inbound(at(app.port()), true, held::get);
                ProxyHarness client = caller(web, server.port, REVIEWS);
                TestClient before = new TestClient(client.port)) {
            assertThat(before.get("/")).startsWith("HTTP/1.1 200");
            // One that this client does not believe.
            held.set(new MeshTls(next.credentials(REVIEWS, authority)));
            assertThat(before.get("/")).startsWith("HTTP/1.1 200");
            held.set(authority.mesh(REVIEWS));
            try (TestClient after = new TestClient(client.port)) {
                assertThat(after.get("/")).startsWith("HTTP/1.1 200");
            }
        }
    }

    /** Bytes that begin like the mesh's and go on as something else. */
    @Test
    void aBrokenHandshakeReachesNobody() throws Exception {
        try (TestServer app = TestServer.answering("hello");
                ProxyHarness server = ProxyHarness.inbound(at(app.port()), true, reviews)) {
            byte[] hello = helloOfTheMesh();
            hello[40] ^= 1;
            try (TestClient attacker = new TestClient(server.port)) {
                attacker.socket.getOutputStream().write(hello);
                attacker.send("GET / HTTP/1.1\r\n\r\n");
                assertThat(attacker.readToEnd()).doesNotContain("hello");
            }
            assertThat(app.connections).hasValue(0);
        }
    }

    /** As a caller sends it to a server that only listens. */
    private byte[] helloOfTheMesh() throws Exception {
        AtomicReference<byte[]> seen = new AtomicReference<>(new byte[0]);
        try (TestServer listener =
                        new TestServer((in, out, socket) -> {
                            byte[] head = in.readNBytes(5);
                            byte[] rest = in.readNBytes((head[3] & 0xff) << 8 | head[4] & 0xff);
                            byte[] all = new byte[head.length + rest.length];
                            System.arraycopy(head, 0, all, 0, head.length);
                            System.arraycopy(rest, 0, all, head.length, rest.length);
                            seen.set(all);
                        });
                ProxyHarness client = caller(web, listener.port(), REVIEWS);
                TestClient user = new TestClient(client.port)) {
            assertThat(user.get("/")).startsWith("HTTP/1.1 503");
        }
        assertThat(new String(seen.get(), StandardCharsets.ISO_8859_1)).contains("istio-http/1.1");
        return seen.get();
    }
}
