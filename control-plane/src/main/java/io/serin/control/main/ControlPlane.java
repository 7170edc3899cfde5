// SPDX-License-Identifier: Apache-2.0
package io.serin.control.main;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.serin.api.contract.Channel;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.api.name.Tag;
import io.serin.control.admin.AdminRoutes;
import io.serin.control.admin.MetricsPage;
import io.serin.control.admin.Readiness;
import io.serin.control.audit.AuditWebhook;
import io.serin.control.audit.InstalledNames;
import io.serin.control.audit.LabelEvents;
import io.serin.control.channel.ChannelDuty;
import io.serin.control.index.IndexWriter;
import io.serin.control.revision.CaBundleKeeper;
import io.serin.control.revision.CertificateRenewal;
import io.serin.control.revision.CertificateStore;
import io.serin.control.serve.AdsSettings;
import io.serin.control.serve.ConnectedProxies;
import io.serin.control.settings.Settings;
import io.serin.control.snapshot.Pacer;
import io.serin.control.snapshot.Publisher;
import io.serin.control.source.ClusterSource;
import io.serin.control.status.StatusWriter;
import io.serin.control.status.ValidateWebhook;
import io.serin.control.status.ValidationProof;
import io.serin.control.trust.ServerCertificate;
import io.serin.injector.webhook.InjectWebhook;
import io.serin.injector.webhook.WebhookRoute;
import io.serin.kube.Kube;
import io.serin.kube.type.ObjectName;
import io.serin.kube.watch.Watches;
import io.serin.kube.write.CaBundle;
import io.serin.kube.write.Events;
import io.serin.kube.write.FailurePolicy;
import io.serin.kube.write.Leadership;
import io.serin.kube.write.RouteStatus;
import io.serin.kube.write.Secrets;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One revision's control plane, put together. */
final class ControlPlane {

    private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);

    /** For answers in flight. The API server itself waits no longer than 10 s for one. */
    private static final Duration FINISH_WITHIN = Duration.ofSeconds(5);

    /** How often the webhook's certificate is looked at. */
    private static final Duration LOOK_EVERY = Duration.ofMinutes(1);

    /**
     * How often the injector's ConfigMaps are; the kubelet takes up to a minute to show a change of
     * one.
     */
    private static final Duration LOOK_AT_CONFIG_EVERY = Duration.ofSeconds(2);

    /** How long labels and webhooks are to stay as they are before they are judged. */
    private static final Duration QUIET = Duration.ofSeconds(1);

    /** How often it is looked whether the channel has a newer revision. */
    private static final Duration LOOK_AT_CHANNEL_EVERY = Duration.ofSeconds(5);

    /** How often the mesh's authority is looked at, and the names that proxies call us by. */
    private static final Duration LOOK_AT_AUTHORITY_EVERY = Duration.ofSeconds(10);

    /** How often it is looked whether the validating webhook can be relied upon. */
    private static final Duration PROVE_EVERY = Duration.ofSeconds(10);

    /** How often it is looked whether another replica is ready, by one that is to go. */
    private static final Duration LOOK_FOR_SUCCESSOR_EVERY = Duration.ofMillis(200);

    private final Settings settings;
    private final Vertx vertx;
    private final Kube kube;
    private final AdsSettings ads;
    private final PrometheusMeterRegistry metrics;
    private final Publisher publisher = new Publisher(Pacer.real());
    private final ConnectedProxies proxies = new ConnectedProxies();
    private final Successor successor;
    private final Leadership leadership;
    private volatile boolean isLeaving;
    private volatile @Nullable WebhookServer webhook;
    private volatile @Nullable ChannelDuty channel;
    private volatile @Nullable DiscoveryServer discovery;

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
        successor = new Successor(settings.namespace(), settings.revision());
        leadership =
                new Leadership(
                        kube,
                        new ObjectName(
                                settings.namespace(),
                                Objects.routeStatusLease(settings.revision())),
                        Map.of(
                                Labels.APP,
                                Labels.APP_CONTROL_PLANE,
                                Labels.REVISION,
                                settings.revision().value()),
                        settings.instance(),
                        Leadership.Timing.USUAL);
    }

    /** Blocks until all is deployed; ready comes later, when the caches are filled. */
    void start() {
        Watches watches = new Watches(kube);
        StatusWriter status =
                new StatusWriter(
                        new RouteStatus(kube, InstantSource.system()),
                        Objects.ROUTE_CONTROLLER_DOMAIN + settings.revision(),
                        leadership::isHeld);
        IndexWriter index =
                new IndexWriter(
                        settings.revision(),
                        watches::areSynced,
                        publisher.andThen(successor),
                        status::accept);
        listenForPeople(watches, index);
        await(vertx.deployVerticle(status));
        leadership.seek(status::leadershipChanged);
        await(vertx.deployVerticle(new ClusterSource(watches, index)));
        InstantSource clock = InstantSource.system();
        Semaphore labelChanges = new Semaphore(0);
        InstalledNames names = new InstalledNames(settings.revision(), labelChanges::release);
        DiscoveryServer streams =
                new DiscoveryServer(settings, ads, vertx, kube, publisher, proxies, metrics, names);
        discovery = streams;
        streams.follow(watches);
        LabelEvents audit =
                new LabelEvents(
                        names, new Events(kube, clock), labelChanges, watches::areSynced, QUIET);
        CertificateStore store =
                new CertificateStore(new Secrets(kube), settings.revision(), settings.namespace());
        ServerCertificate certificate = store.obtain(clock.instant());
        WebhookServer server =
                listenForApiServer(certificate, new AuditWebhook(names, audit::labels));
        CaBundleKeeper trust =
                new CaBundleKeeper(
                        settings.revision(),
                        () -> store.obtain(clock.instant()).authority(),
                        new CaBundle(kube),
                        metrics);
        watches.webhooks(settings.revision(), trust);
        watches.injectors(names.injectors());
        watches.namespaces(audit.namespaces());
        watches.pods(audit.pods());
        await(vertx.deployVerticle(audit));
        CertificateRenewal renewal =
                new CertificateRenewal(
                        store, trust, clock, certificate, next -> await(server.present(next)));
        every("certificate", LOOK_EVERY, renewal::look);
        every("discovery", LOOK_AT_AUTHORITY_EVERY, streams::look);
        every("validation", PROVE_EVERY, () -> proveValidation(names.ourTags()));
        settings.channel().ifPresent(this::keep);
    }

    /** By every name that a route may ask for us with, and of those without one. */
    private void proveValidation(Set<String> tags) {
        String revision = settings.revision().value();
        proof(Objects.validator(settings.revision()), Map.of(Labels.REVISION, revision)).look();
        proof(Objects.DEFAULT_VALIDATOR, Map.of()).look();
        tags.forEach(tag -> proof(Objects.tag(new Tag(tag)), Map.of(Labels.REVISION, tag)).look());
    }

    private ValidationProof proof(String validator, Map<String, String> labels) {
        return new ValidationProof(
                new FailurePolicy(kube, validator, settings.revision()),
                new ObjectName(settings.namespace(), "serin-trial-" + settings.revision()),
                labels);
    }

    private void keep(Channel of) {
        ChannelDuty duty =
                new ChannelDuty(
                        kube,
                        of,
                        settings.instance(),
                        LOOK_AT_CHANNEL_EVERY,
                        Leadership.Timing.USUAL);
        duty.start();
        channel = duty;
    }

    /**
     * Goes, so that nobody misses it: serves as before until nobody is sent here any more, and
     * until another replica is ready, for so long as it may; then streams are ended, so that
     * proxies look for that one, and what has been asked is answered. Ready all the while:
     * kube-proxy sends nobody to a pod that is to go while another one is ready, and to this one
     * where none is (KEP-1669). Blocks meanwhile; once.
     */
    void leave() {
        isLeaving = true;
        // At once, so that another replica does what one alone does before this one has gone.
        leadership.close();
        ChannelDuty duty = channel;
        if (duty != null) {
            duty.close();
        }
        DiscoveryServer streams = discovery;
        if (streams != null) {
            streams.leave();
        }
        WebhookServer asked = webhook;
        if (asked == null) {
            LOG.info("leaving before anything was served");
            return;
        }
        asked.leave();
        serveOn();
        Future<?> answered = asked.stop(FINISH_WITHIN);
        try {
            if (streams != null) {
                await(streams.stop());
            }
            await(answered);
        } catch (CompletionException late) {
            LOG.warn("not all was finished reason=\"{}\"", late.getMessage());
        }
        LOG.info("left");
    }

    private void serveOn() {
        Settings.Leave leave = settings.leave();
        LOG.info("leaving serving_for={}", leave.least());
        try {
            Thread.sleep(leave.least());
            if (!successor.hasCome()) {
                LOG.info("no other replica is ready: serving on at_most={}", leave.most());
                long end = System.nanoTime() + leave.most().minus(leave.least()).toNanos();
                while (!successor.hasCome() && System.nanoTime() - end < 0) {
                    Thread.sleep(LOOK_FOR_SUCCESSOR_EVERY);
                }
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean webhookListens() {
        WebhookServer listening = webhook;
        return listening != null && listening.listens();
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
                                        "webhook is listening", this::webhookListens)));
        Router debug = Router.router(vertx);
        new AdminRoutes(ads, readiness, publisher, proxies).mount(debug);
        await(vertx.createHttpServer().requestHandler(debug).listen(settings.ports().debug()));
        Router scraped = Router.router(vertx);
        MetricsPage.mount(scraped, metrics);
        await(vertx.createHttpServer().requestHandler(scraped).listen(settings.ports().metrics()));
    }

    private void every(String what, Duration pause, Runnable look) {
        var _ =
                Thread.ofVirtual()
                        .name(what)
                        .start(() -> {
                            try {
                                while (!isLeaving) {
                                    Thread.sleep(pause);
                                    look.run();
                                }
                            } catch (InterruptedException stopped) {
                                Thread.currentThread().interrupt();
                            }
                        });
    }

    private WebhookServer listenForApiServer(ServerCertificate certificate, AuditWebhook audit) {
        CurrentInjector injector =
                new CurrentInjector(
                        settings.revision(),
                        settings.injectConfig(),
                        settings.meshConfig(),
                        metrics);
        every("injector-config", LOOK_AT_CONFIG_EVERY, injector::look);
        InjectWebhook inject = new InjectWebhook(injector, new InjectionCounters(metrics));
        Router router = Router.router(vertx);
        WebhookRoute.mount(router, "/inject", inject::answer, inject::refused);
        WebhookRoute.mount(
                router, "/validate", (body, rest) -> ValidateWebhook.answer(body), () -> {});
        WebhookRoute.mount(router, "/audit", (body, rest) -> audit.answer(body), () -> {});
        WebhookServer server = new WebhookServer(vertx, router, certificate);
        await(server.listen(settings.ports().webhook()));
        webhook = server;
        return server;
    }

    private static void await(Future<?> step) {
        var _ = step.toCompletionStage().toCompletableFuture().join();
    }
}
