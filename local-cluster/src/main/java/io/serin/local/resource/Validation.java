// SPDX-License-Identifier: Apache-2.0
package io.serin.local.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.resource.Faults.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What must be true of an object before it is stored, as far as people get it wrong: names, labels,
 * what is required, what may not change. Pure.
 */
public final class Validation {

    private static final int LAST_PORT = 65535;
    private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");

    private final List<Cause> causes = new ArrayList<>();
    private final Kind kind;

    private Validation(Kind kind) {
        this.kind = kind;
    }

    /** Of a new object; empty: it is valid. */
    public static List<Cause> create(Kind kind, ObjectNode object) {
        Validation validation = new Validation(kind);
        validation.metadata(object.path("metadata"));
        validation.content(object);
        return validation.causes;
    }

    /** Of what an object is to become. */
    public static List<Cause> update(Kind kind, ObjectNode live, ObjectNode next) {
        Validation validation = new Validation(kind);
        validation.metadata(next.path("metadata"));
        validation.content(next);
        validation.immutable(live, next);
        return validation.causes;
    }

    private void metadata(JsonNode metadata) {
        String name = metadata.path("name").asText("");
        if (name.isEmpty()) {
            causes.add(Cause.required("metadata.name", "name or generateName is required"));
        } else {
            nameProblem(name)
                    .ifPresent(why -> causes.add(Cause.invalid("metadata.name", name, why)));
        }
        labels("metadata.labels", metadata.path("labels"));
        for (Map.Entry<String, JsonNode> annotation : metadata.path("annotations").properties()) {
            Names.key(annotation.getKey().toLowerCase(java.util.Locale.ROOT))
                    .ifPresent(why ->
                            causes.add(
                                    Cause.invalid(
                                            "metadata.annotations", annotation.getKey(), why)));
        }
        JsonNode owners = metadata.path("ownerReferences");
        for (int i = 0; i < owners.size(); i++) {
            for (String field : List.of("apiVersion", "kind", "name", "uid")) {
                required("metadata.ownerReferences[" + i + "]", owners.get(i), field);
            }
        }
    }

    private Optional<String> nameProblem(String name) {
        return switch (kind.resource().kind()) {
            case "Namespace" -> Names.label(name);
            case "Service" -> Names.label1035(name);
            case "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding" ->
                    Names.pathSegment(name);
            default -> Names.subdomain(name);
        };
    }

    private void labels(String at, JsonNode labels) {
        for (Map.Entry<String, JsonNode> label : labels.properties()) {
            Names.key(label.getKey())
                    .ifPresent(why -> causes.add(Cause.invalid(at, label.getKey(), why)));
            Names.value(label.getValue().asText())
                    .ifPresent(
                            why -> causes.add(Cause.invalid(at, label.getValue().asText(), why)));
        }
    }

    private void content(ObjectNode object) {
        if (kind.isCustom()) {
            causes.addAll(
                    SchemaRules.check(
                            kind.custom().orElseThrow().path("schema").path("openAPIV3Schema"),
                            object));
            return;
        }
        JsonNode spec = object.path("spec");
        switch (kind.resource().kind()) {
            case "Pod" -> causes.addAll(PodRules.check("spec", spec));
            case "Deployment", "ReplicaSet" -> workload(spec);
            case "Service" -> service(spec);
            case "ConfigMap" -> keys("data", object.path("data"));
            case "Secret" -> secret(object);
            case "EndpointSlice" -> endpointSlice(object);
            case "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration" ->
                    causes.addAll(WebhookRules.check(object));
            case "CustomResourceDefinition" -> causes.addAll(DefinitionRules.check(object));
            case "RoleBinding", "ClusterRoleBinding" -> {
                required("roleRef", object.path("roleRef"), "name");
                required("roleRef", object.path("roleRef"), "kind");
            }
            case "Event" -> event(object);
            default -> {}
        }
    }

    private void workload(JsonNode spec) {
        if (spec.path("replicas").asInt() < 0) {
            causes.add(
                    Cause.invalid(
                            "spec.replicas",
                            spec.path("replicas"),
                            "must be greater than or equal to 0"));
        }
        JsonNode selector = spec.path("selector");
        JsonNode template = spec.path("template");
        JsonNode labels = template.path("metadata").path("labels");
        if (!selector.isObject()) {
            causes.add(Cause.required("spec.selector", ""));
        } else if (selector.isEmpty()
                || (selector.path("matchLabels").isEmpty()
                        && selector.path("matchExpressions").isEmpty())) {
            causes.add(
                    Cause.invalid(
                            "spec.selector",
                            selector,
                            "empty selector is invalid for "
                                    + kind.resource().kind().toLowerCase(java.util.Locale.ROOT)));
        } else if (!LabelSelector.of(selector).matches(labels)) {
            causes.add(
                    Cause.invalid(
                            "spec.template.metadata.labels",
                            labels.isMissingNode() ? "null" : labels,
                            "`selector` does not match template `labels`"));
        }
        labels("spec.template.labels", labels);
        causes.addAll(PodRules.check("spec.template.spec", template.path("spec")));
        String restart = template.path("spec").path("restartPolicy").asText();
        if (!restart.equals("Always")) {
            causes.add(
                    Cause.unsupported(
                            "spec.template.spec.restartPolicy", restart, List.of("Always")));
        }
        rollingUpdate(spec.path("strategy"));
    }

    private void rollingUpdate(JsonNode strategy) {
        String type = strategy.path("type").asText("RollingUpdate");
        JsonNode rolling = strategy.path("rollingUpdate");
        if (!type.equals("RollingUpdate") && !type.equals("Recreate")) {
            causes.add(
                    Cause.unsupported(
                            "spec.strategy.type", type, List.of("Recreate", "RollingUpdate")));
        } else if (type.equals("Recreate") && rolling.isObject()) {
            causes.add(
                    Cause.forbidden(
                            "spec.strategy.rollingUpdate",
                            "may not be specified when strategy `type` is 'Recreate'"));
        } else if (isZero(rolling.path("maxUnavailable")) && isZero(rolling.path("maxSurge"))) {
            causes.add(
                    Cause.invalid(
                            "spec.strategy.rollingUpdate.maxUnavailable",
                            rolling.path("maxUnavailable"),
                            "may not be 0 when `maxSurge` is 0"));
        }
    }

    private static boolean isZero(JsonNode amount) {
        return amount.asText("").equals("0") || amount.asText("").equals("0%");
    }

    private void service(JsonNode spec) {
        JsonNode ports = spec.path("ports");
        String type = spec.path("type").asText();
        boolean headless = spec.path("clusterIP").asText().equals("None");
        if (!List.of("ClusterIP", "ExternalName", "LoadBalancer", "NodePort").contains(type)) {
            causes.add(
                    Cause.unsupported(
                            "spec.type",
                            type,
                            List.of("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")));
        }
        if (ports.isEmpty() && !headless && !type.equals("ExternalName")) {
            causes.add(Cause.required("spec.ports", ""));
        }
        List<String> names = new ArrayList<>();
        List<String> numbers = new ArrayList<>();
        for (int i = 0; i < ports.size(); i++) {
            JsonNode port = ports.get(i);
            String at = "spec.ports[" + i + "]";
            String name = port.path("name").asText("");
            if (name.isEmpty() && ports.size() > 1) {
                causes.add(Cause.required(at + ".name", ""));
            } else if (!name.isEmpty()) {
                Names.label(name)
                        .ifPresent(why -> causes.add(Cause.invalid(at + ".name", name, why)));
                if (names.contains(name)) {
                    causes.add(Cause.duplicate(at + ".name", name));
                }
                names.add(name);
            }
            port(at + ".port", port.path("port"));
            String protocol = port.path("protocol").asText();
            if (!PROTOCOLS.contains(protocol)) {
                causes.add(Cause.unsupported(at + ".protocol", protocol, PROTOCOLS));
            }
            String number = protocol + port.path("port").asText();
            if (numbers.contains(number)) {
                causes.add(Cause.duplicate(at, port));
            }
            numbers.add(number);
        }
        labels("spec.selector", spec.path("selector"));
    }

    private void port(String at, JsonNode port) {
        int number = port.asInt();
        if (number < 1 || number > LAST_PORT) {
            causes.add(
                    Cause.invalid(
                            at, number, "must be between 1 and " + LAST_PORT + ", inclusive"));
        }
    }

    private void keys(String at, JsonNode data) {
        for (Map.Entry<String, JsonNode> entry : data.properties()) {
            if (!entry.getKey().matches("[-._a-zA-Z0-9]+")) {
                causes.add(
                        Cause.invalid(
                                at + "[" + entry.getKey() + "]",
                                entry.getKey(),
                                "a valid config key must consist of alphanumeric characters, '-',"
                                        + " '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or"
                                        + " 'key-name', regex used for validation is"
                                        + " '[-._a-zA-Z0-9]+')"));
            }
        }
    }

    private void secret(ObjectNode object) {
        keys("data", object.path("data"));
        if (object.path("type").asText().equals("kubernetes.io/tls")) {
            for (String key : List.of("tls.crt", "tls.key")) {
                if (!object.path("data").has(key)) {
                    causes.add(Cause.required("data[" + key + "]", ""));
                }
            }
        }
    }

    private void endpointSlice(ObjectNode object) {
        if (object.path("addressType").asText("").isEmpty()) {
            causes.add(Cause.required("addressType", ""));
        }
    }

    private void event(ObjectNode object) {
        String about = object.path("involvedObject").path("namespace").asText("");
        String own = object.path("metadata").path("namespace").asText("");
        if (!about.isEmpty() && !about.equals(own)) {
            causes.add(
                    Cause.invalid(
                            "involvedObject.namespace", about, "does not match event.namespace"));
        }
    }

    private void required(String at, JsonNode object, String field) {
        if (object.path(field).asText("").isEmpty()) {
            causes.add(Cause.required(at + "." + field, ""));
        }
    }

    private void immutable(ObjectNode live, ObjectNode next) {
        switch (kind.resource().kind()) {
            case "Deployment", "ReplicaSet" -> same(live, next, "/spec/selector");
            case "Service" -> {
                String before = live.at("/spec/clusterIP").asText("");
                String after = next.at("/spec/clusterIP").asText("");
                boolean named = !next.at("/spec/type").asText().equals("ExternalName");
                if (!before.isEmpty() && named && !before.equals(after)) {
                    causes.add(
                            Cause.invalid("spec.clusterIPs[0]", after, "may not change once set"));
                }
            }
            case "ConfigMap", "Secret" -> {
                if (live.path("immutable").asBoolean()
                        && !live.path("data").equals(next.path("data"))) {
                    causes.add(
                            Cause.forbidden("data", "field is immutable when `immutable` is set"));
                }
                if (kind.resource().kind().equals("Secret")) {
                    same(live, next, "/type");
                }
            }
            case "EndpointSlice" -> same(live, next, "/addressType");
            case "RoleBinding", "ClusterRoleBinding" -> {
                if (!live.path("roleRef").equals(next.path("roleRef"))) {
                    causes.add(
                            Cause.invalid(
                                    "roleRef", next.path("roleRef"), "cannot change roleRef"));
                }
            }
            case "Pod" -> causes.addAll(PodRules.unchanged(live, next));
            case "CustomResourceDefinition" -> {
                same(live, next, "/spec/group");
                same(live, next, "/spec/scope");
                same(live, next, "/spec/names/plural");
                same(live, next, "/spec/names/kind");
            }
            default -> {}
        }
    }

    private void same(ObjectNode live, ObjectNode next, String pointer) {
        if (!live.at(pointer).equals(next.at(pointer))) {
            causes.add(
                    Cause.invalid(
                            pointer.substring(1).replace('/', '.'),
                            next.at(pointer),
                            "field is immutable"));
        }
    }
}
