// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** The columns of pods, whose state is told in many places. */
final class PodColumns {

    private PodColumns() {}

    static List<Column> columns(Column name, Column age) {
        return List.of(
                name,
                Column.text("Ready", PodColumns::ready),
                Column.text("Status", PodColumns::status),
                Column.text("Restarts", pod -> Integer.toString(restarts(pod))),
                age,
                Column.wide("IP", pod -> Columns.orNone(pod.at("/status/podIP").asText(""))),
                Column.wide("Node", pod -> Columns.orNone(pod.at("/spec/nodeName").asText(""))),
                Column.wide("Nominated Node", pod -> "<none>"),
                Column.wide("Readiness Gates", pod -> "<none>"));
    }

    /** Containers, native sidecars among them, and how many of them are ready. */
    private static String ready(JsonNode pod) {
        int all = pod.at("/spec/containers").size();
        int ready = 0;
        for (JsonNode container : pod.at("/status/containerStatuses")) {
            ready += container.path("ready").asBoolean() ? 1 : 0;
        }
        for (JsonNode container : pod.at("/spec/initContainers")) {
            if (isSidecar(container)) {
                all++;
                ready += status(pod, container).path("ready").asBoolean() ? 1 : 0;
            }
        }
        return ready + "/" + all;
    }

    private static boolean isSidecar(JsonNode container) {
        return container.path("restartPolicy").asText().equals("Always");
    }

    private static JsonNode status(JsonNode pod, JsonNode init) {
        for (JsonNode status : pod.at("/status/initContainerStatuses")) {
            if (status.path("name").equals(init.path("name"))) {
                return status;
            }
        }
        return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }

    private static int restarts(JsonNode pod) {
        int restarts = 0;
        for (JsonNode container : pod.at("/status/containerStatuses")) {
            restarts += container.path("restartCount").asInt();
        }
        for (JsonNode container : pod.at("/spec/initContainers")) {
            if (isSidecar(container)) {
                restarts += status(pod, container).path("restartCount").asInt();
            }
        }
        return restarts;
    }

    private static String status(JsonNode pod) {
        if (pod.path("metadata").has("deletionTimestamp")) {
            return "Terminating";
        }
        String reason = pod.at("/status/reason").asText(pod.at("/status/phase").asText(""));
        JsonNode inits = pod.at("/spec/initContainers");
        for (int i = 0; i < inits.size(); i++) {
            JsonNode status = status(pod, inits.get(i));
            JsonNode state = status.path("state");
            boolean started = isSidecar(inits.get(i)) && status.path("started").asBoolean();
            if (state.path("terminated").path("exitCode").asInt(1) == 0 || started) {
                continue;
            }
            String why =
                    state.path("terminated")
                            .path("reason")
                            .asText(state.path("waiting").path("reason").asText(""));
            return why.isEmpty() || why.equals("PodInitializing")
                    ? status.isMissingNode() ? reason : "Init:" + i + "/" + inits.size()
                    : "Init:" + why;
        }
        boolean running = false;
        for (JsonNode container : pod.at("/status/containerStatuses")) {
            JsonNode state = container.path("state");
            String waiting = state.path("waiting").path("reason").asText("");
            if (!waiting.isEmpty()) {
                return waiting;
            }
            JsonNode terminated = state.path("terminated");
            if (terminated.isObject()) {
                reason =
                        terminated
                                .path("reason")
                                .asText("ExitCode:" + terminated.path("exitCode").asInt());
            }
            running |= container.path("ready").asBoolean() && state.has("running");
        }
        return reason.equals("Completed") && running ? "Running" : reason;
    }
}
