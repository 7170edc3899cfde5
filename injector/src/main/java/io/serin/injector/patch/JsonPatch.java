// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.patch;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.zjsonpatch.JsonDiff;

/** RFC 6902. Pure. */
public final class JsonPatch {

    private JsonPatch() {}

    /** The operations that make one tree of the other; an empty array when they are equal. */
    public static JsonNode between(JsonNode before, JsonNode after) {
        return JsonDiff.asJson(before, after);
    }
}
