// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serin.api.codec.TypeUrl;
import io.serin.api.name.Revision;
import io.serin.api.snapshot.ProxyNode;
import io.serin.api.xds.DeltaDiscoveryRequest;
import io.serin.api.xds.DeltaDiscoveryResponse;
import io.serin.control.admin.MetricsPage;
import io.serin.control.index.IndexChange;
import io.serin.control.snapshot.Pacer;
import io.serin.control.snapshot.Publisher;
import io.serin.control.translate.MeshText;
import io.serin.control.trust.Authority;
import io.serin.control.trust.MeshAuthority;
import io.serin.control.trust.ServerCertificate;
import io.serin.control.trust.WorkloadCertificates;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Configuration over TLS: who is served, and who is not, and why. */
class SecuredIT {

    private static final ProxyNode WEB = MeshText.node("10.0.0.1 web-1.shop");

    /** Whose tokens they are. */
    private static final Map<String, Bearer> BEARERS =
            Map.of(
                    "web's",
                    new Bearer.Known("shop", "web", Optional.of("web-1")),
                    "of no pod",
                    new Bearer.Known("shop", "web", Optional.empty()),
                    "another pod's",
                    new Bearer.Known("shop", "web", Optional.of("web-2")),
                    "another namespace's",
                    new Bearer.Known("bank", "web", Optional.of("web-1")),
                    "expired",
                    new Bearer.Unknown("it has expired"));

    private final Vertx vertx = Vertx.vertx();
    private final Publisher publisher = new Publisher(Pacer.real());
    private final ServerCertificate first =
            ServerCertificate.make(List.of("localhost"), Instant.now());
    private final WorkloadCertificates certificates =
            new WorkloadCertificates(
                    () -> new MeshAuthority(Authority.make("mesh", Instant.now()), "", ""),
                    Instant::now);
    private final AdsSettings settings =
            new AdsSettings(0, new Revision("1-0"), "0.1.0", "istiod-1-0-abc");
    private final AdsVerticle verticle =
            new AdsVerticle(
                    settings,
                    Optional.of(new Secured(0, first, SecuredIT::bearer, certificates)),
                    publisher,
                    new ConnectedProxies(),
                    MetricsPage.registry(settings));

    private static Future<Bearer> bearer(String token) {
        Bearer known = BEARERS.get(token);
        return known == null
                ? Future.failedFuture("the API server is away")
                : Future.succeededFuture(known);
    }

    @BeforeEach
    void deploy() {
        DiscoveryClient.await(vertx.deployVerticle(verticle));
        publisher.accept(
                new IndexChange(MeshText.index("service web.shop 10.96.0.1 8080\n"), true));
    }

    @AfterEach
    void close() {
        DiscoveryClient.await(vertx.close());
    }

    private DiscoveryClient<DeltaDiscoveryRequest, DeltaDiscoveryResponse> connect(
            String authority, Map<String, String> headers) {
        return DiscoveryClient.secured(vertx, verticle.securedPort(), authority, headers)
                .send(DiscoveryClient.first(WEB, TypeUrl.CLUSTER, "*"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"web's", "of no pod"})
    void servesTheProxyThatTheTokenIsOf(String token) throws Exception {
        try (var client = connect(first.authority(), Map.of("authorization", "Bearer " + token))) {
            assertThat(client.next().getResourcesList()).isNotEmpty();
            assertThat(client.hasEnded()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    Bearer another pod's       | 7 proxy web-1.shop shows the token of pod shop/web-2
                    Bearer another namespace's | 7 proxy web-1.shop shows the token of pod bank/web-1
                    Bearer expired             | 16 the token is nobody's: it has expired
                    Bearer whose               | 14 whose the token is can't be asked now: the API server is away
                    Basic web's                | 16 no token (expected: 'authorization: Bearer ' and a service account's token for audience istio-ca)
                    """)
    void saysWhyItServesNobodyElse(String authorization, String end) throws Exception {
        try (var client = connect(first.authority(), Map.of("authorization", authorization))) {
            assertThat(client.end()).isEqualTo(end);
            assertThat(client.nextWithin(100)).isNull();
        }
    }

    @Test
    void whoBringsNoTokenIsToldThatOneIsNeeded() {
        try (var client = connect(first.authority(), Map.of())) {
            assertThat(client.end()).startsWith("16 no token");
        }
    }

    /** Over plaintext nobody is asked for one, as in Istio. */
    @Test
    void plaintextGoesOnBesideIt() throws Exception {
        try (var client = DiscoveryClient.delta(vertx, verticle.port())) {
            client.send(DiscoveryClient.first(WEB, TypeUrl.CLUSTER, "*"));
            assertThat(client.next().getResourcesList()).isNotEmpty();
        }
    }

    /** Streams that are open stay; who comes from now on sees the other certificate. */
    @Test
    void anotherCertificateIsShownFromThenOn() throws Exception {
        Map<String, String> mine = Map.of("authorization", "Bearer web's");
        ServerCertificate second = ServerCertificate.make(List.of("localhost"), Instant.now());
        try (var before = connect(first.authority(), mine)) {
            before.send(DiscoveryClient.ack(before.next()));

            DiscoveryClient.await(verticle.present(second));

            try (var after = connect(second.authority(), mine)) {
                assertThat(after.next().getResourcesList()).isNotEmpty();
            }
            assertThatThrownBy(() -> connect(first.authority(), mine))
                    .hasStackTraceContaining("SSLHandshakeException");
            assertThat(before.hasEnded()).isFalse();
        }
    }
}
