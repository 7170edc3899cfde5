// SPDX-License-Identifier: Apache-2.0
package io.serin.local.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** The list {@code status.conditions}, in which each type stands once. */
final class Conditions {

    private Conditions() {}

    static Optional<ObjectNode> find(JsonNode status, String type) {
        for (JsonNode condition : status.path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return Optional.of((ObjectNode) condition);
            }
        }
        return Optional.empty();
    }

    static boolean isTrue(JsonNode status, String type) {
        return find(status, type).filter(c -> c.path("status").asText().equals("True")).isPresent();
    }

    static void remove(ObjectNode status, String type) {
        ArrayNode conditions = status.withArray("conditions");
        for (int i = conditions.size() - 1; i >= 0; i--) {
            if (conditions.get(i).path("type").asText().equals(type)) {
                conditions.remove(i);
            }
        }
        if (conditions.isEmpty()) {
            status.remove("conditions");
        }
    }

    /** Sets one; {@code lastTransitionTime} stays while the status does. */
    static void set(ObjectNode status, ObjectNode condition) {
        String type = condition.path("type").asText();
        find(status, type)
                .filter(held -> held.path("status").equals(condition.path("status")))
                .map(held -> held.path("lastTransitionTime"))
                .filter(JsonNode::isTextual)
                .ifPresent(since -> condition.set("lastTransitionTime", since));
        remove(status, type);
        status.withArray("conditions").add(condition);
    }

    static ObjectNode of(
            ObjectNode any, String type, boolean holds, String reason, String message, String now) {
        ObjectNode condition = any.objectNode();
        condition.put("type", type);
        condition.put("status", holds ? "True" : "False");
        condition.put("lastTransitionTime", now);
        condition.put("reason", reason);
        condition.put("message", message);
        return condition;
    }
}
