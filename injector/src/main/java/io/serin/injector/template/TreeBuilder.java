// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes a tree of what a YAML reader made of a document. Bounded in depth and size: by aliases a
 * few lines can stand for a tree without end, and whoever may make a pod may write such lines.
 */
final class TreeBuilder {

    private static final int MOST_NODES_OF_A_SHORT_TEXT = 100_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private int nodesLeft;

    /**
     * @param characters of the text, which has fewer nodes than that without aliases
     */
    TreeBuilder(int characters) {
        nodesLeft = Math.max(characters, MOST_NODES_OF_A_SHORT_TEXT);
    }

    /**
     * Makes it.
     *
     * @throws IllegalArgumentException when it would be too deep or too large
     */
    JsonNode tree(@Nullable Object value) {
        return tree(value, 0);
    }

    private JsonNode tree(@Nullable Object value, int depth) {
        if (depth > Yaml.MOST_DEPTH) {
            throw new IllegalArgumentException("nested deeper than " + Yaml.MOST_DEPTH);
        }
        nodesLeft--;
        if (nodesLeft < 0) {
            throw new IllegalArgumentException("aliases make too large a tree of it");
        }
        return switch (value) {
            case Map<?, ?> map -> {
                ObjectNode object = JsonNodeFactory.instance.objectNode();
                map.forEach((key, item) -> object.set(String.valueOf(key), tree(item, depth + 1)));
                yield object;
            }
            case List<?> list -> {
                ArrayNode array = JsonNodeFactory.instance.arrayNode();
                list.forEach(item -> array.add(tree(item, depth + 1)));
                yield array;
            }
            case null -> JsonNodeFactory.instance.nullNode();
            default -> JSON.valueToTree(value);
        };
    }
}
