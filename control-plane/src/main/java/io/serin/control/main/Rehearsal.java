// SPDX-License-Identifier: Apache-2.0
package io.serin.control.main;

import io.serin.api.backend.Workload;
import io.serin.api.name.ProxyId;
import io.serin.api.name.Revision;
import io.serin.api.snapshot.ProxyNode;
import io.serin.control.admin.AdminRoutes;
import io.serin.control.admin.MetricsPage;
import io.serin.control.admin.Readiness;
import io.serin.control.index.IndexWriter;
import io.serin.control.revision.WebhookCertificate;
import io.serin.control.serve.AdsSettings;
import io.serin.control.serve.AdsVerticle;
import io.serin.control.serve.ConnectedProxies;
import io.serin.control.settings.Settings;
import io.serin.control.snapshot.Pacer;
import io.serin.control.snapshot.Publisher;
import io.serin.injector.Injector;
import io.serin.injector.InjectorConfig;
import io.serin.injector.webhook.InjectWebhook;
import io.serin.injector.webhook.WebhookRoute;
import io.serin.kube.Kube;
import io.serin.kube.type.KubeService;
import io.serin.kube.type.ObjectName;
import io.serin.kube.watch.Watches;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.ext.web.Router;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A start without a cluster, once through what every start loads: for the AOT cache, which is made
 * from what this run has used. Never for production.
 */
final class Rehearsal {

    private static final String REVIEW =
            """
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"1",
             "namespace":"shop","object":{"metadata":{"name":"web"},
             "spec":{"containers":[{"name":"web","image":"web"}]}}}}
            """;

    private Rehearsal() {}

    static void run() {
        Vertx vertx = Vertx.vertx();
        try {
            play(vertx);
        } catch (Exception missed) {
            System.err.println("rehearsal: " + missed);
            System.exit(1);
        }
        System.exit(0);
    }

    private static void play(Vertx vertx) throws Exception {
        Revision revision = new Revision("rehearsal");
        AdsSettings ads = new AdsSettings(0, revision, Settings.VERSION, "rehearsal");
        Publisher publisher = new Publisher(Pacer.real());
        var metrics = MetricsPage.registry(ads);
        IndexWriter index = new IndexWriter(revision, () -> true, publisher, _ -> {});
        Thread writer = Thread.ofVirtual().start(index);
        index.put(
                new KubeService(
                        new ObjectName("shop", "reviews"),
                        Optional.of("10.96.0.7"),
                        List.of(new KubeService.Port("http", 9080, Optional.empty()))));
        ConnectedProxies proxies = new ConnectedProxies();
        var _ =
                vertx.deployVerticle(new AdsVerticle(ads, publisher, proxies, metrics))
                        .await(10, TimeUnit.SECONDS);
        WebhookCertificate certificate =
                WebhookCertificate.make(List.of("localhost"), Instant.now());
        Router router = Router.router(vertx);
        InjectorConfig config =
                InjectorConfig.parse(
                        revision,
                        InjectorConfig.shippedConfig(),
                        "{\"image\":\"serin-proxy\",\"resources\":{}}");
        Injector injector = new Injector(config);
        InjectWebhook inject = new InjectWebhook(() -> injector, new InjectionCounters(metrics));
        WebhookRoute.mount(router, "/inject", inject::answer, inject::refused);
        new AdminRoutes(ads, new Readiness(List.of()), publisher, proxies).mount(router);
        MetricsPage.mount(router, metrics);
        int port =
                vertx.createHttpServer(
                                new HttpServerOptions()
                                        .setSsl(true)
                                        .setKeyCertOptions(
                                                new PemKeyCertOptions()
                                                        .addCertValue(
                                                                Buffer.buffer(
                                                                        certificate.certificate()))
                                                        .addKeyValue(
                                                                Buffer.buffer(certificate.key()))))
                        .requestHandler(router)
                        .listen(0)
                        .await(10, TimeUnit.SECONDS)
                        .actualPort();
        for (int i = 0; i < 200; i++) {
            call(vertx, port, HttpMethod.POST, "/inject", REVIEW);
            call(vertx, port, HttpMethod.GET, "/metrics", "");
            call(vertx, port, HttpMethod.GET, "/debug/syncz", "");
        }
        ProxyNode node =
                new ProxyNode(
                        new ProxyId("10.244.0.1", "web", "shop"),
                        revision,
                        Settings.VERSION,
                        new Workload("shop", "web", "web", "v1"),
                        Map.of());
        publisher.latest().ifPresent(snapshots -> snapshots.of(node));
        // Nobody answers there; the client's classes are what counts.
        try (Kube kube = Kube.connect();
                Watches watches = new Watches(kube)) {
            watches.services(NOBODY);
        } catch (RuntimeException nobodyAnswers) {
            System.err.println("rehearsal: no cluster, as expected");
        }
        writer.interrupt();
    }

    private static final io.serin.kube.watch.Observer<KubeService> NOBODY =
            new io.serin.kube.watch.Observer<>() {
                @Override
                public void put(KubeService object) {}

                @Override
                public void remove(ObjectName name) {}
            };

    private static void call(Vertx vertx, int port, HttpMethod method, String path, String body)
            throws Exception {
        var client =
                vertx.createHttpClient(
                        new HttpClientOptions()
                                .setSsl(true)
                                .setTrustAll(true)
                                .setVerifyHost(false));
        var _ =
                client.request(method, port, "localhost", path)
                        .compose(request ->
                                request.putHeader("content-type", "application/json")
                                        .send(body)
                                        // Here, on the client's loop: later its body would be gone.
                                        .compose(response -> response.body()))
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(10, TimeUnit.SECONDS);
        var _ = client.close();
    }
}
