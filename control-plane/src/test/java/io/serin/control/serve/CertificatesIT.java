// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.serin.api.name.Revision;
import io.serin.api.xds.CertificateXds.IstioCertificateRequest;
import io.serin.api.xds.CertificateXds.IstioCertificateResponse;
import io.serin.control.admin.MetricsPage;
import io.serin.control.snapshot.Pacer;
import io.serin.control.snapshot.Publisher;
import io.serin.control.trust.Authority;
import io.serin.control.trust.MeshAuthority;
import io.serin.control.trust.Requests;
import io.serin.control.trust.ServerCertificate;
import io.serin.control.trust.WorkloadCertificates;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** Certificates over TLS and gRPC: who gets one, who does not, and why. */
class CertificatesIT {

    private static final KeyPair KEY = Requests.key("secp256r1");
    private static final String WEB = "spiffe://cluster.local/ns/shop/sa/web";
    private static final String TOKEN = "token-of-web";

    private static final Map<String, Bearer> BEARERS =
            Map.of(
                    TOKEN,
                    new Bearer.Known("shop", "web", Optional.of("web-1")),
                    "of no pod",
                    new Bearer.Known("shop", "web", Optional.empty()),
                    "expired",
                    new Bearer.Unknown("it has expired"));

    private final Vertx vertx = Vertx.vertx();
    private final ServerCertificate shown =
            ServerCertificate.make(List.of("localhost"), Instant.now());
    private final AdsSettings settings =
            new AdsSettings(0, new Revision("1-0"), "0.1.0", "istiod-1-0-abc");
    private final PrometheusMeterRegistry metrics = MetricsPage.registry(settings);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(CertificateCall.class);

    /** Whoever signs has to wait for it. */
    private volatile CountDownLatch gate = new CountDownLatch(0);

    private volatile MeshAuthority authority = authority();
    private final AdsVerticle verticle =
            new AdsVerticle(
                    settings,
                    Optional.of(
                            new Secured(
                                    0,
                                    shown,
                                    CertificatesIT::bearer,
                                    new WorkloadCertificates(this::current, Instant::now))),
                    new Publisher(Pacer.real()),
                    new ConnectedProxies(),
                    metrics);

    private static Future<Bearer> bearer(String token) {
        Bearer known = BEARERS.get(token);
        return known == null
                ? Future.failedFuture("the API server is away")
                : Future.succeededFuture(known);
    }

    private static MeshAuthority authority() {
        Authority root = Authority.make("mesh", Instant.now());
        return new MeshAuthority(root, "", root.certificate());
    }

    private MeshAuthority current() {
        try {
            gate.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return authority;
    }

    @BeforeEach
    void deploy() {
        DiscoveryClient.await(vertx.deployVerticle(verticle));
        logger.setLevel(Level.DEBUG);
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void close() {
        gate.countDown();
        DiscoveryClient.await(vertx.close());
        logger.detachAppender(log);
        logger.setLevel(null);
        assertThat(said()).noneMatch(line -> line.contains(TOKEN) || line.contains("BEGIN"));
    }

    private List<String> said() {
        return List.copyOf(log.list).stream()
                .map(it -> it.getLevel() + " " + it.getFormattedMessage())
                .toList();
    }

    private DiscoveryClient<IstioCertificateRequest, IstioCertificateResponse> client() {
        return client(Map.of("authorization", "Bearer " + TOKEN));
    }

    private DiscoveryClient<IstioCertificateRequest, IstioCertificateResponse> client(
            Map<String, String> headers) {
        return DiscoveryClient.certificates(
                vertx, verticle.securedPort(), shown.authority(), headers);
    }

    private static IstioCertificateRequest request(String csr, long seconds) {
        return IstioCertificateRequest.newBuilder()
                .setCsr(csr)
                .setValidityDuration(seconds)
                .build();
    }

    private static IstioCertificateRequest right() {
        return request(Requests.pem(KEY, WEB), 0);
    }

    private String end(IstioCertificateRequest request) {
        try (var client = client()) {
            client.send(request).halfClose();
            return client.end();
        }
    }

    private List<String> signed() throws Exception {
        try (var client = client()) {
            client.send(right()).halfClose();
            List<String> chain = client.next().getCertChainList();
            assertThat(client.end()).isEqualTo("0");
            return List.copyOf(chain);
        }
    }

    private static X509Certificate read(String pem) throws Exception {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    private long metric(String name) {
        return metrics.scrape()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> (long) Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void signsForTheAccountThatTheTokenIsOf() throws Exception {
        List<String> chain = signed();

        X509Certificate leaf = read(chain.getFirst());
        leaf.verify(read(chain.getLast()).getPublicKey());
        assertThat(read(chain.getLast())).isEqualTo(read(authority.roots()));
        assertThat(leaf.getPublicKey()).isEqualTo(KEY.getPublic());
        assertThat(leaf.getSubjectAlternativeNames()).containsExactly(List.of(6, WEB));
        assertThat(said())
                .containsExactly(
                        "DEBUG certificate signed identity="
                                + WEB
                                + " serial="
                                + leaf.getSerialNumber().toString(16)
                                + " until="
                                + leaf.getNotAfter().toInstant());
        assertThat(metric("citadel_server_csr_count")).isEqualTo(1);
        assertThat(metric("citadel_server_success_cert_issuance_count")).isEqualTo(1);
        assertThat(metric("citadel_server_authentication_failure_count")).isZero();
        assertThat(metric("citadel_server_csr_parsing_err_count")).isZero();
    }

    @Test
    void aTokenThatIsBoundToNoPodWillDo() throws Exception {
        try (var client = client(Map.of("authorization", "Bearer of no pod"))) {
            assertThat(client.send(right()).next().getCertChainList()).hasSize(2);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    Bearer expired       | 16 the token is nobody's: it has expired
                    Bearer whose         | 14 whose the token is can't be asked now: the API server is away
                    Basic token-of-web   | 16 no token (expected: 'authorization: Bearer ' and a service account's token for audience istio-ca)
                    -                    | 16 no token (expected: 'authorization: Bearer ' and a service account's token for audience istio-ca)
                    """)
    void whoDoesNotProveWhoItIsGetsNothing(String authorization, String end) throws Exception {
        Map<String, String> headers =
                authorization.equals("-") ? Map.of() : Map.of("authorization", authorization);
        try (var client = client(headers).send(right())) {
            assertThat(client.end()).isEqualTo(end);
            assertThat(client.nextWithin(100)).isNull();
        }
        assertThat(said())
                .singleElement()
                .asString()
                .startsWith("WARN identity=unknown at ")
                .endsWith("reason=\"" + end.substring(3) + "\"");
        assertThat(metric("citadel_server_csr_count")).isEqualTo(1);
        assertThat(metric("citadel_server_authentication_failure_count")).isEqualTo(1);
        assertThat(metric("citadel_server_success_cert_issuance_count")).isZero();
    }

    /** Whatever token is shown there: it may have been read on its way. */
    @Test
    void nothingIsSignedInPlaintext() throws Exception {
        try (var client = DiscoveryClient.certificates(vertx, verticle.port()).send(right())) {
            assertThat(client.end())
                    .isEqualTo(
                            "16 certificates are not signed in plaintext (expected: TLS, port"
                                    + " 15012)");
            assertThat(client.nextWithin(100)).isNull();
        }
    }

    @Test
    void whatCantBeSignedIsRefusedWithTheReason() {
        assertThat(end(request("garbage", 0)))
                .isEqualTo("3 csr: 7 characters (expected: PKCS 10 in PEM)");
        assertThat(end(request("", 0))).startsWith("3 csr: 0 characters");
        assertThat(end(request(Requests.pem(KEY, "spiffe://cluster.local/ns/bank/sa/web"), 0)))
                .isEqualTo(
                        "3 csr, subjectAltName: 'spiffe://cluster.local/ns/bank/sa/web' (expected: "
                                + WEB
                                + ", or none)");
        assertThat(end(request(Requests.pem(Requests.key("1024")), 0)))
                .startsWith("3 csr, key: RSA of 1024 bits (expected: ");
        assertThat(
                        end(
                                request(
                                        Requests.pem(
                                                KEY,
                                                Requests.key("secp256r1"),
                                                "SHA256withECDSA",
                                                List.of()),
                                        0)))
                .startsWith("3 csr, signature: another one");
        assertThat(metric("citadel_server_csr_parsing_err_count")).isEqualTo(5);

        assertThat(end(request(Requests.pem(KEY), -1)))
                .startsWith("3 validity_duration: -1 (expected: ");
        assertThat(metric("citadel_server_csr_sign_err_count{error=\"TTL_ERROR\"}")).isEqualTo(1);
        assertThat(metric("citadel_server_success_cert_issuance_count")).isZero();
        assertThat(said())
                .hasSize(6)
                .allMatch(line ->
                        line.startsWith(
                                "WARN identity=" + WEB + " certificate refused, status=3 reason="));
    }

    @Test
    void whatIsNoRequestEndsItsOwnCall() throws Exception {
        assertThat(end(request("x".repeat(70_000), 0)))
                .isEqualTo("3 request: 70004 bytes (expected: at most 65536)");
        try (var client = client()) {
            client.sendRaw(
                    DiscoveryClient.frame(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1}));
            assertThat(client.end()).startsWith("3 not a request for a certificate: ");
        }
        try (var client = client()) {
            client.sendRaw(
                    Buffer.buffer().appendByte((byte) 0).appendInt(64 << 20).appendString("abc"));
            assertThat(client.end()).startsWith("8");
        }
        try (var client = client()) {
            client.sendRaw(Buffer.buffer().appendByte((byte) 1).appendInt(3).appendString("abc"));
            assertThat(client.end()).isNotEmpty();
        }
        try (var client = client()) {
            client.halfClose();
            assertThat(client.end()).isEqualTo("3 nothing is asked (expected: one request)");
        }
        try (var client =
                client(Map.of("authorization", "Bearer " + TOKEN, "grpc-encoding", "gzip"))) {
            client.send(right());
            assertThat(client.end()).isEqualTo("12 grpc-encoding: gzip (expected: identity)");
        }
        assertThat(signed()).hasSize(2);
    }

    @Test
    void askingTwiceInOneCallIsAnsweredOnce() throws Exception {
        try (var client = client()) {
            client.send(right());
            client.next();
            assertThat(client.end()).isEqualTo("0");
            assertThat(client.nextWithin(100)).isNull();
        }
        assertThat(metric("citadel_server_success_cert_issuance_count")).isEqualTo(1);
    }

    @Test
    void anotherAuthoritySignsFromThenOn() throws Exception {
        List<String> before = signed();

        authority = authority();
        List<String> after = signed();

        read(before.getFirst()).verify(read(before.getLast()).getPublicKey());
        read(after.getFirst()).verify(read(after.getLast()).getPublicKey());
        assertThat(after.getLast()).isNotEqualTo(before.getLast());
    }

    @Test
    void saysThatItIsNoFaultOfTheAskerWhereTheAuthorityCantSign() {
        Authority ended =
                Authority.make("ended", Instant.now().minus(Authority.LIFETIME).minusSeconds(1));
        authority = new MeshAuthority(ended, "", ended.certificate());
        assertThat(end(right())).startsWith("14 authority: ended ");
        assertThat(metric("citadel_server_csr_sign_err_count{error=\"CA_NOT_READY\"}"))
                .isEqualTo(1);

        authority = new MeshAuthority(new Authority("none", "secret"), "", "");
        assertThat(end(right())).isEqualTo("13 no certificate could be signed");
        assertThat(metric("citadel_server_csr_sign_err_count{error=\"CERT_GEN_ERROR\"}"))
                .isEqualTo(1);
        assertThat(said()).noneMatch(line -> line.contains("secret"));
    }

    /** Those who wait get theirs; nobody waits for longer than that takes. */
    @Test
    void onlySoManyWaitAtATime() throws Exception {
        gate = new CountDownLatch(1);
        List<DiscoveryClient<IstioCertificateRequest, IstioCertificateResponse>> waiting =
                new ArrayList<>();
        for (int i = 0; i < CertificateDesk.MOST_WAITING; i++) {
            waiting.add(client().send(right()));
        }
        await().until(() -> metric("citadel_server_csr_count") == CertificateDesk.MOST_WAITING);
        // Until the last of them has been read too.
        await().until(() -> end(right()).equals("14 64 requests wait already; try again"));

        waiting.getFirst().cancel();
        gate.countDown();
        for (var each : waiting.subList(1, waiting.size())) {
            assertThat(each.next().getCertChainList()).hasSize(2);
        }
        waiting.forEach(DiscoveryClient::close);
        assertThat(signed()).hasSize(2);
    }
}
