// SPDX-License-Identifier: Apache-2.0
package io.serin.control.main;

import io.serin.api.backend.Workload;
import io.serin.api.codec.NodeCodec;
import io.serin.api.codec.TypeUrl;
import io.serin.api.name.ProxyId;
import io.serin.api.snapshot.ProxyNode;
import io.serin.api.xds.DeltaDiscoveryRequest;
import io.serin.control.settings.Settings;
import io.serin.injector.InjectorConfig;
import io.serin.kube.Kube;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A start on a {@linkplain RehearsedCluster cluster of its own}, and once through what is asked of
 * a control plane then: for the AOT cache, which is made from what this run has used. Never for
 * production.
 */
final class Rehearsal {

    private static final String DISCOVERY =
            "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources";

    private static final String REVIEW =
            """
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"1",
             "namespace":"shop","object":{"metadata":{"name":"web"},
             "spec":{"containers":[{"name":"web","image":"web"}]}}}}
            """;

    private static final String HOST = "localhost";
    private static final int OK = 200;

    /** What is done more often here is compiled more eagerly at each start. */
    private static final int TIMES = 30;

    private static final int PATIENCE_SECONDS = 30;

    private final Vertx vertx;
    private final Settings settings;

    private Rehearsal(Vertx vertx, Settings settings) {
        this.vertx = vertx;
        this.settings = settings;
    }

    static void run() {
        try {
            Path folder = Files.createTempDirectory("serin-rehearsal");
            try {
                play(folder);
            } finally {
                remove(folder);
            }
        } catch (Exception missed) {
            System.err.println("rehearsal: " + missed);
            System.exit(1);
        }
        System.exit(0);
    }

    private static void play(Path folder) throws Exception {
        Files.writeString(folder.resolve("config"), InjectorConfig.shippedConfig());
        Files.writeString(folder.resolve("mesh"), "trustDomain: cluster.local");
        Files.writeString(folder.resolve("values"), "{\"image\":\"serin-proxy\",\"resources\":{}}");
        Vertx vertx = Vertx.vertx();
        Kube kube =
                Kube.connect(Optional.of(RehearsedCluster.start(vertx, folder)), Optional.empty());
        Settings settings =
                Settings.read(
                        Map.of(
                                "REVISION",
                                "rehearsal",
                                "INJECT_CONFIG",
                                folder.toString(),
                                "MESH_CONFIG",
                                folder.toString()));
        new ControlPlane(settings, vertx, kube).start();
        new Rehearsal(vertx, settings).ask();
    }

    private static void remove(Path folder) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    /** What API server, Prometheus, people and proxies ask. */
    private void ask() throws Exception {
        HttpClient plain = vertx.createHttpClient();
        Settings.Listen ports = settings.ports();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (call(plain, HttpMethod.GET, ports.debug(), "/ready", "") != OK) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("not ready in " + PATIENCE_SECONDS + " s");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        for (int i = 0; i < TIMES; i++) {
            // A connection for each, as from API servers that are new to it.
            HttpClient tls = vertx.createHttpClient(trusting());
            require(call(tls, HttpMethod.POST, ports.webhook(), "/inject", REVIEW));
            var _ = tls.close();
            require(call(plain, HttpMethod.GET, ports.metrics(), "/metrics", ""));
            require(call(plain, HttpMethod.GET, ports.debug(), "/debug/syncz", ""));
        }
        for (int i = 0; i < TIMES; i++) {
            HttpClient proxy =
                    vertx.createHttpClient(
                            trusting().setProtocolVersion(HttpVersion.HTTP_2).setUseAlpn(true));
            require(configure(proxy));
            var _ = proxy.close();
        }
    }

    private static HttpClientOptions trusting() {
        return new HttpClientOptions().setSsl(true).setTrustAll(true).setVerifyHost(false);
    }

    private static void require(int status) {
        if (status != OK) {
            throw new IllegalStateException("answered with " + status);
        }
    }

    private static int call(
            HttpClient client, HttpMethod method, int port, String path, String body)
            throws Exception {
        return client.request(method, port, HOST, path)
                .compose(request ->
                        request.putHeader("content-type", "application/json")
                                .send(body)
                                // Here, on the client's loop: later its body would be gone.
                                .compose(response ->
                                        response.body().map(_ -> response.statusCode())))
                .await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** A proxy's first questions, and the answers. */
    private int configure(HttpClient client) throws Exception {
        ProxyNode node =
                new ProxyNode(
                        new ProxyId("10.244.0.7", "reviews-v1", "shop"),
                        settings.revision(),
                        Settings.VERSION,
                        new Workload("shop", "reviews-v1", "reviews", "v1"),
                        Map.of());
        Buffer questions =
                frame(question(TypeUrl.CLUSTER).setNode(NodeCodec.encode(node)).build())
                        .appendBuffer(frame(question(TypeUrl.LISTENER).build()));
        return client.request(HttpMethod.POST, settings.ports().securedXds(), HOST, DISCOVERY)
                .compose(request -> {
                    request.putHeader("content-type", "application/grpc")
                            .putHeader("authorization", "Bearer t")
                            .setChunked(true);
                    return request.write(questions)
                            .compose(_ -> request.response())
                            .compose(response ->
                                    // Only now: who ends the stream gets no answer any more.
                                    answered(response)
                                            .compose(_ -> request.end())
                                            .compose(_ -> response.end())
                                            .map(_ -> response.statusCode()));
                })
                .await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static Future<?> answered(HttpClientResponse response) {
        Promise<Buffer> first = Promise.promise();
        response.handler(first::tryComplete);
        return first.future();
    }

    private static DeltaDiscoveryRequest.Builder question(TypeUrl type) {
        return DeltaDiscoveryRequest.newBuilder().setTypeUrl(type.url());
    }

    /** As gRPC sends it: not compressed, its length, itself. */
    private static Buffer frame(DeltaDiscoveryRequest request) {
        byte[] bytes = request.toByteArray();
        return Buffer.buffer().appendByte((byte) 0).appendInt(bytes.length).appendBytes(bytes);
    }
}
