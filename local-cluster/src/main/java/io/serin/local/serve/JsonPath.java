// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of JSONPath that printer columns use: {@code .a.b}, {@code [0]}, and {@code
 * [?(@.type=="X")]}.
 */
final class JsonPath {

    private static final Pattern STEP =
            Pattern.compile(
                    "\\.([A-Za-z0-9_-]+)|\\[(\\d+)]|\\[\\?\\(@\\.([A-Za-z0-9_]+)=="
                            + "[\"']([^\"']*)[\"']\\)]");

    private JsonPath() {}

    static JsonNode find(JsonNode object, String path) {
        Matcher steps = STEP.matcher(path);
        JsonNode at = object;
        int end = 0;
        while (steps.find() && steps.start() == end) {
            end = steps.end();
            if (steps.group(1) != null) {
                at = at.path(steps.group(1));
            } else if (steps.group(2) != null) {
                at = at.path(Integer.parseInt(steps.group(2)));
            } else {
                at = first(at, steps.group(3), steps.group(4));
            }
        }
        return end == path.length() ? at : MissingNode.getInstance();
    }

    private static JsonNode first(JsonNode list, String field, String value) {
        for (JsonNode item : list) {
            if (item.path(field).asText().equals(value)) {
                return item;
            }
        }
        return MissingNode.getInstance();
    }
}
