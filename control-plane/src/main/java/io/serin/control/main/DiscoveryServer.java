// SPDX-License-Identifier: Apache-2.0
package io.serin.control.main;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.control.audit.InstalledNames;
import io.serin.control.serve.AdsSettings;
import io.serin.control.serve.AdsVerticle;
import io.serin.control.serve.Bearer;
import io.serin.control.serve.ConnectedProxies;
import io.serin.control.serve.Secured;
import io.serin.control.settings.Settings;
import io.serin.control.snapshot.Publisher;
import io.serin.control.trust.DiscoveryCertificate;
import io.serin.control.trust.MeshAuthorityStore;
import io.serin.control.trust.RootCertificateKeeper;
import io.serin.control.trust.WorkloadCertificates;
import io.serin.kube.Kube;
import io.serin.kube.type.KubeBearer;
import io.serin.kube.type.ObjectName;
import io.serin.kube.watch.Watches;
import io.serin.kube.write.Leadership;
import io.serin.kube.write.RootCertificates;
import io.serin.kube.write.Secrets;
import io.serin.kube.write.TokenReviews;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where proxies call: what they are served, the certificates by which they know us and that we sign
 * for them, and what they are told to trust. Any thread.
 */
final class DiscoveryServer {

    private final Vertx vertx;
    private final TokenReviews reviews;
    private final DiscoveryCertificate shown;
    private final RootCertificateKeeper roots;
    private final Leadership first;
    private final AdsVerticle ads;
    private final String deployment;

    /**
     * Serves from now on; blocks until it does.
     *
     * @throws IllegalStateException when there is no authority to be known by
     */
    DiscoveryServer(
            Settings settings,
            AdsSettings ads,
            Vertx vertx,
            Kube kube,
            Publisher publisher,
            ConnectedProxies proxies,
            MeterRegistry metrics,
            InstalledNames names) {
        this.vertx = vertx;
        reviews = new TokenReviews(kube, Objects.TOKEN_AUDIENCE);
        InstantSource clock = InstantSource.system();
        MeshAuthorityStore store = new MeshAuthorityStore(new Secrets(kube), settings.namespace());
        shown =
                new DiscoveryCertificate(
                        () -> store.obtain(clock.instant()),
                        settings.revision(),
                        names::ourTags,
                        clock);
        Gauge.builder(
                        "citadel_server_root_cert_expiry_timestamp",
                        shown,
                        it -> it.authority().signs().until().getEpochSecond())
                .description("When the mesh's authority expires, in seconds since 1970.")
                .register(metrics);
        first =
                new Leadership(
                        kube,
                        new ObjectName(settings.namespace(), Objects.ROOT_CERTIFICATE_LEASE),
                        Map.of(
                                Labels.APP,
                                Labels.APP_CONTROL_PLANE,
                                Labels.MANAGED_BY,
                                Labels.SERIN),
                        settings.instance(),
                        Leadership.Timing.USUAL);
        roots =
                new RootCertificateKeeper(
                        new RootCertificates(kube), shown.current().authority(), first::isHeld);
        this.ads =
                new AdsVerticle(
                        ads,
                        Optional.of(
                                new Secured(
                                        settings.ports().securedXds(),
                                        shown.current(),
                                        this::bearer,
                                        new WorkloadCertificates(shown::authority, clock))),
                        publisher,
                        proxies,
                        metrics);
        deployment = join(vertx.deployVerticle(this.ads));
    }

    /** Tells namespaces whom to trust, once it is known what they were told. */
    void follow(Watches watches) {
        watches.namespaces(roots.namespaces());
        watches.rootCertificates(roots.told());
        roots.start(watches::areSynced);
        first.seek(roots::look);
    }

    /** Does what is due with the certificate. Blocks; one caller at a time. */
    void look() {
        shown.look(roots::trust, next -> join(ads.present(next)));
    }

    private Future<Bearer> bearer(String token) {
        return vertx.executeBlocking(() -> reviews.bearer(token), false).map(DiscoveryServer::of);
    }

    private static Bearer of(@Nullable KubeBearer told) {
        return switch (requireNonNull(told)) {
            case KubeBearer.Known(String namespace, String account, Optional<String> pod) ->
                    new Bearer.Known(namespace, account, pod);
            case KubeBearer.Unknown(String reason) -> new Bearer.Unknown(reason);
        };
    }

    /** Does nothing more that another one can do, and goes on serving. */
    void leave() {
        roots.close();
        first.close();
    }

    /** Ends every stream. */
    Future<?> stop() {
        return vertx.undeploy(deployment);
    }

    private static <T> T join(Future<T> step) {
        return step.toCompletionStage().toCompletableFuture().join();
    }
}
