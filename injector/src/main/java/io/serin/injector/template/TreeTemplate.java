// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * YAML whose scalars, keys included, hold {@code ${name}}. A scalar that is nothing but one
 * placeholder takes the value with its type, a tree too; where that is null, the field is left out.
 * Within other text the value is written out. Pure; any thread.
 */
public final class TreeTemplate {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([A-Za-z][A-Za-z0-9.]*)}");
    private static final ObjectMapper JSON = new ObjectMapper();

    private TreeTemplate() {}

    /**
     * Reads all documents of a YAML (or JSON) text; empty ones are left out.
     *
     * @throws TemplateFault when it is not YAML
     */
    public static List<JsonNode> parseYaml(String text) {
        return Yaml.parse(text);
    }

    /** Writes documents as YAML, each after a line of dashes. */
    public static String writeYaml(List<? extends JsonNode> documents) {
        return Yaml.write(documents);
    }

    /** A value as a tree: text, numbers, booleans, lists, maps, trees. */
    public static JsonNode tree(Object value) {
        return JSON.valueToTree(value);
    }

    /**
     * Fills in a tree; the given one stays as it is.
     *
     * @throws TemplateFault when a placeholder has no value
     */
    public static JsonNode render(JsonNode tree, Map<String, ?> values) {
        return render(tree, values, "");
    }

    private static JsonNode render(JsonNode tree, Map<String, ?> values, String where) {
        if (tree.isObject()) {
            ObjectNode result = JsonNodeFactory.instance.objectNode();
            tree.properties()
                    .forEach(field -> {
                        String name = text(field.getKey(), values, where);
                        JsonNode value = render(field.getValue(), values, where + "." + name);
                        if (!value.isNull() || field.getValue().isNull()) {
                            result.set(name, value);
                        }
                    });
            return result;
        }
        if (tree.isArray()) {
            ArrayNode result = JsonNodeFactory.instance.arrayNode();
            for (int i = 0; i < tree.size(); i++) {
                result.add(render(tree.get(i), values, where + "[" + i + "]"));
            }
            return result;
        }
        if (!tree.isTextual()) {
            return tree;
        }
        Matcher whole = PLACEHOLDER.matcher(tree.textValue());
        return whole.matches()
                ? tree(value(whole.group(1), values, where))
                : JsonNodeFactory.instance.textNode(text(tree.textValue(), values, where));
    }

    private static String text(String text, Map<String, ?> values, String where) {
        return PLACEHOLDER
                .matcher(text)
                .replaceAll(match ->
                        Matcher.quoteReplacement(
                                String.valueOf(value(match.group(1), values, where))));
    }

    private static Object value(String name, Map<String, ?> values, String where) {
        Object value = values.get(name);
        if (value == null) {
            throw new TemplateFault(
                    "template",
                    "at "
                            + (where.isEmpty() ? "the top" : where.substring(1))
                            + ": ${"
                            + name
                            + "} (expected: one of "
                            + values.keySet().stream().sorted().toList()
                            + ")");
        }
        return value;
    }
}
