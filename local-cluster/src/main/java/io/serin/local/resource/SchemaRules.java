// SPDX-License-Identifier: Apache-2.0
package io.serin.local.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.resource.Faults.Cause;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Holds a custom object against its structural schema: types, required fields, enums, bounds,
 * lengths, patterns, unique keys of lists. Rules in CEL ({@code x-kubernetes-validations}) are not
 * evaluated.
 */
final class SchemaRules {

    private final List<Cause> causes = new ArrayList<>();

    private SchemaRules() {}

    static List<Cause> check(JsonNode schema, JsonNode value) {
        SchemaRules rules = new SchemaRules();
        rules.walk(schema, value, "");
        return rules.causes;
    }

    private void walk(JsonNode schema, JsonNode value, String at) {
        if (value.isNull()) {
            if (!schema.path("nullable").asBoolean()) {
                typeFault(at, "null", schema.path("type").asText());
            }
            return;
        }
        if (!hasType(schema, value, at)) {
            return;
        }
        options(schema, value, at);
        if (value.isTextual()) {
            text(schema, value.asText(), at);
        } else if (value.isNumber()) {
            number(schema, value, at);
        } else if (value.isArray()) {
            list(schema, value, at);
        } else if (value.isObject()) {
            object(schema, value, at);
        }
    }

    private boolean hasType(JsonNode schema, JsonNode value, String at) {
        boolean either = schema.path("x-kubernetes-int-or-string").asBoolean();
        String type = either ? "integer or string" : schema.path("type").asText();
        boolean fits =
                switch (type) {
                    case "integer or string" -> value.isTextual() || value.isIntegralNumber();
                    case "string" -> value.isTextual();
                    case "integer" -> value.isIntegralNumber();
                    case "number" -> value.isNumber();
                    case "boolean" -> value.isBoolean();
                    case "array" -> value.isArray();
                    case "object" -> value.isObject();
                    default -> true;
                };
        if (!fits) {
            typeFault(at, value.getNodeType().name().toLowerCase(Locale.ROOT), type);
        }
        return fits;
    }

    private void typeFault(String at, String held, String wanted) {
        causes.add(
                new Cause(
                        at,
                        "FieldValueTypeInvalid",
                        "Invalid value: \""
                                + held
                                + "\": "
                                + at
                                + " in body must be of type "
                                + wanted
                                + ": \""
                                + held
                                + "\""));
    }

    private void options(JsonNode schema, JsonNode value, String at) {
        JsonNode options = schema.path("enum");
        if (options.isArray()) {
            List<String> names = new ArrayList<>();
            for (JsonNode option : options) {
                if (option.equals(value)) {
                    return;
                }
                names.add(option.asText());
            }
            causes.add(Cause.unsupported(at, value.asText(), names));
        }
    }

    private void text(JsonNode schema, String text, String at) {
        int length = text.codePointCount(0, text.length());
        if (schema.has("maxLength") && length > schema.get("maxLength").asInt()) {
            causes.add(
                    new Cause(
                            at,
                            "FieldValueTooLong",
                            "Too long: may not be more than "
                                    + schema.get("maxLength").asInt()
                                    + " bytes"));
        }
        if (schema.has("minLength") && length < schema.get("minLength").asInt()) {
            wrong(
                    at,
                    text,
                    "should be at least " + schema.get("minLength").asInt() + " chars long");
        }
        String pattern = schema.path("pattern").asText();
        if (!pattern.isEmpty()) {
            try {
                if (!Pattern.compile(pattern).matcher(text).find()) {
                    wrong(at, text, "should match '" + pattern + "'");
                }
            } catch (PatternSyntaxException e) {
                wrong(at, text, "can't be held against '" + pattern + "': " + e.getDescription());
            }
        }
    }

    private void number(JsonNode schema, JsonNode value, String at) {
        double number = value.asDouble();
        if (schema.has("maximum")) {
            boolean exclusive = schema.path("exclusiveMaximum").asBoolean();
            double bound = schema.get("maximum").asDouble();
            if (number > bound || (exclusive && number == bound)) {
                wrong(
                        at,
                        value,
                        "should be less than "
                                + (exclusive ? "" : "or equal to ")
                                + schema.get("maximum").asText());
            }
        }
        if (schema.has("minimum")) {
            boolean exclusive = schema.path("exclusiveMinimum").asBoolean();
            double bound = schema.get("minimum").asDouble();
            if (number < bound || (exclusive && number == bound)) {
                wrong(
                        at,
                        value,
                        "should be greater than "
                                + (exclusive ? "" : "or equal to ")
                                + schema.get("minimum").asText());
            }
        }
    }

    private void list(JsonNode schema, JsonNode list, String at) {
        if (schema.has("maxItems") && list.size() > schema.get("maxItems").asInt()) {
            causes.add(
                    new Cause(
                            at,
                            "FieldValueTooMany",
                            "Too many: "
                                    + list.size()
                                    + ": must have at most "
                                    + schema.get("maxItems").asInt()
                                    + " items"));
        }
        if (schema.has("minItems") && list.size() < schema.get("minItems").asInt()) {
            wrong(
                    at,
                    list.size(),
                    "should have at least " + schema.get("minItems").asInt() + " items");
        }
        Set<JsonNode> seen = new HashSet<>();
        String listType = schema.path("x-kubernetes-list-type").asText();
        List<String> keys = CustomKinds.texts(schema.path("x-kubernetes-list-map-keys"));
        for (int i = 0; i < list.size(); i++) {
            JsonNode item = list.get(i);
            walk(schema.path("items"), item, at + "[" + i + "]");
            JsonNode id =
                    switch (listType) {
                        case "map" -> only(keys, item);
                        case "set" -> item;
                        default -> IntNode.valueOf(i);
                    };
            if (!seen.add(id)) {
                causes.add(Cause.duplicate(at + "[" + i + "]", id));
            }
        }
    }

    private static JsonNode only(List<String> keys, JsonNode item) {
        ObjectNode only = JsonNodeFactory.instance.objectNode();
        keys.stream().filter(item::has).forEach(key -> only.set(key, item.get(key)));
        return only;
    }

    private void object(JsonNode schema, JsonNode object, String at) {
        for (JsonNode name : schema.path("required")) {
            if (!object.has(name.asText())) {
                causes.add(Cause.required(join(at, name.asText()), ""));
            }
        }
        if (schema.has("maxProperties") && object.size() > schema.get("maxProperties").asInt()) {
            causes.add(
                    new Cause(
                            at,
                            "FieldValueTooMany",
                            "Too many: "
                                    + object.size()
                                    + ": must have at most "
                                    + schema.get("maxProperties").asInt()
                                    + " items"));
        }
        JsonNode properties = schema.path("properties");
        JsonNode additional = schema.path("additionalProperties");
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            JsonNode own = properties.path(field.getKey());
            if (own.isObject()) {
                walk(own, field.getValue(), join(at, field.getKey()));
            } else if (additional.isObject()) {
                walk(additional, field.getValue(), join(at, field.getKey()));
            }
        }
    }

    private void wrong(String at, Object value, String why) {
        causes.add(Cause.invalid(at, value, at + " in body " + why));
    }

    private static String join(String at, String field) {
        return at.isEmpty() ? field : at + "." + field;
    }
}
