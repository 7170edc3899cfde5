// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.serin.api.backend.Cluster;
import io.serin.api.backend.Endpoint;
import io.serin.api.backend.EndpointGroup;
import io.serin.api.backend.Workload;
import io.serin.api.codec.TypeUrl;
import io.serin.api.name.HostPort;
import io.serin.api.name.Revision;
import io.serin.api.name.SpiffeId;
import io.serin.api.snapshot.NameTable;
import io.serin.api.snapshot.ProxySnapshot;
import io.serin.proxy.application.Application;
import io.serin.proxy.config.client.ClientReport;
import io.serin.proxy.config.client.ClientReport.Connection;
import io.serin.proxy.config.client.ClientReport.Rejection;
import io.serin.proxy.config.client.ClientReport.TypeReport;
import io.serin.proxy.identity.IdentityReport;
import io.serin.proxy.settings.AppPages;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdminPagesIT {

    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final String CLUSTER = "outbound|80||web.shop.svc.cluster.local";

    private final MultiThreadIoEventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final AtomicReference<Optional<String>> unready =
            new AtomicReference<>(Optional.of("no configuration yet"));
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private final AtomicInteger drains = new AtomicInteger();
    private final AtomicInteger quits = new AtomicInteger();
    private final AdminPages pages =
            AdminPages.listen(
                    loops.next(),
                    NioServerSocketChannel::new,
                    new AdminPages.Ports(0, 0, 0, 0),
                    new AdminPages.Subject(
                            AdminPagesIT::report,
                            AdminPagesIT::snapshot,
                            AdminPagesIT::names,
                            AdminPagesIT::identity,
                            to -> to.append("istio_requests_total 7\n"),
                            unready::get,
                            started,
                            drains::incrementAndGet,
                            quits::incrementAndGet,
                            new Application(
                                    loops.next(),
                                    NioSocketChannel::new,
                                    InetAddress.ofLiteral("127.0.0.1")),
                            AppPages.NONE),
                    Optional.empty(),
                    Clock.fixed(NOW.plusSeconds(1), ZoneOffset.UTC),
                    NOW);
    private final AdminPages.Ports ports = pages.ports();
    private final HttpClient client = HttpClient.newHttpClient();

    private static Optional<IdentityReport> identity() {
        return Optional.of(
                new IdentityReport(
                        new SpiffeId("cluster.local", "shop", "web"),
                        Optional.of(
                                new IdentityReport.Certificate(
                                        "c0ffee",
                                        NOW,
                                        NOW.plus(Duration.ofHours(24)),
                                        NOW.plus(Duration.ofHours(12)))),
                        List.of("CN=mesh"),
                        ""));
    }

    @Test
    void showsWhatTheProxyProves() throws Exception {
        assertThat(get(ports.admin(), "/config_dump").body())
                .contains(
                        "\"self\": \"spiffe://cluster.local/ns/shop/sa/web\"",
                        "\"serial\": \"c0ffee\"",
                        "\"renewal\": \"2026-11-25T00:00:00Z\"");
        assertThat(get(ports.prometheus(), "/stats/prometheus").body())
                .contains("istio_agent_cert_expiry_seconds{resource_name=\"default\"} 86399\n");
    }

    @AfterEach
    void close() throws InterruptedException {
        client.close();
        pages.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }

    @Test
    void isReadyWhereverAskedOnceItIs() throws Exception {
        assertThat(get(ports.health(), "/healthz/ready").statusCode()).isEqualTo(503);
        assertThat(get(ports.agent(), "/healthz/ready").body())
                .isEqualTo("not ready: no configuration yet\n");

        unready.set(Optional.empty());
        started.complete(null);

        assertThat(get(ports.health(), "/healthz/ready").statusCode()).isEqualTo(200);
        assertThat(get(ports.agent(), "/healthz/ready").statusCode()).isEqualTo(200);
        assertThat(get(ports.admin(), "/ready").body()).isEqualTo("ready\n");
    }

    @Test
    void tellsWhoAsksWhileItStartsTheMomentThatItIsReady() throws Exception {
        CompletableFuture<HttpResponse<String>> asked =
                client.sendAsync(
                        HttpRequest.newBuilder(uri(ports.health(), "/healthz/ready")).build(),
                        HttpResponse.BodyHandlers.ofString());
        // Whoever asks at once, as people do, is told at once that it is not.
        assertThat(get(ports.admin(), "/ready").statusCode()).isEqualTo(503);
        assertThat(asked).isNotDone();

        unready.set(Optional.empty());
        started.complete(null);

        assertThat(asked.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    @Test
    void letsNobodyWaitWhenItStops() throws Exception {
        started.complete(null);
        unready.set(Optional.of("stopping"));

        long asked = System.nanoTime();
        HttpResponse<String> answer = get(ports.health(), "/healthz/ready");

        assertThat(answer.body()).isEqualTo("not ready: stopping\n");
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofMillis(800));
    }

    @Test
    void tellsMetricsOfRequestsConfigurationAndProcess() throws Exception {
        String text = get(ports.prometheus(), "/stats/prometheus").body();

        assertThat(text)
                .contains(
                        "istio_requests_total 7\n",
                        "envoy_control_plane_connected_state 1\n",
                        "serin_proxy_config_updates_total{type=\"cluster\"} 3\n",
                        "serin_proxy_config_rejected_total{type=\"cluster\"} 1\n",
                        "serin_proxy_home_moves_total 1\n",
                        "serin_proxy_home_moves_failed_total 2\n",
                        "# TYPE process_cpu_seconds_total counter\n")
                .containsPattern("process_resident_memory_bytes [1-9][0-9]{6,}\n")
                .containsPattern("process_cpu_seconds_total [0-9.]+\n");
        assertThat(get(ports.admin(), "/stats").body()).doesNotContain("#");
    }

    @Test
    void dumpsWhatItWasToldAsJson() throws Exception {
        HttpResponse<String> dump = get(ports.admin(), "/config_dump");

        assertThat(dump.headers().firstValue("content-type")).contains("application/json");
        assertThat(dump.body())
                .contains(
                        """
                        "type": "Connected",
                              "address": "istiod-1-0.istio-system.svc:15010",
                              "since": "2026-11-24T12:00:00Z\"\
                        """,
                        """
                        "injected": "1-0",
                              "actual": "1-1",
                              "wanted": "1-1",\
                        """,
                        """
                        "message": "1-1 at istiod-1-1: nobody is there",\
                        """,
                        """
                        "message": "cluster \\"x\\" is bad",\
                        """,
                        """
                        "address": "10.0.0.1:8080",
                                    "health": "HEALTHY",\
                        """,
                        """
                        "web.shop.svc.cluster.local": [
                              "10.96.0.1"
                            ]\
                        """);
    }

    @Test
    void listsClustersWithTheirEndpoints() throws Exception {
        assertThat(get(ports.admin(), "/clusters").body())
                .isEqualTo(
                        CLUSTER
                                + "::endpoints::1\n"
                                + CLUSTER
                                + "::10.0.0.1:8080::health::healthy::workload::unknown/unknown\n");
    }

    @Test
    void drainsAndQuitsOnlyWhenAskedProperly() throws Exception {
        assertThat(get(ports.admin(), "/drain").statusCode()).isEqualTo(405);
        assertThat(get(ports.agent(), "/quitquitquit").statusCode()).isEqualTo(405);
        assertThat(drains).hasValue(0);

        assertThat(get(ports.agent(), "/drain").statusCode()).isEqualTo(200);
        assertThat(post(ports.agent(), "/drain").statusCode()).isEqualTo(200);
        assertThat(post(ports.admin(), "/drain").statusCode()).isEqualTo(200);
        assertThat(post(ports.agent(), "/quitquitquit").statusCode()).isEqualTo(200);
        assertThat(drains).hasValue(3);
        assertThat(quits).hasValue(1);
    }

    /**
     * What a mesh client sends to the agent's port comes from there, if it is redirected at all.
     */
    @Test
    void leavesNothingToThoseWhoseCallsTheProxyPassesOn() throws Exception {
        try (HttpClient passedOn =
                HttpClient.newBuilder().localAddress(InetAddress.ofLiteral("127.0.0.6")).build()) {
            for (String path : List.of("/quitquitquit", "/drain")) {
                HttpRequest post =
                        HttpRequest.newBuilder(uri(ports.agent(), path))
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build();
                HttpResponse<String> answer =
                        passedOn.send(post, HttpResponse.BodyHandlers.ofString());

                assertThat(answer.statusCode()).as(path).isEqualTo(403);
                assertThat(answer.body()).isEqualTo(path + " is not for 127.0.0.6\n");
            }
        }
        assertThat(quits).hasValue(0);
        assertThat(drains).hasValue(0);
    }

    @Test
    void answersHeadWithoutABody() throws Exception {
        HttpResponse<String> answer =
                send(
                        HttpRequest.newBuilder(uri(ports.agent(), "/stats/prometheus"))
                                .HEAD()
                                .build());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValueAsLong("content-length").orElse(0)).isPositive();
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void namesThePagesThereAreWhenAskedForAnother() throws Exception {
        HttpResponse<String> answer = get(ports.health(), "/nothing?x=1");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("[/healthz/ready]");
    }

    private HttpResponse<String> get(int port, String path) throws Exception {
        return send(HttpRequest.newBuilder(uri(port, path)).build());
    }

    private HttpResponse<String> post(int port, String path) throws Exception {
        return send(
                HttpRequest.newBuilder(uri(port, path))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build());
    }

    private HttpResponse<String> send(HttpRequest request)
            throws IOException, InterruptedException {
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static URI uri(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private static ClientReport report() {
        return new ClientReport(
                new Connection.Connected("istiod-1-0.istio-system.svc:15010", NOW),
                new ClientReport.HomeReport(
                        new Revision("1-0"),
                        new Revision("1-1"),
                        Optional.of(new Revision("1-1")),
                        NOW,
                        1,
                        2,
                        Optional.of(new Rejection("1-1 at istiod-1-1: nobody is there", NOW))),
                Map.of(
                        TypeUrl.CLUSTER,
                        new TypeReport(
                                Map.of(CLUSTER, "v1"),
                                3,
                                1,
                                Optional.of(NOW),
                                Optional.of(new Rejection("cluster \"x\" is bad", NOW)))));
    }

    private static NameTable names() {
        return new NameTable(
                Map.of("web.shop.svc.cluster.local", List.of(InetAddress.ofLiteral("10.96.0.1"))));
    }

    private static ProxySnapshot snapshot() {
        return new ProxySnapshot(
                Map.of(),
                Map.of(),
                Map.of(CLUSTER, new Cluster.Eds(CLUSTER, Duration.ofSeconds(1))),
                Map.of(
                        CLUSTER,
                        new EndpointGroup(
                                CLUSTER,
                                List.of(
                                        new Endpoint(
                                                new HostPort("10.0.0.1", 8080),
                                                Endpoint.Health.HEALTHY,
                                                Workload.NOT_KNOWN)))));
    }
}
