// SPDX-License-Identifier: Apache-2.0
package io.serin.local.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.resource.Faults.Cause;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What must be true of a pod's spec. */
final class PodRules {

    private static final int LAST_PORT = 65535;

    private final List<Cause> causes = new ArrayList<>();
    private final Set<String> volumes = new HashSet<>();
    private final Set<String> names = new HashSet<>();

    private PodRules() {}

    static List<Cause> check(String at, JsonNode spec) {
        PodRules rules = new PodRules();
        rules.volumes(at, spec.path("volumes"));
        if (spec.path("containers").isEmpty()) {
            rules.causes.add(Cause.required(at + ".containers", ""));
        }
        rules.containers(at + ".initContainers", spec.path("initContainers"), true);
        rules.containers(at + ".containers", spec.path("containers"), false);
        String restart = spec.path("restartPolicy").asText();
        if (!List.of("Always", "OnFailure", "Never").contains(restart)) {
            rules.causes.add(
                    Cause.unsupported(
                            at + ".restartPolicy",
                            restart,
                            List.of("Always", "OnFailure", "Never")));
        }
        if (spec.path("terminationGracePeriodSeconds").asLong() < 0) {
            rules.causes.add(
                    Cause.invalid(
                            at + ".terminationGracePeriodSeconds",
                            spec.path("terminationGracePeriodSeconds"),
                            "must be greater than or equal to 0"));
        }
        return rules.causes;
    }

    private void volumes(String at, JsonNode list) {
        for (int i = 0; i < list.size(); i++) {
            String where = at + ".volumes[" + i + "]";
            String name = list.get(i).path("name").asText("");
            if (name.isEmpty()) {
                causes.add(Cause.required(where + ".name", ""));
            } else {
                Names.label(name)
                        .ifPresent(why -> causes.add(Cause.invalid(where + ".name", name, why)));
                if (!volumes.add(name)) {
                    causes.add(Cause.duplicate(where + ".name", name));
                }
            }
            if (list.get(i).size() > 2) {
                causes.add(Cause.forbidden(where, "may not specify more than 1 volume type"));
            }
        }
    }

    private void containers(String at, JsonNode list, boolean init) {
        for (int i = 0; i < list.size(); i++) {
            container(at + "[" + i + "]", list.get(i), init);
        }
    }

    private void container(String at, JsonNode container, boolean init) {
        String name = container.path("name").asText("");
        if (name.isEmpty()) {
            causes.add(Cause.required(at + ".name", ""));
        } else {
            Names.label(name).ifPresent(why -> causes.add(Cause.invalid(at + ".name", name, why)));
            if (!names.add(name)) {
                causes.add(Cause.duplicate(at + ".name", name));
            }
        }
        if (container.path("image").asText("").isEmpty()) {
            causes.add(Cause.required(at + ".image", ""));
        }
        String pull = container.path("imagePullPolicy").asText();
        if (!List.of("Always", "IfNotPresent", "Never").contains(pull)) {
            causes.add(
                    Cause.unsupported(
                            at + ".imagePullPolicy",
                            pull,
                            List.of("Always", "IfNotPresent", "Never")));
        }
        ports(at, container.path("ports"));
        JsonNode variables = container.path("env");
        for (int i = 0; i < variables.size(); i++) {
            if (variables.get(i).path("name").asText("").isEmpty()) {
                causes.add(Cause.required(at + ".env[" + i + "].name", ""));
            }
        }
        mounts(at, container.path("volumeMounts"));
        if (init && !container.path("restartPolicy").asText().equals("Always")) {
            for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
                if (container.has(probe)) {
                    causes.add(
                            Cause.forbidden(
                                    at + "." + probe,
                                    "may not be set for init containers without"
                                            + " restartPolicy=Always"));
                }
            }
        }
        for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            probe(at + "." + probe, container.path(probe));
        }
    }

    private void ports(String at, JsonNode ports) {
        Set<String> portNames = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            String where = at + ".ports[" + i + "]";
            int number = ports.get(i).path("containerPort").asInt();
            if (number == 0) {
                causes.add(Cause.required(where + ".containerPort", ""));
            } else if (number < 1 || number > LAST_PORT) {
                causes.add(
                        Cause.invalid(
                                where + ".containerPort",
                                number,
                                "must be between 1 and " + LAST_PORT + ", inclusive"));
            }
            String name = ports.get(i).path("name").asText("");
            if (name.length() > 15) {
                causes.add(
                        Cause.invalid(where + ".name", name, "must be no more than 15 characters"));
            }
            if (!name.isEmpty() && !portNames.add(name)) {
                causes.add(Cause.duplicate(where + ".name", name));
            }
        }
    }

    private void mounts(String at, JsonNode mounts) {
        Set<String> paths = new HashSet<>();
        for (int i = 0; i < mounts.size(); i++) {
            String where = at + ".volumeMounts[" + i + "]";
            String name = mounts.get(i).path("name").asText("");
            if (name.isEmpty()) {
                causes.add(Cause.required(where + ".name", ""));
            } else if (!volumes.contains(name)) {
                causes.add(Cause.notFound(where + ".name", name));
            }
            String path = mounts.get(i).path("mountPath").asText("");
            if (path.isEmpty()) {
                causes.add(Cause.required(where + ".mountPath", ""));
            } else if (!paths.add(path)) {
                causes.add(Cause.invalid(where + ".mountPath", path, "must be unique"));
            }
        }
    }

    private void probe(String at, JsonNode probe) {
        if (!probe.isObject()) {
            return;
        }
        int handlers = 0;
        for (String handler : List.of("exec", "httpGet", "tcpSocket", "grpc")) {
            handlers += probe.has(handler) ? 1 : 0;
        }
        if (handlers == 0) {
            causes.add(Cause.required(at, "must specify a handler type"));
        } else if (handlers > 1) {
            causes.add(Cause.forbidden(at, "may not specify more than 1 handler type"));
        }
        if (probe.path("timeoutSeconds").asInt() < 0 || probe.path("periodSeconds").asInt() < 0) {
            causes.add(
                    Cause.invalid(
                            at + ".periodSeconds",
                            probe.path("periodSeconds"),
                            "must be greater than or equal to 0"));
        }
    }

    /** A pod's spec stays as it is but for its images and how long it may take to end. */
    static List<Cause> unchanged(ObjectNode live, ObjectNode next) {
        if (comparable(live, next).equals(comparable(next, next))) {
            return List.of();
        }
        return List.of(
                Cause.forbidden(
                        "spec",
                        "pod updates may not change fields other than"
                                + " `spec.containers[*].image`,`spec.initContainers[*].image`,"
                                + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions"
                                + " to existing tolerations),`spec.terminationGracePeriodSeconds`"
                                + " (allow it to be set to 1 if it was previously negative)"));
    }

    private static JsonNode comparable(ObjectNode pod, ObjectNode next) {
        ObjectNode spec = pod.path("spec").deepCopy();
        for (String list : List.of("containers", "initContainers", "ephemeralContainers")) {
            for (JsonNode container : spec.path(list)) {
                ((ObjectNode) container).remove("image");
            }
        }
        spec.remove(List.of("activeDeadlineSeconds", "tolerations", "schedulingGates"));
        if (!spec.has("nodeName")) {
            // From no node to one: that is the scheduler's to say.
            JsonNode node = next.path("spec").path("nodeName");
            if (node.isTextual()) {
                spec.set("nodeName", node);
            }
        }
        return spec;
    }
}
