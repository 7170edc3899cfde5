// SPDX-License-Identifier: Apache-2.0
package io.serin.local.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Reads an object as its shape says: what is not in the shape is dropped, as are nulls; what has
 * another type is a fault. As Kubernetes does it while it decodes.
 */
public final class Fields {

    private final List<String> unknown = new ArrayList<>();
    private final List<String> mistyped = new ArrayList<>();

    private Fields() {}

    /**
     * What was found.
     *
     * @param unknown the places that were dropped, e.g. {@code unknown field "spec.foo"}
     * @param mistyped what is of a type that it can't be
     */
    public record Found(List<String> unknown, List<String> mistyped) {}

    /** Prunes the object in place. */
    public static Found prune(Shape shape, ObjectNode object) {
        Fields fields = new Fields();
        fields.walk(shape, object, "");
        return new Found(fields.unknown, fields.mistyped);
    }

    private void walk(Shape shape, JsonNode value, String at) {
        switch (shape) {
            case Shape.Any any -> {}
            case Shape.Scalar scalar -> {
                if (!fits(scalar.form(), value)) {
                    mistyped.add(
                            at + ": " + describe(value) + " (expected: " + scalar.form() + ")");
                }
            }
            case Shape.ListOf list -> {
                if (!(value instanceof ArrayNode items)) {
                    mistyped.add(at + ": " + describe(value) + " (expected: a list)");
                    return;
                }
                for (int i = 0; i < items.size(); i++) {
                    walk(list.item(), items.get(i), at + "[" + i + "]");
                }
            }
            case Shape.MapOf map -> {
                if (!(value instanceof ObjectNode entries)) {
                    mistyped.add(at + ": " + describe(value) + " (expected: a map)");
                    return;
                }
                for (Map.Entry<String, JsonNode> entry : entries.properties()) {
                    walk(map.value(), entry.getValue(), join(at, entry.getKey()));
                }
            }
            case Shape.Struct struct -> {
                if (!(value instanceof ObjectNode object)) {
                    mistyped.add(at + ": " + describe(value) + " (expected: an object)");
                    return;
                }
                struct(struct, object, at);
            }
        }
    }

    private void struct(Shape.Struct struct, ObjectNode object, String at) {
        Iterator<Map.Entry<String, JsonNode>> fields = object.properties().iterator();
        while (fields.hasNext()) {
            Map.Entry<String, JsonNode> field = fields.next();
            String where = join(at, field.getKey());
            Shape shape = struct.fields().get().get(field.getKey());
            if (shape == null) {
                if (!struct.open()) {
                    unknown.add("unknown field \"" + where + "\"");
                    fields.remove();
                }
            } else if (field.getValue().isNull()) {
                fields.remove();
            } else {
                walk(shape, field.getValue(), where);
            }
        }
    }

    private static String join(String at, String field) {
        return at.isEmpty() ? field : at + "." + field;
    }

    private static boolean fits(Shape.Form form, JsonNode value) {
        return switch (form) {
            case STRING -> value.isTextual();
            case INTEGER -> value.isIntegralNumber();
            case NUMBER -> value.isNumber();
            case BOOLEAN -> value.isBoolean();
            case QUANTITY -> value.isTextual() || value.isNumber();
            case INT_OR_STRING -> value.isTextual() || value.isIntegralNumber();
        };
    }

    private static String describe(JsonNode value) {
        String text = value.toString();
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }
}
