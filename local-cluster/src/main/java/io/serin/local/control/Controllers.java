// SPDX-License-Identifier: Apache-2.0
package io.serin.local.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ClusterApi;
import io.serin.local.api.Events;
import io.serin.local.api.Meta;
import io.serin.local.api.Resource;
import io.serin.local.api.Resources;
import io.serin.local.api.Slices;
import io.serin.local.api.WatchEvent;
import io.serin.local.resource.LabelSelector;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All controllers, each woken by what concerns it; and the node's heartbeat. */
public final class Controllers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Controllers.class);
    private static final int HEARTBEAT_SECONDS = 10;
    private final ClusterApi api;
    private final ScheduledExecutorService timers =
            Executors.newSingleThreadScheduledExecutor(
                    task -> Thread.ofPlatform().daemon().name("controller-timers").unstarted(task));
    private final List<Loop> loops = new ArrayList<>();
    private final Map<Key, JsonNode> selectors = new ConcurrentHashMap<>();
    private final Map<Resource, AutoCloseable> collected = new ConcurrentHashMap<>();
    private final Map<Key, JsonNode> podLabels = new ConcurrentHashMap<>();

    private Controllers(ClusterApi api) {
        this.api = api;
    }

    /**
     * Registers the node and starts all controllers.
     *
     * @param apis the API for a part of the cluster, by its name
     * @param rootCertificate in PEM
     * @param nodeAddress where pods reach the node
     */
    public static Controllers start(
            Function<String, ClusterApi> apis,
            String rootCertificate,
            String nodeAddress,
            InstantSource clock) {
        ClusterApi api = apis.apply("kube-controller-manager");
        Controllers controllers = new Controllers(api);
        ThisNode node = new ThisNode(apis.apply("kubelet"), clock, nodeAddress);
        node.register();
        controllers.startAll(new ServedKinds(api), rootCertificate, clock);
        var _ =
                controllers.timers.scheduleAtFixedRate(
                        () -> Thread.ofVirtual().start(node::renew),
                        0,
                        HEARTBEAT_SECONDS,
                        TimeUnit.SECONDS);
        return controllers;
    }

    private void startAll(
            Supplier<List<Resource>> served, String rootCertificate, InstantSource clock) {
        Loop namespaces = loop("namespace", new Namespaces(api, served, rootCertificate));
        namespaces.watch(api, Resources.NAMESPACES, each(namespaces));
        for (Resource furniture : List.of(Resources.SERVICE_ACCOUNTS, Resources.CONFIG_MAPS)) {
            namespaces.watch(
                    api,
                    furniture,
                    event -> {
                        if (event.type() == WatchEvent.Type.DELETED) {
                            namespaces.add(new Key("", Meta.namespace(event.object())));
                        }
                    });
        }

        Loop scheduler =
                loop("scheduler", new Scheduler(api, events("default-scheduler", clock), clock));
        scheduler.watch(
                api,
                Resources.PODS,
                event -> {
                    if (event.object().path("spec").path("nodeName").asText().isEmpty()) {
                        scheduler.add(Key.of(event.object()));
                    }
                });

        Loop replicaSets =
                loop(
                        "replicaset",
                        new ReplicaSets(api, events("replicaset-controller", clock), clock));
        replicaSets.watch(api, Resources.REPLICA_SETS, each(replicaSets));
        replicaSets.watch(api, Resources.PODS, owners(replicaSets, "ReplicaSet"));

        Loop deployments =
                loop(
                        "deployment",
                        new Deployments(api, events("deployment-controller", clock), clock));
        deployments.watch(api, Resources.DEPLOYMENTS, each(deployments));
        deployments.watch(api, Resources.REPLICA_SETS, owners(deployments, "Deployment"));
        deployments.watch(
                api,
                Resources.PODS,
                event -> {
                    // Recreate waits for the last old pod.
                    if (event.type() == WatchEvent.Type.DELETED) {
                        Meta.controller(event.object())
                                .flatMap(set ->
                                        api.get(
                                                Resources.REPLICA_SETS,
                                                Meta.namespace(event.object()),
                                                set.path("name").asText()))
                                .flatMap(Meta::controller)
                                .ifPresent(owner ->
                                        deployments.add(
                                                new Key(
                                                        Meta.namespace(event.object()),
                                                        owner.path("name").asText())));
                    }
                });

        Loop endpoints = loop("endpointslice", new EndpointSlices(api));
        endpoints.watch(
                api,
                Resources.SERVICES,
                event -> {
                    Key key = Key.of(event.object());
                    if (event.type() == WatchEvent.Type.DELETED) {
                        selectors.remove(key);
                    } else {
                        selectors.put(key, event.object().path("spec").path("selector"));
                    }
                    endpoints.add(key);
                });
        endpoints.watch(api, Resources.PODS, event -> wakeServices(endpoints, event));
        endpoints.watch(
                api,
                Resources.ENDPOINT_SLICES,
                event -> {
                    ObjectNode slice = event.object();
                    if (Meta.label(slice, EndpointSlices.MANAGED_BY).equals(EndpointSlices.OURS)) {
                        endpoints.add(
                                new Key(
                                        Meta.namespace(slice),
                                        Meta.label(slice, Slices.SERVICE_NAME)));
                    }
                });

        Garbage garbage = new Garbage(api, served);
        Loop collector = loop("garbage", garbage);
        collect(served, garbage, collector);
        // Kinds come and go with their definitions.
        collector.watch(
                api,
                Resources.CUSTOM_RESOURCE_DEFINITIONS,
                _ -> timers.execute(() -> collect(served, garbage, collector)));
    }

    private void collect(Supplier<List<Resource>> served, Garbage garbage, Loop collector) {
        for (Resource resource : served.get()) {
            collected.computeIfAbsent(
                    resource,
                    _ -> {
                        collector.watch(
                                api, resource, event -> garbage.saw(resource, event, collector));
                        return () -> {};
                    });
        }
    }

    /** A pod concerns the Services that select it now, and those that did. */
    private void wakeServices(Loop endpoints, WatchEvent event) {
        Key pod = Key.of(event.object());
        JsonNode now = event.object().path("metadata").path("labels");
        JsonNode before = podLabels.getOrDefault(pod, now);
        if (event.type() == WatchEvent.Type.DELETED) {
            podLabels.remove(pod);
        } else {
            podLabels.put(pod, now);
        }
        selectors.forEach((service, selector) -> {
            if (service.namespace().equals(pod.namespace()) && !selector.isEmpty()) {
                LabelSelector selects = LabelSelector.ofLabels(selector);
                if (selects.matches(now) || selects.matches(before)) {
                    endpoints.add(service);
                }
            }
        });
    }

    private static Consumer<WatchEvent> each(Loop loop) {
        return event -> loop.add(Key.of(event.object()));
    }

    private static Consumer<WatchEvent> owners(Loop loop, String kind) {
        return event ->
                Meta.controller(event.object())
                        .filter(owner -> owner.path("kind").asText().equals(kind))
                        .ifPresent(owner ->
                                loop.add(
                                        new Key(
                                                Meta.namespace(event.object()),
                                                owner.path("name").asText())));
    }

    private Loop loop(String name, Reconciler reconciler) {
        Loop loop = new Loop(name, reconciler, timers);
        loops.add(loop);
        return loop;
    }

    private Events events(String component, InstantSource clock) {
        return new Events(api, component, "", clock);
    }

    @Override
    public void close() {
        loops.forEach(Loop::close);
        timers.shutdownNow();
        LOG.debug("controllers have stopped");
    }
}
