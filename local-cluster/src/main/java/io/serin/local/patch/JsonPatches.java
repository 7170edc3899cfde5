// SPDX-License-Identifier: Apache-2.0
package io.serin.local.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.zjsonpatch.JsonPatch;

/** JSON patch, RFC 6902. */
public final class JsonPatches {

    private JsonPatches() {}

    /**
     * The target with the operations done; it is not changed.
     *
     * @throws IllegalArgumentException when an operation can't be done: a test fails, a path is not
     *     there
     */
    public static JsonNode apply(JsonNode target, JsonNode operations) {
        try {
            JsonNode done = target;
            for (JsonNode operation : operations) {
                requireSource(done, operation);
                done = JsonPatch.apply(JsonNodeFactory.instance.arrayNode().add(operation), done);
            }
            return done;
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
        }
    }

    /** The library removes what is not there. */
    private static void requireSource(JsonNode target, JsonNode operation) {
        String name = operation.path("op").asText();
        String source =
                switch (name) {
                    case "remove" -> operation.path("path").asText();
                    case "move", "copy" -> operation.path("from").asText();
                    default -> "";
                };
        if (target.at(source).isMissingNode()) {
            throw new IllegalArgumentException(
                    name
                            + " operation does not apply: doc is missing path: \""
                            + source
                            + "\": missing value");
        }
    }
}
