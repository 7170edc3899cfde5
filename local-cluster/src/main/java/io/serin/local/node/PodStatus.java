// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.Times;
import io.serin.local.node.spec.Containers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A pod's {@code status} of what is known of it. Pure but for the times of its conditions. */
final class PodStatus {

    /**
     * @param address empty while it has none
     * @param isOver whether no container will be started any more
     * @param failure why the pod failed as a whole; empty: it did not
     */
    record Facts(
            JsonNode pod,
            String address,
            String hostAddress,
            Instant started,
            List<ContainerView> init,
            List<ContainerView> main,
            boolean isOver,
            String failure) {}

    private record Condition(boolean holds, String reason, String message) {
        private static final Condition TRUE = new Condition(true, "", "");
    }

    private record Held(boolean holds, String since) {}

    private final Map<String, Held> transitions = new HashMap<>();

    /** Writes it into {@code status}; conditions that stay as they are keep their times. */
    void write(Facts facts, ObjectNode status, Instant now) {
        boolean initialized = facts.init().stream().allMatch(PodStatus::isInitialized);
        String phase = phase(facts, initialized);
        status.put("phase", phase);
        status.put("hostIP", facts.hostAddress());
        status.putArray("hostIPs").addObject().put("ip", facts.hostAddress());
        status.put("startTime", Times.text(facts.started()));
        status.put("qosClass", qosClass(facts.pod()));
        if (facts.address().isEmpty()) {
            status.remove(List.of("podIP", "podIPs"));
        } else {
            status.put("podIP", facts.address());
            status.putArray("podIPs").addObject().put("ip", facts.address());
        }
        if (facts.failure().isEmpty()) {
            status.remove(List.of("reason", "message"));
        } else {
            status.put("reason", "Unsupported");
            status.put("message", facts.failure());
        }
        conditions(facts, phase, initialized, status, now);
        statuses(status, "initContainerStatuses", facts.init());
        statuses(status, "containerStatuses", facts.main());
    }

    private void conditions(
            Facts facts, String phase, boolean initialized, ObjectNode status, Instant now) {
        boolean completed = phase.equals("Succeeded");
        List<String> unready = new ArrayList<>();
        List<String> uninitialized = new ArrayList<>();
        for (ContainerView view : facts.init()) {
            if (!isInitialized(view)) {
                uninitialized.add(name(view));
            }
            if (Containers.isSidecar(view.spec()) && !view.ready()) {
                unready.add(name(view));
            }
        }
        facts.main().stream()
                .filter(view -> !view.ready())
                .map(PodStatus::name)
                .forEach(unready::add);
        Condition ready =
                completed || phase.equals("Failed")
                        ? new Condition(false, completed ? "PodCompleted" : "PodFailed", "")
                        : unready.isEmpty()
                                ? Condition.TRUE
                                : new Condition(
                                        false,
                                        "ContainersNotReady",
                                        "containers with unready status: ["
                                                + String.join(" ", unready)
                                                + "]");
        ArrayNode conditions = status.putArray("conditions");
        add(
                conditions,
                "PodReadyToStartContainers",
                facts.address().isEmpty() ? new Condition(false, "", "") : Condition.TRUE,
                now);
        add(
                conditions,
                "Initialized",
                initialized
                        ? new Condition(true, completed ? "PodCompleted" : "", "")
                        : new Condition(
                                false,
                                "ContainersNotInitialized",
                                "containers with incomplete status: ["
                                        + String.join(" ", uninitialized)
                                        + "]"),
                now);
        add(conditions, "Ready", ready, now);
        add(conditions, "ContainersReady", ready, now);
        add(conditions, "PodScheduled", Condition.TRUE, now);
    }

    private void add(ArrayNode conditions, String type, Condition condition, Instant now) {
        Held held = transitions.get(type);
        if (held == null || held.holds() != condition.holds()) {
            held = new Held(condition.holds(), Times.text(now));
            transitions.put(type, held);
        }
        ObjectNode node = conditions.addObject();
        node.put("type", type);
        node.put("status", condition.holds() ? "True" : "False");
        node.putNull("lastProbeTime");
        node.put("lastTransitionTime", held.since());
        if (!condition.reason().isEmpty()) {
            node.put("reason", condition.reason());
        }
        if (!condition.message().isEmpty()) {
            node.put("message", condition.message());
        }
    }

    private static String name(ContainerView view) {
        return view.spec().path("name").asText();
    }

    private static boolean isInitialized(ContainerView view) {
        if (Containers.isSidecar(view.spec())) {
            return view.started();
        }
        return view.state() instanceof ContainerState.Terminated ended && ended.exitCode() == 0;
    }

    private static boolean isRunningSidecar(ContainerView view) {
        return Containers.isSidecar(view.spec()) && view.state() instanceof ContainerState.Running;
    }

    /** As the kubelet's getPhase. */
    private static String phase(Facts facts, boolean initialized) {
        String policy = facts.pod().path("spec").path("restartPolicy").asText("Always");
        boolean never = policy.equals("Never");
        boolean initFailed =
                facts.init().stream()
                        .anyMatch(view ->
                                !Containers.isSidecar(view.spec())
                                        && view.state() instanceof ContainerState.Terminated ended
                                        && ended.exitCode() != 0);
        if (initFailed && (never || facts.isOver())) {
            return "Failed";
        }
        int waiting = 0;
        int running = 0;
        int failed = 0;
        for (ContainerView view : facts.main()) {
            switch (view.state()) {
                case ContainerState.Waiting _ -> {
                    // One that waits to be restarted has been stopped, not yet begun.
                    if (view.last().isPresent()) {
                        failed++;
                    } else {
                        waiting++;
                    }
                }
                case ContainerState.Running _ -> running++;
                case ContainerState.Terminated ended -> failed += ended.exitCode() == 0 ? 0 : 1;
            }
        }
        if (running > 0) {
            return "Running";
        }
        if (waiting > 0 || (!initialized && !facts.isOver() && waiting == facts.main().size())) {
            return facts.isOver() ? "Failed" : "Pending";
        }
        if (facts.init().stream().anyMatch(PodStatus::isRunningSidecar)) {
            return "Running";
        }
        if (facts.isOver()) {
            return failed == 0 ? "Succeeded" : "Failed";
        }
        return switch (policy) {
            case "Never" -> failed == 0 ? "Succeeded" : "Failed";
            case "OnFailure" -> failed == 0 ? "Succeeded" : "Running";
            default -> "Running";
        };
    }

    /** Guaranteed, Burstable or BestEffort by what its containers ask for. */
    static String qosClass(JsonNode pod) {
        boolean any = false;
        boolean guaranteed = true;
        for (JsonNode container : Containers.all(pod)) {
            JsonNode limits = container.path("resources").path("limits");
            JsonNode requests = container.path("resources").path("requests");
            for (String name : List.of("cpu", "memory")) {
                String limit = limits.path(name).asText();
                String request = requests.path(name).asText(limit);
                any |= !limit.isEmpty() || !request.isEmpty();
                guaranteed &= !limit.isEmpty() && limit.equals(request);
            }
        }
        return !any ? "BestEffort" : guaranteed ? "Guaranteed" : "Burstable";
    }

    private static void statuses(ObjectNode status, String field, List<ContainerView> views) {
        if (views.isEmpty()) {
            status.remove(field);
            return;
        }
        ArrayNode statuses = status.putArray(field);
        for (ContainerView view : views) {
            ObjectNode node = statuses.addObject();
            node.put("name", name(view));
            state(node.putObject("state"), view.state());
            ObjectNode last = node.putObject("lastState");
            view.last().ifPresent(ended -> state(last, ended));
            node.put("ready", view.ready());
            node.put("restartCount", view.restarts());
            node.put("image", view.spec().path("image").asText());
            node.put("imageID", view.id().isEmpty() ? "" : view.spec().path("image").asText());
            if (!view.id().isEmpty()) {
                node.put("containerID", view.id());
            }
            node.put("started", view.started());
        }
    }

    private static void state(ObjectNode into, ContainerState state) {
        switch (state) {
            case ContainerState.Waiting waiting -> {
                ObjectNode node = into.putObject("waiting").put("reason", waiting.reason());
                if (!waiting.message().isEmpty()) {
                    node.put("message", waiting.message());
                }
            }
            case ContainerState.Running running ->
                    into.putObject("running").put("startedAt", Times.text(running.since()));
            case ContainerState.Terminated ended -> {
                ObjectNode node = into.putObject("terminated");
                node.put("exitCode", ended.exitCode());
                node.put("reason", ended.reason());
                if (!ended.message().isEmpty()) {
                    node.put("message", ended.message());
                }
                node.put("startedAt", Times.text(ended.started()));
                node.put("finishedAt", Times.text(ended.finished()));
                node.put("containerID", ended.id());
            }
        }
    }
}
