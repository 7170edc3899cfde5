// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Objects;
import io.serin.api.contract.Ports;
import io.serin.api.name.Revision;
import io.serin.cli.client.InstallValue;
import io.serin.cli.client.InstallValues;
import io.serin.cli.client.Manifests;
import io.serin.kube.Kube;
import io.serin.kube.KubeFault;
import io.serin.kube.read.ApiReader;
import io.serin.kube.read.ApiReader.Deed;
import io.serin.kube.read.ClusterReader;
import io.serin.kube.read.Reading;
import io.serin.kube.type.ObjectName;
import io.serin.rollout.cluster.InjectionProbe;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Reads the facts: all lists at once, then what they lead to. The number of requests grows with
 * control planes, never with pods. Blocks.
 */
public final class Survey {

    /** Of the Secret beside a control plane's Service. */
    static final String CERTIFICATE_SUFFIX = "-webhook-cert";

    private final Kube kube;
    private final ApiReader reader;
    private final InstantSource clock;

    public Survey(Kube kube, InstantSource clock) {
        this.kube = kube;
        this.reader = new ApiReader(kube);
        this.clock = clock;
    }

    /** Also of a cluster that does not answer: then all of it is unread. */
    public ClusterFacts read(Scope scope) {
        Reading<List<JsonNode>> version;
        try {
            version =
                    switch (reader.list(Source.VERSION.path())) {
                        case Reading.Unread<List<JsonNode>>(String why) ->
                                new Reading.Unread<>(kube.address() + ": " + why);
                        case Reading<List<JsonNode>> read -> read;
                    };
        } catch (RuntimeException fault) {
            if (!KubeFault.isUnreachable(fault)) {
                throw fault;
            }
            String why = kube.address() + ": " + KubeFault.reason(fault);
            Reading<List<JsonNode>> nothing = new Reading.Unread<>(why);
            Map<Source, Reading<List<JsonNode>>> lists = new LinkedHashMap<>();
            for (Source source : Source.values()) {
                lists.put(source, nothing);
            }
            return new ClusterFacts(
                    lists,
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    new Reading.Unread<>(why),
                    Map.of(),
                    clock.instant());
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Reading<Optional<Authority>>> authority = threads.submit(this::authority);
            Future<Map<Deed, Reading<Boolean>>> permissions =
                    threads.submit(() -> each(threads, deeds(), reader::allows));
            Map<Source, Reading<List<JsonNode>>> lists =
                    each(
                            threads,
                            Arrays.asList(Source.values()),
                            source ->
                                    source == Source.VERSION
                                            ? version
                                            : reader.list(source.path()));
            ClusterFacts first =
                    new ClusterFacts(
                            lists,
                            Map.of(),
                            Map.of(),
                            Map.of(),
                            new Reading.Unread<>("it was not asked for"),
                            Map.of(),
                            clock.instant());
            Mesh mesh = new Mesh(first, scope);
            Set<ObjectName> called = called(mesh);
            Set<String> tried = tried(mesh);
            Future<Map<ObjectName, Reading<String>>> certificates =
                    threads.submit(() -> each(threads, called, this::certificate));
            Future<Map<String, Reading<String>>> trials =
                    threads.submit(() -> each(threads, tried, this::trial));
            Map<ObjectName, Reading<JsonNode>> pages =
                    each(threads, controlPlanePods(mesh), this::page);
            return new ClusterFacts(
                    lists,
                    pages,
                    await(certificates),
                    await(trials),
                    await(authority),
                    await(permissions),
                    clock.instant());
        }
    }

    private static <K, V> Map<K, V> each(
            ExecutorService threads, Collection<K> keys, Function<K, V> read) {
        Map<K, Future<V>> started = new LinkedHashMap<>();
        for (K key : keys) {
            started.put(key, threads.submit(() -> read.apply(key)));
        }
        Map<K, V> values = new LinkedHashMap<>();
        started.forEach((key, value) -> values.put(key, await(value)));
        return values;
    }

    private static <V> V await(Future<V> value) {
        try {
            return value.get();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading the cluster", stopped);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof RuntimeException fault
                    ? fault
                    : new IllegalStateException(failed.getCause());
        }
    }

    /**
     * What installations do: to apply an object is to create it or to patch it. Nobody has said yet
     * which values there will be, so all objects are meant that values may bring.
     */
    static Set<Deed> deeds() {
        Set<Deed> deeds = new LinkedHashSet<>();
        InstallValues everything =
                InstallValues.of(
                        Map.of(
                                InstallValue.AUTOSCALE_MAX.key(),
                                "2",
                                InstallValue.CNI_ENABLED.key(),
                                "true"));
        for (JsonNode object : Manifests.render(new Revision("check"), everything)) {
            String apiVersion = object.path("apiVersion").asText();
            int slash = apiVersion.indexOf('/');
            String group = slash < 0 ? "" : apiVersion.substring(0, slash);
            String resource = object.path("kind").asText().toLowerCase(Locale.ROOT) + "s";
            String namespace = object.at("/metadata/namespace").asText("");
            deeds.add(new Deed("create", group, resource, namespace));
            deeds.add(new Deed("patch", group, resource, namespace));
        }
        return deeds;
    }

    private static Set<ObjectName> controlPlanePods(Mesh mesh) {
        Set<ObjectName> pods = new TreeSet<>();
        for (Revision revision : mesh.allRevisions()) {
            for (MeshPod pod : mesh.controlPlanePods(revision.value())) {
                if (pod.isRunning()) {
                    pods.add(new ObjectName(pod.namespace(), pod.item().name()));
                }
            }
        }
        return pods;
    }

    private Reading<JsonNode> page(ObjectName pod) {
        return reader.page(
                "/api/v1/namespaces/"
                        + pod.namespace()
                        + "/pods/"
                        + pod.name()
                        + ":"
                        + Ports.CONTROL_DEBUG
                        + "/proxy/debug/syncz");
    }

    private static Set<ObjectName> called(Mesh mesh) {
        Set<ObjectName> services = new TreeSet<>();
        mesh.hooks().forEach(hook -> hook.service().ifPresent(services::add));
        return services;
    }

    /** Of the Secret only its public part is kept. */
    private Reading<String> certificate(ObjectName service) {
        String secret = service.name() + CERTIFICATE_SUFFIX;
        Reading<JsonNode> answer =
                reader.page("/api/v1/namespaces/" + service.namespace() + "/secrets/" + secret);
        return switch (answer) {
            case Reading.Unread<JsonNode>(String why) ->
                    new Reading.Unread<>("secret " + secret + ": " + why);
            case Reading.Read<JsonNode>(JsonNode held) -> {
                String text = held.path("data").path("tls.crt").asText("");
                yield new Reading.Read<>(
                        new String(Base64.getMimeDecoder().decode(text), StandardCharsets.UTF_8));
            }
        };
    }

    /** That of the people goes before the mesh's own. */
    private Reading<Optional<Authority>> authority() {
        for (String secret : List.of(Objects.PLUGGED_AUTHORITY, Objects.AUTHORITY)) {
            switch (reader.list(
                    "/api/v1/namespaces/" + Objects.SYSTEM_NAMESPACE + "/secrets/" + secret)) {
                case Reading.Unread<List<JsonNode>>(String why) -> {
                    return new Reading.Unread<>("secret " + secret + ": " + why);
                }
                case Reading.Read<List<JsonNode>>(List<JsonNode> held) -> {
                    if (!held.isEmpty()) {
                        return new Reading.Read<>(Optional.of(Authority.of(held.getFirst())));
                    }
                }
            }
        }
        return new Reading.Read<>(Optional.empty());
    }

    private static Set<String> tried(Mesh mesh) {
        Set<String> revisions = new TreeSet<>();
        mesh.controlPlanes().forEach(deployment -> revisions.add(deployment.revision()));
        revisions.removeIf(mesh::isReplaced);
        return revisions;
    }

    /** Nothing is kept of it: the API server is asked for a rehearsal. */
    private Reading<String> trial(String revision) {
        Deed deed = new Deed("create", "", "pods", Objects.SYSTEM_NAMESPACE);
        return switch (reader.allows(deed)) {
            case Reading.Unread<Boolean>(String why) -> new Reading.Unread<>(why);
            case Reading.Read<Boolean>(Boolean allowed) ->
                    allowed
                            ? new Reading.Read<>(
                                    new InjectionProbe(
                                                    new ClusterReader(kube),
                                                    new io.serin.kube.write.Objects(kube))
                                            .missing(new Revision(revision)))
                            : new Reading.Unread<>("you may not " + deed);
        };
    }
}
