// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.watch;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import io.serin.kube.Kube;
import io.serin.kube.convert.Convert;
import io.serin.kube.convert.ConvertRoute;
import io.serin.kube.type.KubeNamespace;
import io.serin.kube.type.KubePod;
import io.serin.kube.type.KubeRootCertificate;
import io.serin.kube.type.KubeRoute;
import io.serin.kube.type.KubeService;
import io.serin.kube.type.KubeSlice;
import io.serin.kube.type.KubeWebhook;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the kinds that the mesh is made from, over the library's informers: list, then watch with
 * bookmarks, resume, list anew after 410, back off, for ever.
 */
public final class Watches implements AutoCloseable {

    /** HTTPRoutes, wherever their definition is installed. */
    public static final ResourceDefinitionContext HTTP_ROUTE =
            new ResourceDefinitionContext.Builder()
                    .withGroup("gateway.networking.k8s.io")
                    .withVersion("v1")
                    .withKind("HTTPRoute")
                    .withPlural("httproutes")
                    .withNamespaced(true)
                    .build();

    private static final Logger LOG = LoggerFactory.getLogger(Watches.class);
    private static final String ROUTE_DEFINITION = "httproutes.gateway.networking.k8s.io";
    private static final int DEFINITION_POLL_SECONDS = 5;

    private final KubernetesClient client;
    private volatile boolean allFollowed;
    private final List<SharedIndexInformer<?>> informers = new CopyOnWriteArrayList<>();

    private final Shared<Pod, KubePod> pods;
    private final Shared<Namespace, KubeNamespace> namespaces;
    private final Shared<MutatingWebhookConfiguration, KubeWebhook> injectors;

    private final ScheduledExecutorService definitions =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("route-definition").daemon().factory());

    public Watches(Kube kube) {
        this.client = kube.client();
        pods = new Shared<>("pods", client.pods().inAnyNamespace(), Convert::pod);
        namespaces = new Shared<>("namespaces", client.namespaces(), Convert::namespace);
        injectors =
                new Shared<>(
                        "mutatingwebhookconfigurations",
                        client.admissionRegistration()
                                .v1()
                                .mutatingWebhookConfigurations()
                                .withLabel(Labels.APP, Labels.APP_INJECTOR),
                        Watches::mutating);
    }

    /** What several may listen to; the API server is asked once, and not before somebody does. */
    private final class Shared<K extends HasMetadata, T> {

        private final String kind;
        private final Informable<K> objects;
        private final Function<K, T> convert;
        private @Nullable SharedIndexInformer<K> informer;

        Shared(String kind, Informable<K> objects, Function<K, T> convert) {
            this.kind = kind;
            this.objects = objects;
            this.convert = convert;
        }

        synchronized void tell(Observer<T> observer) {
            if (informer == null) {
                informer = informer(kind, objects);
                hear(kind, informer, convert, observer);
                var _ = informer.start();
            } else {
                // Those that are known already are told of first.
                hear(kind, informer, convert, observer);
            }
        }
    }

    /** Whom each namespace's proxies are told to trust. */
    public void rootCertificates(Observer<KubeRootCertificate> observer) {
        follow(
                "configmaps",
                client.configMaps()
                        .inAnyNamespace()
                        .withField("metadata.name", Objects.ROOT_CERTIFICATE),
                Watches::rootCertificate,
                observer);
    }

    public void services(Observer<KubeService> observer) {
        follow("services", client.services().inAnyNamespace(), Convert::service, observer);
    }

    public void slices(Observer<KubeSlice> observer) {
        follow(
                "endpointslices",
                client.discovery().v1().endpointSlices().inAnyNamespace(),
                Convert::slice,
                observer);
    }

    /** Several may listen. */
    public void pods(Observer<KubePod> observer) {
        pods.tell(observer);
    }

    /** Several may listen. */
    public void namespaces(Observer<KubeNamespace> observer) {
        namespaces.tell(observer);
    }

    /** The injection webhooks of all revisions and tags. Several may listen. */
    public void injectors(Observer<KubeWebhook> observer) {
        injectors.tell(observer);
    }

    /** The webhook configurations of a revision, those of tags that point to it included. */
    public void webhooks(Revision revision, Observer<KubeWebhook> observer) {
        var admission = client.admissionRegistration().v1();
        follow(
                "mutatingwebhookconfigurations",
                admission
                        .mutatingWebhookConfigurations()
                        .withLabel(Labels.REVISION, revision.value()),
                Watches::mutating,
                observer);
        follow(
                "validatingwebhookconfigurations",
                admission
                        .validatingWebhookConfigurations()
                        .withLabel(Labels.REVISION, revision.value()),
                Watches::validating,
                observer);
    }

    /**
     * HTTPRoutes, from when their definition is there: the Gateway API may be installed later, and
     * until then there are simply no routes.
     */
    public void routes(Observer<KubeRoute> observer) {
        if (hasRouteDefinition()) {
            startRoutes(observer);
            return;
        }
        LOG.info("kind=httproutes waiting reason=\"{} is not installed\"", ROUTE_DEFINITION);
        var _ =
                definitions.scheduleWithFixedDelay(
                        () -> {
                            if (hasRouteDefinition()) {
                                startRoutes(observer);
                                definitions.shutdown();
                            }
                        },
                        DEFINITION_POLL_SECONDS,
                        DEFINITION_POLL_SECONDS,
                        TimeUnit.SECONDS);
    }

    private boolean hasRouteDefinition() {
        try {
            return client.apiextensions()
                            .v1()
                            .customResourceDefinitions()
                            .withName(ROUTE_DEFINITION)
                            .get()
                    != null;
        } catch (KubernetesClientException unreachable) {
            LOG.warn("kind=httproutes reason=\"{}\"", unreachable.getMessage());
            return false;
        }
    }

    private void startRoutes(Observer<KubeRoute> observer) {
        Informable<GenericKubernetesResource> routes =
                client.genericKubernetesResources(HTTP_ROUTE).inAnyNamespace();
        follow("httproutes", routes, ConvertRoute::route, observer);
    }

    private static KubeRootCertificate rootCertificate(ConfigMap told) {
        Map<String, String> data = told.getData() == null ? Map.of() : told.getData();
        return new KubeRootCertificate(
                told.getMetadata().getNamespace(),
                data.getOrDefault(Objects.ROOT_CERTIFICATE_KEY, ""));
    }

    private static KubeWebhook mutating(MutatingWebhookConfiguration configuration) {
        return new KubeWebhook(
                KubeWebhook.Kind.MUTATING,
                configuration.getMetadata().getName(),
                configuration.getMetadata().getLabels().getOrDefault(Labels.REVISION, ""),
                configuration.getMetadata().getLabels().getOrDefault(Labels.TAG, ""),
                configuration.getWebhooks().stream()
                        .map(webhook -> entry(webhook.getName(), webhook.getClientConfig()))
                        .toList());
    }

    private static KubeWebhook validating(ValidatingWebhookConfiguration configuration) {
        return new KubeWebhook(
                KubeWebhook.Kind.VALIDATING,
                configuration.getMetadata().getName(),
                configuration.getMetadata().getLabels().getOrDefault(Labels.REVISION, ""),
                configuration.getMetadata().getLabels().getOrDefault(Labels.TAG, ""),
                configuration.getWebhooks().stream()
                        .map(webhook -> entry(webhook.getName(), webhook.getClientConfig()))
                        .toList());
    }

    private static KubeWebhook.Entry entry(String name, WebhookClientConfig client) {
        String bundle = client.getCaBundle();
        return new KubeWebhook.Entry(name, bundle == null ? "" : bundle);
    }

    private <K extends HasMetadata, T> void follow(
            String kind, Informable<K> objects, Function<K, T> convert, Observer<T> observer) {
        SharedIndexInformer<K> informer = informer(kind, objects);
        hear(kind, informer, convert, observer);
        var _ = informer.start();
    }

    private <K extends HasMetadata> SharedIndexInformer<K> informer(
            String kind, Informable<K> objects) {
        SharedIndexInformer<K> informer = objects.runnableInformer(0);
        informer.exceptionHandler((started, problem) -> {
            LOG.warn("kind={} retrying reason=\"{}\"", kind, problem.getMessage());
            return true;
        });
        informers.add(informer);
        return informer;
    }

    private static <K extends HasMetadata, T> void hear(
            String kind,
            SharedIndexInformer<K> informer,
            Function<K, T> convert,
            Observer<T> observer) {
        informer.addEventHandler(
                new ResourceEventHandler<K>() {
                    @Override
                    public void onAdd(K object) {
                        put(object);
                    }

                    @Override
                    public void onUpdate(K before, K object) {
                        put(object);
                    }

                    @Override
                    public void onDelete(K object, boolean finalStateUnknown) {
                        observer.remove(Convert.name(object.getMetadata()));
                    }

                    private void put(K object) {
                        try {
                            observer.put(convert.apply(object));
                        } catch (RuntimeException unreadable) {
                            // One object that can't be read must not stop the rest.
                            LOG.error(
                                    "kind={} object={} skipped",
                                    kind,
                                    Convert.name(object.getMetadata()),
                                    unreadable);
                        }
                    }
                });
    }

    /** What the mesh is made from is followed now: from here on it can be in sync. */
    public void allFollowed() {
        allFollowed = true;
    }

    /** Whether everything that is followed has been listed once. */
    public boolean areSynced() {
        return allFollowed && informers.stream().allMatch(SharedIndexInformer::hasSynced);
    }

    @Override
    public void close() {
        definitions.shutdownNow();
        informers.forEach(SharedIndexInformer::stop);
    }
}
