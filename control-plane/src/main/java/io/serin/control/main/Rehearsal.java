// SPDX-License-Identifier: Apache-2.0
package io.serin.control.main;

import io.serin.control.settings.Settings;
import io.serin.injector.InjectorConfig;
import io.serin.kube.Kube;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
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

    private static final String REVIEW =
            """
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"1",
             "namespace":"shop","object":{"metadata":{"name":"web"},
             "spec":{"containers":[{"name":"web","image":"web"}]}}}}
            """;

    static final String HOST = "localhost";
    private static final int OK = 200;

    /** What is done more often here is compiled more eagerly at each start. */
    private static final int TIMES = 30;

    static final int PATIENCE_SECONDS = 30;

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
            HttpClient client =
                    vertx.createHttpClient(
                            trusting().setProtocolVersion(HttpVersion.HTTP_2).setUseAlpn(true));
            RehearsedProxy proxy = new RehearsedProxy(client, settings);
            require(proxy.configure());
            proxy.certify();
            var _ = client.close();
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
}
