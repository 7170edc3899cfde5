// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.serin.local.resource.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** The columns that {@code kubectl get} shows of each kind, as Kubernetes' printers have them. */
final class Columns {

    private static final String NONE = "<none>";

    private static final Column NAME =
            Column.text("Name", object -> object.path("metadata").path("name").asText());
    private static final Column AGE =
            new Column(
                    "Age",
                    "string",
                    false,
                    (object, now) ->
                            JsonNodeFactory.instance.textNode(
                                    age(
                                            object.path("metadata")
                                                    .path("creationTimestamp")
                                                    .asText(),
                                            now)));

    private Columns() {}

    static List<Column> of(Kind kind) {
        if (kind.isCustom()) {
            return custom(kind.custom().orElseThrow().path("additionalPrinterColumns"));
        }
        return switch (kind.resource().kind()) {
            case "Pod" -> PodColumns.columns(NAME, AGE);
            case "Deployment" -> deployments();
            case "ReplicaSet" -> replicaSets();
            case "Service" -> services();
            case "Namespace" -> List.of(NAME, Column.text("Status", at("/status/phase")), AGE);
            case "Node" -> nodes();
            case "EndpointSlice" -> endpointSlices();
            case "ConfigMap" ->
                    List.of(
                            NAME,
                            Column.number(
                                    "Data",
                                    map -> map.path("data").size() + map.path("binaryData").size()),
                            AGE);
            case "Secret" ->
                    List.of(
                            NAME,
                            Column.text("Type", at("/type")),
                            Column.number("Data", secret -> secret.path("data").size()),
                            AGE);
            case "ServiceAccount" ->
                    List.of(
                            NAME,
                            Column.number("Secrets", account -> account.path("secrets").size()),
                            AGE);
            case "Lease" -> List.of(NAME, Column.text("Holder", at("/spec/holderIdentity")), AGE);
            case "Event" -> events();
            case "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration" ->
                    List.of(
                            NAME,
                            Column.number("Webhooks", each -> each.path("webhooks").size()),
                            AGE);
            case "CustomResourceDefinition" ->
                    List.of(NAME, Column.text("Created At", at("/metadata/creationTimestamp")));
            case "Role", "ClusterRole" ->
                    List.of(NAME, Column.text("Created At", at("/metadata/creationTimestamp")));
            case "RoleBinding", "ClusterRoleBinding" ->
                    List.of(
                            NAME,
                            Column.text(
                                    "Role",
                                    binding ->
                                            binding.at("/roleRef/kind").asText()
                                                    + "/"
                                                    + binding.at("/roleRef/name").asText()),
                            AGE);
            default -> List.of(NAME, AGE);
        };
    }

    private static java.util.function.Function<JsonNode, String> at(String pointer) {
        return object -> object.at(pointer).asText("");
    }

    private static List<Column> deployments() {
        return List.of(
                NAME,
                Column.text(
                        "Ready",
                        object ->
                                object.at("/status/readyReplicas").asInt()
                                        + "/"
                                        + object.at("/spec/replicas").asInt()),
                Column.number("Up-to-date", object -> object.at("/status/updatedReplicas").asInt()),
                Column.number(
                        "Available", object -> object.at("/status/availableReplicas").asInt()),
                AGE,
                Column.wide("Containers", object -> containers(object, "name")),
                Column.wide("Images", object -> containers(object, "image")),
                Column.wide(
                        "Selector", object -> selector(object.at("/spec/selector/matchLabels"))));
    }

    private static List<Column> replicaSets() {
        return List.of(
                NAME,
                Column.number("Desired", object -> object.at("/spec/replicas").asInt()),
                Column.number("Current", object -> object.at("/status/replicas").asInt()),
                Column.number("Ready", object -> object.at("/status/readyReplicas").asInt()),
                AGE,
                Column.wide("Containers", object -> containers(object, "name")),
                Column.wide("Images", object -> containers(object, "image")),
                Column.wide(
                        "Selector", object -> selector(object.at("/spec/selector/matchLabels"))));
    }

    private static List<Column> services() {
        return List.of(
                NAME,
                Column.text("Type", at("/spec/type")),
                Column.text(
                        "Cluster-IP", object -> orNone(object.at("/spec/clusterIP").asText(""))),
                Column.text(
                        "External-IP",
                        object ->
                                object.at("/spec/type").asText().equals("ExternalName")
                                        ? object.at("/spec/externalName").asText()
                                        : NONE),
                Column.text("Port(s)", Columns::ports),
                AGE,
                Column.wide("Selector", object -> selector(object.at("/spec/selector"))));
    }

    private static String ports(JsonNode service) {
        StringJoiner ports = new StringJoiner(",");
        for (JsonNode port : service.at("/spec/ports")) {
            ports.add(
                    port.path("port").asText()
                            + (port.has("nodePort") ? ":" + port.path("nodePort").asText() : "")
                            + "/"
                            + port.path("protocol").asText());
        }
        return orNone(ports.toString());
    }

    private static List<Column> nodes() {
        return List.of(
                NAME,
                Column.text(
                        "Status",
                        node -> {
                            for (JsonNode condition : node.at("/status/conditions")) {
                                if (condition.path("type").asText().equals("Ready")) {
                                    return condition.path("status").asText().equals("True")
                                            ? "Ready"
                                            : "NotReady";
                                }
                            }
                            return "Unknown";
                        }),
                Column.text("Roles", node -> NONE),
                AGE,
                Column.text("Version", at("/status/nodeInfo/kubeletVersion")));
    }

    private static List<Column> endpointSlices() {
        return List.of(
                NAME,
                Column.text("AddressType", at("/addressType")),
                Column.text(
                        "Ports",
                        slice -> {
                            StringJoiner ports = new StringJoiner(",");
                            slice.path("ports")
                                    .forEach(port -> ports.add(port.path("port").asText()));
                            return ports.length() == 0 ? "<unset>" : ports.toString();
                        }),
                Column.text(
                        "Endpoints",
                        slice -> {
                            StringJoiner addresses = new StringJoiner(",");
                            slice.path("endpoints")
                                    .forEach(endpoint ->
                                            endpoint.path("addresses")
                                                    .forEach(address ->
                                                            addresses.add(address.asText())));
                            return addresses.length() == 0 ? "<unset>" : addresses.toString();
                        }),
                AGE);
    }

    private static List<Column> events() {
        return List.of(
                new Column(
                        "Last Seen",
                        "string",
                        false,
                        (event, now) ->
                                JsonNodeFactory.instance.textNode(
                                        age(
                                                event.path("lastTimestamp")
                                                        .asText(
                                                                event.at(
                                                                                "/metadata"
                                                                                        + "/creationTimestamp")
                                                                        .asText()),
                                                now))),
                Column.text("Type", at("/type")),
                Column.text("Reason", at("/reason")),
                Column.text(
                        "Object",
                        event ->
                                event.at("/involvedObject/kind")
                                                .asText()
                                                .toLowerCase(java.util.Locale.ROOT)
                                        + "/"
                                        + event.at("/involvedObject/name").asText()),
                Column.text("Message", at("/message")));
    }

    /** As the definition says; the paths are plain ones: {@code .spec.hostnames}. */
    private static List<Column> custom(JsonNode definitions) {
        List<Column> columns = new ArrayList<>();
        columns.add(NAME);
        for (JsonNode definition : definitions) {
            String path = definition.path("jsonPath").asText();
            String type = definition.path("type").asText("string");
            boolean date = type.equals("date");
            columns.add(
                    new Column(
                            definition.path("name").asText(),
                            date ? "string" : type,
                            definition.path("priority").asInt() > 0,
                            (object, now) -> {
                                JsonNode value = JsonPath.find(object, path);
                                if (value.isMissingNode() || value.isNull()) {
                                    return JsonNodeFactory.instance.nullNode();
                                }
                                return date
                                        ? JsonNodeFactory.instance.textNode(
                                                age(value.asText(), now))
                                        : value.isContainerNode()
                                                ? JsonNodeFactory.instance.textNode(
                                                        value.toString())
                                                : value;
                            }));
        }
        if (definitions.isEmpty()) {
            columns.add(AGE);
        }
        return columns;
    }

    private static String containers(JsonNode workload, String field) {
        StringJoiner names = new StringJoiner(",");
        workload.at("/spec/template/spec/containers")
                .forEach(container -> names.add(container.path(field).asText()));
        return names.toString();
    }

    private static String selector(JsonNode labels) {
        StringJoiner pairs = new StringJoiner(",");
        for (Map.Entry<String, JsonNode> label : labels.properties()) {
            pairs.add(label.getKey() + "=" + label.getValue().asText());
        }
        return orNone(pairs.toString());
    }

    static String orNone(String text) {
        return text.isEmpty() ? NONE : text;
    }

    /** As kubectl says how long ago: 5s, 3m20s, 4h5m, 2d. */
    static String age(String timestamp, Instant now) {
        if (timestamp.isEmpty()) {
            return "<unknown>";
        }
        Duration age = Duration.between(Instant.parse(timestamp), now);
        long seconds = Math.max(0, age.toSeconds());
        if (seconds < 120) {
            return seconds + "s";
        }
        long minutes = seconds / 60;
        if (minutes < 10) {
            return minutes + "m" + (seconds % 60 == 0 ? "" : seconds % 60 + "s");
        }
        if (minutes < 180) {
            return minutes + "m";
        }
        long hours = minutes / 60;
        if (hours < 8) {
            return hours + "h" + (minutes % 60 == 0 ? "" : minutes % 60 + "m");
        }
        if (hours < 48) {
            return hours + "h";
        }
        return hours / 24 + "d" + (hours < 192 && hours % 24 != 0 ? hours % 24 + "h" : "");
    }
}
