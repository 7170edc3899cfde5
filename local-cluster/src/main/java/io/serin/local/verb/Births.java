// SPDX-License-Identifier: Apache-2.0
package io.serin.local.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.Resources;
import io.serin.local.resource.Kind;

/** What the API server itself writes into a new object. */
final class Births {

    private Births() {}

    static void prepare(Kind kind, ObjectNode object, String now) {
        if (kind.is(Resources.NAMESPACES)) {
            ObjectNode spec = object.withObjectProperty("spec");
            spec.putArray("finalizers").add("kubernetes");
        } else if (kind.is(Resources.PODS)) {
            ObjectNode status = object.withObjectProperty("status");
            if (!status.has("phase")) {
                status.put("phase", "Pending");
            }
            status.put("qosClass", qualityOfService(object.path("spec")));
        } else if (kind.is(Resources.CUSTOM_RESOURCE_DEFINITIONS)) {
            prepareDefinition(object, now);
        }
    }

    static void status(Kind kind, ObjectNode object) {
        switch (kind.resource().kind()) {
            case "Deployment" -> object.putObject("status");
            case "ReplicaSet" -> object.putObject("status").put("replicas", 0);
            case "Service" -> object.putObject("status").putObject("loadBalancer");
            default -> {}
        }
    }

    /** Accepted and established at once: there is nobody to argue about names with. */
    static void prepareDefinition(ObjectNode definition, String now) {
        ObjectNode status = definition.withObjectProperty("status");
        status.set("acceptedNames", definition.path("spec").path("names").deepCopy());
        ArrayNode stored = status.withArrayProperty("storedVersions");
        for (JsonNode version : definition.path("spec").path("versions")) {
            if (version.path("storage").asBoolean() && !contains(stored, version.path("name"))) {
                stored.add(version.path("name"));
            }
        }
        if (status.path("conditions").isEmpty()) {
            ArrayNode conditions = status.putArray("conditions");
            condition(conditions, "NamesAccepted", "NoConflicts", "no conflicts found", now);
            condition(
                    conditions,
                    "Established",
                    "InitialNamesAccepted",
                    "the initial names have been accepted",
                    now);
        }
    }

    private static boolean contains(ArrayNode list, JsonNode value) {
        for (JsonNode each : list) {
            if (each.equals(value)) {
                return true;
            }
        }
        return false;
    }

    private static void condition(
            ArrayNode conditions, String type, String reason, String message, String now) {
        conditions
                .addObject()
                .put("lastTransitionTime", now)
                .put("message", message)
                .put("reason", reason)
                .put("status", "True")
                .put("type", type);
    }

    private static String qualityOfService(JsonNode spec) {
        boolean some = false;
        boolean all = true;
        for (String list : new String[] {"initContainers", "containers"}) {
            for (JsonNode container : spec.path(list)) {
                JsonNode requests = container.path("resources").path("requests");
                JsonNode limits = container.path("resources").path("limits");
                some |= !requests.isEmpty() || !limits.isEmpty();
                for (String resource : new String[] {"cpu", "memory"}) {
                    all &=
                            limits.has(resource)
                                    && limits.get(resource).equals(requests.path(resource));
                }
            }
        }
        return !some ? "BestEffort" : all ? "Guaranteed" : "Burstable";
    }
}
