// SPDX-License-Identifier: Apache-2.0
package io.serin.local.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What an object says when it doesn't say it: Kubernetes' defaults for the built-in kinds, the
 * schema's for custom ones. Changes the object in place; does nothing the second time.
 */
public final class Defaults {

    private Defaults() {}

    public static void set(Kind kind, ObjectNode object) {
        if (kind.isCustom()) {
            JsonNode schema = kind.custom().orElseThrow().path("schema").path("openAPIV3Schema");
            SchemaDefaults.set(schema, object);
            return;
        }
        switch (kind.resource().kind()) {
            case "Pod" -> PodDefaults.pod(object);
            case "Deployment" -> deployment(object);
            case "ReplicaSet" -> replicaSet(object);
            case "Service" -> service(object);
            case "Namespace" -> namespace(object);
            case "Secret" -> {
                absent(object, "type", "Opaque");
                stringData(object);
            }
            case "EndpointSlice" -> endpointSlice(object);
            case "MutatingWebhookConfiguration" -> webhooks(object, true);
            case "ValidatingWebhookConfiguration" -> webhooks(object, false);
            case "CustomResourceDefinition" -> definition(object);
            case "RoleBinding", "ClusterRoleBinding" -> binding(object);
            default -> {}
        }
    }

    private static void deployment(ObjectNode object) {
        ObjectNode spec = object.withObjectProperty("spec");
        absent(spec, "replicas", 1);
        absent(spec, "revisionHistoryLimit", 10);
        absent(spec, "progressDeadlineSeconds", 600);
        ObjectNode strategy = spec.withObjectProperty("strategy");
        absent(strategy, "type", "RollingUpdate");
        if (strategy.path("type").asText().equals("RollingUpdate")) {
            ObjectNode rolling = strategy.withObjectProperty("rollingUpdate");
            absent(rolling, "maxUnavailable", "25%");
            absent(rolling, "maxSurge", "25%");
        }
        PodDefaults.template(spec);
    }

    private static void replicaSet(ObjectNode object) {
        ObjectNode spec = object.withObjectProperty("spec");
        absent(spec, "replicas", 1);
        PodDefaults.template(spec);
        // A ReplicaSet without labels takes its template's.
        JsonNode labels = spec.path("template").path("metadata").path("labels");
        if (!object.path("metadata").has("labels") && labels.isObject()) {
            object.withObjectProperty("metadata").set("labels", labels.deepCopy());
        }
    }

    private static void service(ObjectNode object) {
        ObjectNode spec = object.withObjectProperty("spec");
        absent(spec, "sessionAffinity", "None");
        absent(spec, "type", "ClusterIP");
        String type = spec.path("type").asText();
        if (!type.equals("ExternalName")) {
            absent(spec, "internalTrafficPolicy", "Cluster");
            absent(spec, "ipFamilyPolicy", "SingleStack");
            if (!spec.has("ipFamilies")) {
                spec.putArray("ipFamilies").add("IPv4");
            }
        }
        if (type.equals("NodePort") || type.equals("LoadBalancer")) {
            absent(spec, "externalTrafficPolicy", "Cluster");
        }
        if (type.equals("LoadBalancer") && !spec.has("allocateLoadBalancerNodePorts")) {
            spec.put("allocateLoadBalancerNodePorts", true);
        }
        if (spec.path("sessionAffinity").asText().equals("ClientIP")) {
            absent(
                    spec.withObjectProperty("sessionAffinityConfig").withObjectProperty("clientIP"),
                    "timeoutSeconds",
                    10800);
        }
        for (JsonNode port : spec.path("ports")) {
            if (port instanceof ObjectNode each) {
                absent(each, "protocol", "TCP");
                if (!each.has("targetPort") && each.has("port")) {
                    each.set("targetPort", each.get("port"));
                }
            }
        }
        object.withObjectProperty("status").withObjectProperty("loadBalancer");
    }

    private static void namespace(ObjectNode object) {
        absent(object.withObjectProperty("status"), "phase", "Active");
        JsonNode name = object.path("metadata").path("name");
        if (name.isTextual()) {
            object.withObjectProperty("metadata")
                    .withObjectProperty("labels")
                    .set("kubernetes.io/metadata.name", name);
        }
        object.withObjectProperty("spec");
    }

    private static void stringData(ObjectNode object) {
        if (object.remove("stringData") instanceof ObjectNode texts) {
            ObjectNode data = object.withObjectProperty("data");
            texts.properties()
                    .forEach(text ->
                            data.put(
                                    text.getKey(),
                                    java.util.Base64.getEncoder()
                                            .encodeToString(
                                                    text.getValue()
                                                            .asText()
                                                            .getBytes(
                                                                    java.nio.charset
                                                                            .StandardCharsets
                                                                            .UTF_8))));
        }
    }

    private static void endpointSlice(ObjectNode object) {
        for (JsonNode port : object.path("ports")) {
            if (port instanceof ObjectNode each) {
                absent(each, "name", "");
                absent(each, "protocol", "TCP");
            }
        }
    }

    private static void webhooks(ObjectNode object, boolean mutating) {
        for (JsonNode entry : object.path("webhooks")) {
            if (entry instanceof ObjectNode webhook) {
                absent(webhook, "failurePolicy", "Fail");
                absent(webhook, "matchPolicy", "Equivalent");
                absent(webhook, "timeoutSeconds", 10);
                webhook.withObjectProperty("namespaceSelector");
                webhook.withObjectProperty("objectSelector");
                if (mutating) {
                    absent(webhook, "reinvocationPolicy", "Never");
                }
                for (JsonNode rule : webhook.path("rules")) {
                    absent((ObjectNode) rule, "scope", "*");
                }
                if (webhook.path("clientConfig").path("service") instanceof ObjectNode service) {
                    absent(service, "port", 443);
                }
            }
        }
    }

    private static void definition(ObjectNode object) {
        ObjectNode spec = object.withObjectProperty("spec");
        absent(spec.withObjectProperty("conversion"), "strategy", "None");
        ObjectNode names = spec.withObjectProperty("names");
        String kind = names.path("kind").asText();
        absent(names, "singular", kind.toLowerCase(java.util.Locale.ROOT));
        absent(names, "listKind", kind + "List");
    }

    private static void binding(ObjectNode object) {
        for (JsonNode entry : object.path("subjects")) {
            if (entry instanceof ObjectNode subject) {
                String kind = subject.path("kind").asText();
                if (kind.equals("User") || kind.equals("Group")) {
                    absent(subject, "apiGroup", "rbac.authorization.k8s.io");
                }
            }
        }
        if (object.path("roleRef") instanceof ObjectNode role && !role.has("apiGroup")) {
            role.put("apiGroup", "rbac.authorization.k8s.io");
        }
    }

    static void absent(ObjectNode object, String field, String value) {
        if (!object.hasNonNull(field)) {
            object.put(field, value);
        }
    }

    static void absent(ObjectNode object, String field, int value) {
        if (!object.hasNonNull(field)) {
            object.put(field, value);
        }
    }
}
