// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.serin.api.contract.Labels;
import io.serin.kube.type.KubeRoute;
import io.serin.kube.type.KubeRoute.Problem;
import io.serin.kube.type.ObjectName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * HTTPRoutes, gateway.networking.k8s.io/v1. What the mesh does not serve becomes a problem that
 * names the field; nothing is read and ignored but {@code hostnames}, which GEP-1294 tells a mesh
 * not to read.
 */
public final class ConvertRoute {

    private static final Set<String> RULE_FIELDS = Set.of("name", "matches", "backendRefs");
    private static final Set<String> MATCH_FIELDS = Set.of("path", "headers", "method");
    private static final Set<String> BACKEND_FIELDS =
            Set.of("group", "kind", "namespace", "name", "port", "weight");
    private static final int MAX_WEIGHT = 1_000_000;

    private final List<Problem> problems = new ArrayList<>();

    private ConvertRoute() {}

    public static KubeRoute route(GenericKubernetesResource route) {
        return route(new ObjectMapper().valueToTree(route));
    }

    /** Of the object as JSON. */
    public static KubeRoute route(JsonNode route) {
        return new ConvertRoute().convert(route);
    }

    private KubeRoute convert(JsonNode route) {
        JsonNode metadata = route.path("metadata");
        String created = metadata.path("creationTimestamp").asText("");
        List<KubeRoute.ParentRef> parents = new ArrayList<>();
        route.at("/spec/parentRefs").forEach(parent -> parents.add(parent(parent)));
        List<KubeRoute.Rule> rules = new ArrayList<>();
        JsonNode ruleNodes = route.at("/spec/rules");
        for (int i = 0; i < ruleNodes.size(); i++) {
            rules.add(rule("spec.rules[" + i + "]", ruleNodes.get(i)));
        }
        return new KubeRoute(
                new ObjectName(
                        metadata.path("namespace").asText("default"),
                        metadata.path("name").asText("")),
                metadata.path("labels").path(Labels.REVISION).asText(""),
                metadata.path("generation").asLong(0),
                created.isEmpty() ? Instant.EPOCH : Instant.parse(created),
                parents,
                rules,
                problems);
    }

    private static KubeRoute.ParentRef parent(JsonNode parent) {
        return new KubeRoute.ParentRef(
                parent.path("group").asText("gateway.networking.k8s.io"),
                parent.path("kind").asText("Gateway"),
                text(parent, "namespace"),
                parent.path("name").asText(),
                text(parent, "sectionName"),
                number(parent, "port"));
    }

    private KubeRoute.Rule rule(String where, JsonNode rule) {
        for (Map.Entry<String, JsonNode> field : rule.properties()) {
            if (!RULE_FIELDS.contains(field.getKey()) && !field.getValue().isEmpty()) {
                unsupported(where + "." + field.getKey(), describe(field.getValue()));
            }
        }
        List<KubeRoute.Match> matches = new ArrayList<>();
        JsonNode matchNodes = rule.path("matches");
        for (int i = 0; i < matchNodes.size(); i++) {
            matches.add(match(where + ".matches[" + i + "]", matchNodes.get(i)));
        }
        List<KubeRoute.BackendRef> backends = new ArrayList<>();
        JsonNode backendNodes = rule.path("backendRefs");
        for (int i = 0; i < backendNodes.size(); i++) {
            backends.add(backend(where + ".backendRefs[" + i + "]", backendNodes.get(i)));
        }
        return new KubeRoute.Rule(matches, backends);
    }

    private KubeRoute.Match match(String where, JsonNode match) {
        for (Map.Entry<String, JsonNode> field : match.properties()) {
            if (!MATCH_FIELDS.contains(field.getKey()) && !field.getValue().isEmpty()) {
                unsupported(where + "." + field.getKey(), describe(field.getValue()));
            }
        }
        String type = match.at("/path/type").asText("PathPrefix");
        if (!type.equals("PathPrefix") && !type.equals("Exact")) {
            problems.add(new Problem(where + ".path.type", type, "PathPrefix or Exact"));
        }
        String path = match.at("/path/value").asText("/");
        if (!path.startsWith("/")) {
            problems.add(new Problem(where + ".path.value", path, "it starts with '/'"));
            path = "/";
        }
        List<KubeRoute.Header> headers = new ArrayList<>();
        JsonNode headerNodes = match.path("headers");
        for (int i = 0; i < headerNodes.size(); i++) {
            JsonNode header = headerNodes.get(i);
            String headerType = header.path("type").asText("Exact");
            if (!headerType.equals("Exact")) {
                problems.add(new Problem(where + ".headers[" + i + "].type", headerType, "Exact"));
            }
            headers.add(
                    new KubeRoute.Header(
                            header.path("name").asText("?"), header.path("value").asText()));
        }
        return new KubeRoute.Match(type.equals("Exact"), path, text(match, "method"), headers);
    }

    private KubeRoute.BackendRef backend(String where, JsonNode backend) {
        for (Map.Entry<String, JsonNode> field : backend.properties()) {
            if (!BACKEND_FIELDS.contains(field.getKey()) && !field.getValue().isEmpty()) {
                unsupported(where + "." + field.getKey(), describe(field.getValue()));
            }
        }
        int weight = backend.path("weight").asInt(1);
        if (weight < 0 || weight > MAX_WEIGHT) {
            problems.add(
                    new Problem(where + ".weight", Integer.toString(weight), "0 to " + MAX_WEIGHT));
            weight = 0;
        }
        return new KubeRoute.BackendRef(
                backend.path("group").asText(""),
                backend.path("kind").asText("Service"),
                text(backend, "namespace"),
                backend.path("name").asText(),
                number(backend, "port"),
                weight);
    }

    private void unsupported(String field, String held) {
        problems.add(new Problem(field, held, "not to be set: it is not supported"));
    }

    /** Of a list of typed things their types, else the value, cut short. */
    private static String describe(JsonNode value) {
        if (value.isArray() && value.path(0).has("type")) {
            List<String> types = new ArrayList<>();
            value.forEach(item -> types.add(item.path("type").asText()));
            return String.join(", ", types);
        }
        String text = value.toString();
        return text.length() > 100 ? text.substring(0, 100) + "…" : text;
    }

    private static Optional<String> text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isMissingNode() || value.isNull()
                ? Optional.empty()
                : Optional.of(value.asText());
    }

    private static Optional<Integer> number(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isMissingNode() || value.isNull()
                ? Optional.empty()
                : Optional.of(value.asInt());
    }
}
