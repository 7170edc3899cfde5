// SPDX-License-Identifier: Apache-2.0
package io.serin.local.patch;

import com.fasterxml.jackson.databind.JsonNode;
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
            return JsonPatch.apply(operations, target);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
        }
    }
}
