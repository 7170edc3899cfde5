// SPDX-License-Identifier: Apache-2.0
package io.serin.local.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ApiFault;
import io.serin.local.api.ClusterApi;
import io.serin.local.api.DeleteOptions;
import io.serin.local.api.Events;
import io.serin.local.api.Meta;
import io.serin.local.api.Resources;
import io.serin.local.api.Times;
import io.serin.local.resource.LabelSelector;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * As many pods as each ReplicaSet wants. New ones are created through the API, so that webhooks see
 * them: one at first, then twice as many each time, so that a webhook that refuses is asked once
 * and not a hundred times.
 */
final class ReplicaSets implements Reconciler {

    private static final Executor VIRTUAL = task -> Thread.ofVirtual().start(task);
    private static final Duration FIRST_RETRY = Duration.ofMillis(10);
    private static final Duration LAST_RETRY = Duration.ofSeconds(1000);

    private final ClusterApi api;
    private final Events events;
    private final Owned owned;
    private final InstantSource clock;
    private final ConcurrentHashMap<Key, Integer> refusals = new ConcurrentHashMap<>();

    ReplicaSets(ClusterApi api, Events events, InstantSource clock) {
        this.api = api;
        this.events = events;
        this.owned = new Owned(api, Resources.REPLICA_SETS, Resources.PODS, Pods::isActive);
        this.clock = clock;
    }

    @Override
    public Optional<Duration> reconcile(Key key) {
        Optional<ObjectNode> held = api.get(Resources.REPLICA_SETS, key.namespace(), key.name());
        if (held.isEmpty()) {
            refusals.remove(key);
            return Optional.empty();
        }
        ObjectNode set = held.get();
        List<ObjectNode> own = owned.by(set);
        List<ObjectNode> active = own.stream().filter(Pods::isActive).toList();
        Optional<ApiFault> refused = Optional.empty();
        int missing = set.path("spec").path("replicas").asInt(1) - active.size();
        if (!Meta.isTerminating(set) && missing != 0) {
            refused = missing > 0 ? create(set, missing) : delete(set, active, -missing);
            own = owned.by(set);
        }
        Optional<Duration> soon = tell(set, own, missing, refused);
        if (refused.isPresent()) {
            int count = refusals.merge(key, 1, Integer::sum) - 1;
            Duration retry = FIRST_RETRY.multipliedBy(1L << Math.min(count, 30));
            return Optional.of(retry.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : retry);
        }
        refusals.remove(key);
        return soon;
    }

    private Optional<ApiFault> create(ObjectNode set, int missing) {
        int left = missing;
        for (int batch = 1; left > 0; batch *= 2) {
            List<CompletableFuture<Void>> started = new ArrayList<>();
            for (int i = 0; i < Math.min(batch, left); i++) {
                started.add(CompletableFuture.runAsync(() -> createOne(set), VIRTUAL));
            }
            Optional<ApiFault> refused = firstFault(started);
            if (refused.isPresent()) {
                return refused;
            }
            left -= started.size();
        }
        return Optional.empty();
    }

    private static Optional<ApiFault> firstFault(List<CompletableFuture<Void>> started) {
        Optional<ApiFault> first = Optional.empty();
        for (CompletableFuture<Void> one : started) {
            try {
                one.join();
            } catch (CompletionException failed) {
                if (!(failed.getCause() instanceof ApiFault fault)) {
                    throw failed;
                }
                first = first.isPresent() ? first : Optional.of(fault);
            }
        }
        return first;
    }

    private void createOne(ObjectNode set) {
        JsonNode template = set.path("spec").path("template");
        ObjectNode pod = set.objectNode();
        pod.put("apiVersion", "v1");
        pod.put("kind", "Pod");
        ObjectNode metadata = pod.putObject("metadata");
        metadata.put("generateName", Meta.name(set) + "-");
        metadata.put("namespace", Meta.namespace(set));
        for (String copied : List.of("labels", "annotations", "finalizers")) {
            if (template.path("metadata").has(copied)) {
                metadata.set(copied, template.path("metadata").path(copied).deepCopy());
            }
        }
        Meta.setController(pod, Resources.REPLICA_SETS, set);
        pod.set("spec", template.path("spec").deepCopy());
        try {
            ObjectNode created = api.create(Resources.PODS, pod);
            events.normal(set, "SuccessfulCreate", "Created pod: " + Meta.name(created));
        } catch (ApiFault refused) {
            events.warning(set, "FailedCreate", "Error creating: " + refused.getMessage());
            throw refused;
        }
    }

    private Optional<ApiFault> delete(ObjectNode set, List<ObjectNode> active, int count) {
        for (ObjectNode pod : active.stream().sorted(LeastUseful.FIRST).limit(count).toList()) {
            try {
                api.delete(
                        Resources.PODS,
                        Meta.namespace(pod),
                        Meta.name(pod),
                        DeleteOptions.BACKGROUND);
                events.normal(set, "SuccessfulDelete", "Deleted pod: " + Meta.name(pod));
            } catch (ApiFault refused) {
                if (refused.code() != 404) {
                    events.warning(set, "FailedDelete", "Error deleting: " + refused.getMessage());
                    return Optional.of(refused);
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Writes the status.
     *
     * @return when a pod that is ready will have been so for long enough
     */
    private Optional<Duration> tell(
            ObjectNode set, List<ObjectNode> own, int missing, Optional<ApiFault> refused) {
        Instant now = clock.instant();
        Duration minReady = Duration.ofSeconds(set.path("spec").path("minReadySeconds").asInt(0));
        JsonNode templateLabels = set.path("spec").path("template").path("metadata").path("labels");
        LabelSelector template = LabelSelector.ofLabels(templateLabels);
        List<ObjectNode> active = own.stream().filter(Pods::isActive).toList();
        int ready = (int) active.stream().filter(Pods::isReady).count();
        int available =
                (int) active.stream().filter(p -> Pods.isAvailable(p, minReady, now)).count();
        int labelled =
                (int)
                        active.stream()
                                .filter(p -> template.matches(p.path("metadata").path("labels")))
                                .count();
        int terminating = (int) own.stream().filter(Meta::isTerminating).count();
        Key key = Key.of(set);
        api.editStatus(
                Resources.REPLICA_SETS,
                key.namespace(),
                key.name(),
                found -> {
                    ObjectNode status = found.withObject("/status");
                    status.put("replicas", active.size());
                    count(status, "fullyLabeledReplicas", labelled);
                    count(status, "readyReplicas", ready);
                    count(status, "availableReplicas", available);
                    status.put("terminatingReplicas", terminating);
                    status.put("observedGeneration", Meta.generation(set));
                    if (refused.isPresent()) {
                        if (Conditions.find(status, "ReplicaFailure").isEmpty()) {
                            Conditions.set(
                                    status,
                                    Conditions.of(
                                            status,
                                            "ReplicaFailure",
                                            true,
                                            missing > 0 ? "FailedCreate" : "FailedDelete",
                                            String.valueOf(refused.get().getMessage()),
                                            Times.text(clock.instant())));
                        }
                    } else {
                        Conditions.remove(status, "ReplicaFailure");
                    }
                    return found;
                });
        return ready > available
                ? active.stream()
                        .filter(Pods::isReady)
                        .map(pod -> Duration.between(now, Pods.readySince(pod).plus(minReady)))
                        .filter(Duration::isPositive)
                        .min(Duration::compareTo)
                : Optional.empty();
    }

    /** Zeros are left out, as Kubernetes does. */
    static void count(ObjectNode status, String field, int count) {
        if (count == 0) {
            status.remove(field);
        } else {
            status.put(field, count);
        }
    }
}
