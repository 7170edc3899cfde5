// SPDX-License-Identifier: Apache-2.0
package io.serin.local.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a custom resource definition adds to the catalog. */
final class CustomKinds {

    private CustomKinds() {}

    /** One for each served version, that of the highest standing first. */
    static List<Kind> of(ObjectNode definition) {
        JsonNode spec = definition.path("spec");
        JsonNode names = spec.path("names");
        List<Kind> kinds = new ArrayList<>();
        for (JsonNode version : spec.path("versions")) {
            if (version.path("served").asBoolean()) {
                kinds.add(kind(spec, names, (ObjectNode) version));
            }
        }
        kinds.sort((a, b) -> Versions.compare(a.resource().version(), b.resource().version()));
        return kinds;
    }

    private static Kind kind(JsonNode spec, JsonNode names, ObjectNode version) {
        Set<String> subresources = new HashSet<>();
        version.path("subresources").fieldNames().forEachRemaining(subresources::add);
        return new Kind(
                new Resource(
                        spec.path("group").asText(),
                        version.path("name").asText(),
                        names.path("kind").asText(),
                        names.path("plural").asText(),
                        spec.path("scope").asText().equals("Namespaced")),
                names.path("singular").asText(),
                texts(names.path("shortNames")),
                texts(names.path("categories")),
                subresources,
                true,
                root(version.path("schema").path("openAPIV3Schema")),
                Optional.of(version));
    }

    static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    /** As the schema says, with the metadata that every object has. */
    private static Shape root(JsonNode schema) {
        Map<String, Shape> fields = new HashMap<>();
        fields.put("apiVersion", new Shape.Scalar(Shape.Form.STRING));
        fields.put("kind", new Shape.Scalar(Shape.Form.STRING));
        fields.put("metadata", Shapes.of("ObjectMeta"));
        schema.path("properties")
                .properties()
                .forEach(property ->
                        fields.putIfAbsent(property.getKey(), shape(property.getValue())));
        boolean open = schema.path("x-kubernetes-preserve-unknown-fields").asBoolean();
        return new Shape.Struct("", () -> fields, open, false);
    }

    static Shape shape(JsonNode schema) {
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            return new Shape.Scalar(Shape.Form.INT_OR_STRING);
        }
        boolean open = schema.path("x-kubernetes-preserve-unknown-fields").asBoolean();
        boolean atomic = schema.path("x-kubernetes-map-type").asText().equals("atomic");
        return switch (schema.path("type").asText()) {
            case "string" -> new Shape.Scalar(Shape.Form.STRING);
            case "integer" -> new Shape.Scalar(Shape.Form.INTEGER);
            case "number" -> new Shape.Scalar(Shape.Form.NUMBER);
            case "boolean" -> new Shape.Scalar(Shape.Form.BOOLEAN);
            case "array" -> list(schema);
            case "object" -> {
                JsonNode additional = schema.path("additionalProperties");
                if (additional.isObject()) {
                    yield new Shape.MapOf(shape(additional), atomic);
                }
                if (!schema.has("properties") && (open || additional.asBoolean())) {
                    yield new Shape.Any();
                }
                Map<String, Shape> fields = new HashMap<>();
                schema.path("properties")
                        .properties()
                        .forEach(property ->
                                fields.put(property.getKey(), shape(property.getValue())));
                yield new Shape.Struct("", () -> fields, open, atomic);
            }
            default -> new Shape.Any();
        };
    }

    private static Shape list(JsonNode schema) {
        Shape item = shape(schema.path("items"));
        List<String> keys =
                switch (schema.path("x-kubernetes-list-type").asText()) {
                    case "map" -> texts(schema.path("x-kubernetes-list-map-keys"));
                    case "set" -> List.of(".");
                    default -> List.of();
                };
        return new Shape.ListOf(item, Optional.empty(), keys, false);
    }
}
