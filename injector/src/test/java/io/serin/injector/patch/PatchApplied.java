// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * RFC 6902's add, remove and replace, to the letter: zjsonpatch takes {@code ~01} for {@code /},
 * where RFC 6901 section 4 says {@code ~1}.
 */
public final class PatchApplied {

    private PatchApplied() {}

    public static JsonNode to(JsonNode before, JsonNode patch) {
        JsonNode tree = before.deepCopy();
        for (JsonNode operation : patch) {
            apply(
                    tree,
                    operation.path("op").asText(),
                    operation.path("path").asText(),
                    operation.path("value"));
        }
        return tree;
    }

    private static void apply(JsonNode tree, String op, String path, JsonNode value) {
        int slash = path.lastIndexOf('/');
        JsonNode parent = tree.at(path.substring(0, slash));
        String last = path.substring(slash + 1).replace("~1", "/").replace("~0", "~");
        switch (parent) {
            case ObjectNode object -> {
                if (op.equals("remove")) {
                    present(object.remove(last));
                } else {
                    object.set(last, value);
                }
            }
            case ArrayNode array -> {
                int index = last.equals("-") ? array.size() : Integer.parseInt(last);
                switch (op) {
                    case "add" -> array.insert(index, value);
                    case "remove" -> present(array.remove(index));
                    default -> array.set(index, value);
                }
            }
            default -> throw new IllegalArgumentException(op + " " + path + ": no such place");
        }
    }

    private static void present(JsonNode removed) {
        if (removed == null) {
            throw new IllegalArgumentException("remove: nothing there");
        }
    }
}
