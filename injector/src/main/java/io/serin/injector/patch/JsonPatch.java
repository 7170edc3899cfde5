// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.patch;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.zjsonpatch.DiffFlags;
import io.fabric8.zjsonpatch.JsonDiff;
import java.util.EnumSet;

/** RFC 6902. Pure. */
public final class JsonPatch {

    private JsonPatch() {}

    /**
     * The operations that make one tree of the other: add, remove, replace, and no others, so that
     * a person can read each by itself. An empty array when the trees are equal.
     */
    public static JsonNode between(JsonNode before, JsonNode after) {
        return JsonDiff.asJson(
                before,
                after,
                EnumSet.of(
                        DiffFlags.OMIT_VALUE_ON_REMOVE,
                        DiffFlags.OMIT_MOVE_OPERATION,
                        DiffFlags.OMIT_COPY_OPERATION));
    }
}
