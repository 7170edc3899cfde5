// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** metav1.LabelSelector as the API server reads it: an empty one selects everything. */
record Selector(JsonNode json) {

    boolean selects(Map<String, String> labels) {
        for (Map.Entry<String, JsonNode> label : json.path("matchLabels").properties()) {
            if (!label.getValue().asText().equals(labels.get(label.getKey()))) {
                return false;
            }
        }
        for (JsonNode expression : json.path("matchExpressions")) {
            if (!holds(expression, labels)) {
                return false;
            }
        }
        return true;
    }

    private static boolean holds(JsonNode expression, Map<String, String> labels) {
        String key = expression.path("key").asText();
        boolean exists = labels.containsKey(key);
        return switch (expression.path("operator").asText()) {
            case "In" -> exists && lists(expression, labels.getOrDefault(key, ""));
            case "NotIn" -> !exists || !lists(expression, labels.getOrDefault(key, ""));
            case "Exists" -> exists;
            case "DoesNotExist" -> !exists;
            // The API server keeps no other.
            default -> false;
        };
    }

    private static boolean lists(JsonNode expression, String value) {
        for (JsonNode listed : expression.path("values")) {
            if (listed.asText().equals(value)) {
                return true;
            }
        }
        return false;
    }
}
