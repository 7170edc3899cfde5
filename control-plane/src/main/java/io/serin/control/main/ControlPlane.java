// SPDX-License-Identifier: Apache-2.0
package io.serin.control.main;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.serin.api.contract.Objects;
import io.serin.control.admin.AdminRoutes;
import io.serin.control.admin.MetricsPage;
import io.serin.control.admin.Readiness;
import io.serin.control.index.IndexWriter;
import io.serin.control.revision.CaBundleKeeper;
import io.serin.control.revision.CertificateStore;
import io.serin.control.revision.WebhookCertificate;
import io.serin.control.serve.AdsSettings;
import io.serin.control.serve.AdsVerticle;
import io.serin.control.serve.ConnectedProxies;
import io.serin.control.settings.Settings;
import io.serin.control.snapshot.Pacer;
import io.serin.control.snapshot.Publisher;
import io.serin.control.source.ClusterSource;
import io.serin.control.status.StatusWriter;
import io.serin.control.status.ValidateWebhook;
import io.serin.injector.Injector;
import io.serin.injector.InjectorConfig;
import io.serin.injector.webhook.InjectWebhook;
import io.serin.injector.webhook.WebhookRoute;
import io.serin.kube.Kube;
import io.serin.kube.watch.Watches;
import io.serin.kube.write.CaBundle;
import io.serin.kube.write.RouteStatus;
import io.serin.kube.write.Secrets;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.ext.web.Router;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** One revision's control plane, put together. */
final class ControlPlane {

    private final Settings settings;
    private final Vertx vertx;
    private final Kube kube;
    private final AdsSettings ads;
    private final PrometheusMeterRegistry metrics;
    private final Publisher publisher = new Publisher(Pacer.real());
    private final ConnectedProxies proxies = new ConnectedProxies();
    private final AtomicBoolean webhookListens = new AtomicBoolean();

    ControlPlane(Settings settings, Vertx vertx, Kube kube) {
        this.settings = settings;
        this.vertx = vertx;
        this.kube = kube;
        ads =
                new AdsSettings(
                        settings.ports().xds(),
                        settings.revision(),
                        Settings.VERSION,
                        settings.instance());
        metrics = MetricsPage.registry(ads);
    }

    /** Blocks until all is deployed; ready comes later, when the caches are filled. */
    void start() {
        Watches watches = new Watches(kube);
        StatusWriter status =
                new StatusWriter(
                        new RouteStatus(kube, InstantSource.system()),
                        Objects.ROUTE_CONTROLLER_DOMAIN + settings.revision());
        IndexWriter index = new IndexWriter(watches::areSynced, publisher, status::accept);
        listenForPeople(watches, index);
        await(vertx.deployVerticle(status));
        await(vertx.deployVerticle(new ClusterSource(watches, index)));
        await(vertx.deployVerticle(new AdsVerticle(ads, publisher, proxies, metrics)));
        WebhookCertificate certificate =
                new CertificateStore(new Secrets(kube), settings.revision(), settings.namespace())
                        .obtain(InstantSource.system().instant());
        listenForApiServer(certificate);
        watches.webhooks(
                settings.revision(),
                new CaBundleKeeper(
                        settings.revision(), certificate.authority(), new CaBundle(kube), metrics));
    }

    private void listenForPeople(Watches watches, IndexWriter index) {
        Readiness readiness =
                new Readiness(
                        List.of(
                                new Readiness.Condition(
                                        "caches are filled",
                                        () -> watches.areSynced() && index.isIdle()),
                                new Readiness.Condition(
                                        "configuration is published",
                                        () -> publisher.latest().isPresent()),
                                new Readiness.Condition(
                                        "webhook is listening", webhookListens::get)));
        Router debug = Router.router(vertx);
        new AdminRoutes(ads, readiness, publisher, proxies).mount(debug);
        await(vertx.createHttpServer().requestHandler(debug).listen(settings.ports().debug()));
        Router scraped = Router.router(vertx);
        MetricsPage.mount(scraped, metrics);
        await(vertx.createHttpServer().requestHandler(scraped).listen(settings.ports().metrics()));
    }

    private void listenForApiServer(WebhookCertificate certificate) {
        InjectWebhook inject =
                new InjectWebhook(
                        new Injector(
                                InjectorConfig.read(settings.revision(), settings.injectConfig())),
                        new InjectionCounters(metrics));
        Router router = Router.router(vertx);
        WebhookRoute.mount(router, "/inject", inject::answer);
        WebhookRoute.mount(router, "/validate", (body, rest) -> ValidateWebhook.answer(body));
        HttpServerOptions tls =
                new HttpServerOptions()
                        .setSsl(true)
                        .setKeyCertOptions(
                                new PemKeyCertOptions()
                                        .addCertValue(Buffer.buffer(certificate.certificate()))
                                        .addKeyValue(Buffer.buffer(certificate.key())));
        await(
                vertx.createHttpServer(tls)
                        .requestHandler(router)
                        .listen(settings.ports().webhook()));
        webhookListens.set(true);
    }

    private static void await(Future<?> step) {
        var _ = step.toCompletionStage().toCompletableFuture().join();
    }
}
