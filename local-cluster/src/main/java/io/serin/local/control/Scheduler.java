// SPDX-License-Identifier: Apache-2.0
package io.serin.local.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ClusterApi;
import io.serin.local.api.Events;
import io.serin.local.api.Meta;
import io.serin.local.api.Quantity;
import io.serin.local.api.Resources;
import io.serin.local.api.Times;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Sends pods to the one node while their requests fit; else says why not, as Kubernetes does. */
final class Scheduler implements Reconciler {

    private static final Duration AGAIN = Duration.ofSeconds(5);
    private static final List<String> AMOUNTS = List.of("cpu", "memory");

    private final ClusterApi api;
    private final Events events;
    private final InstantSource clock;

    Scheduler(ClusterApi api, Events events, InstantSource clock) {
        this.api = api;
        this.events = events;
        this.clock = clock;
    }

    // One at a time: two pods that each fit alone may not fit together.
    @Override
    public synchronized Optional<Duration> reconcile(Key key) {
        Optional<ObjectNode> held = api.get(Resources.PODS, key.namespace(), key.name());
        if (held.isEmpty()
                || Meta.isTerminating(held.get())
                || !held.get().path("spec").path("nodeName").asText().isEmpty()) {
            return Optional.empty();
        }
        ObjectNode pod = held.get();
        Optional<ObjectNode> node = api.get(Resources.NODES, "", ThisNode.NAME);
        if (node.isEmpty()) {
            return Optional.of(AGAIN);
        }
        List<String> reasons = misfits(pod, node.get());
        if (reasons.isEmpty()) {
            bind(pod);
            return Optional.empty();
        }
        String message =
                "0/1 nodes are available: "
                        + String.join(", ", reasons)
                        + ". preemption: 0/1 nodes are available: 1 No preemption victims found for"
                        + " incoming pod.";
        Optional<ObjectNode> told = Conditions.find(pod.path("status"), "PodScheduled");
        if (told.filter(c -> c.path("message").asText().equals(message)).isEmpty()) {
            condition(pod, false, "Unschedulable", message);
            events.warning(pod, "FailedScheduling", message);
        }
        return Optional.of(AGAIN);
    }

    private List<String> misfits(ObjectNode pod, ObjectNode node) {
        List<String> reasons = new ArrayList<>();
        JsonNode allocatable = node.path("status").path("allocatable");
        List<ObjectNode> there =
                api.list(
                        Resources.PODS,
                        "",
                        other ->
                                other.path("spec").path("nodeName").asText().equals(ThisNode.NAME)
                                        && !Pods.isOver(other));
        if (there.size() >= allocatable.path("pods").asInt(Integer.MAX_VALUE)) {
            reasons.add("1 Too many pods");
        }
        for (String amount : AMOUNTS) {
            long taken = there.stream().mapToLong(other -> request(other, amount)).sum();
            long wants = request(pod, amount);
            if (wants > 0 && taken + wants > milli(allocatable.path(amount))) {
                reasons.add("1 Insufficient " + amount);
            }
        }
        boolean selected =
                Meta.strings(pod.path("spec").path("nodeSelector")).entrySet().stream()
                        .allMatch(
                                label -> Meta.label(node, label.getKey()).equals(label.getValue()));
        if (!selected) {
            reasons.add("1 node(s) didn't match Pod's node affinity/selector");
        }
        return reasons;
    }

    /**
     * What a pod asks for: its containers and native sidecars at once, or an init container with
     * the sidecars started before it, whichever is more.
     */
    static long request(JsonNode pod, String amount) {
        long sidecars = 0;
        long most = 0;
        for (JsonNode init : pod.path("spec").path("initContainers")) {
            long asked = asked(init, amount);
            if (init.path("restartPolicy").asText().equals("Always")) {
                sidecars += asked;
                most = Math.max(most, sidecars);
            } else {
                most = Math.max(most, sidecars + asked);
            }
        }
        long all = sidecars;
        for (JsonNode container : pod.path("spec").path("containers")) {
            all += asked(container, amount);
        }
        return Math.max(all, most);
    }

    private static long asked(JsonNode container, String amount) {
        JsonNode resources = container.path("resources");
        JsonNode asked = resources.path("requests").path(amount);
        return milli(asked.isMissingNode() ? resources.path("limits").path(amount) : asked);
    }

    /** In thousandths, rounded up; 0 when absent. */
    private static long milli(JsonNode held) {
        String text = held.asText();
        return text.isBlank()
                ? 0
                : Quantity.parse(text)
                        .orElseThrow(() -> new NumberFormatException(text))
                        .movePointRight(3)
                        .setScale(0, RoundingMode.CEILING)
                        .longValue();
    }

    private void bind(ObjectNode pod) {
        api.edit(
                Resources.PODS,
                Meta.namespace(pod),
                Meta.name(pod),
                found -> {
                    found.withObject("/spec").put("nodeName", ThisNode.NAME);
                    return found;
                });
        condition(pod, true, "", "");
        events.normal(
                pod,
                "Scheduled",
                "Successfully assigned "
                        + Meta.namespace(pod)
                        + "/"
                        + Meta.name(pod)
                        + " to "
                        + ThisNode.NAME);
    }

    private void condition(ObjectNode pod, boolean holds, String reason, String message) {
        api.editStatus(
                Resources.PODS,
                Meta.namespace(pod),
                Meta.name(pod),
                found -> {
                    ObjectNode status = found.withObject("/status");
                    ObjectNode condition =
                            Conditions.of(
                                    status,
                                    "PodScheduled",
                                    holds,
                                    reason,
                                    message,
                                    Times.text(clock.instant()));
                    if (reason.isEmpty()) {
                        condition.remove("reason");
                        condition.remove("message");
                    }
                    Conditions.set(status, condition);
                    return found;
                });
    }
}
