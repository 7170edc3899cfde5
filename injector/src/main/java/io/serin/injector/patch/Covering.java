// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.patch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;

/**
 * Whether a tree holds all that another asks for, and perhaps more: what the API server fills in,
 * what other webhooks add. Pure.
 */
public final class Covering {

    private Covering() {}

    /**
     * Objects hold each field asked for, lists of objects each item, in that order. What is asked
     * to be empty may be missing, since Kubernetes leaves out most of what is.
     */
    public static boolean covers(JsonNode held, JsonNode wanted) {
        if (held.isMissingNode() && isEmpty(wanted)) {
            return true;
        }
        if (wanted.isObject()) {
            return held.isObject()
                    && wanted.properties().stream()
                            .allMatch(field -> covers(held.path(field.getKey()), field.getValue()));
        }
        if (wanted.isArray() && wanted.path(0).isObject()) {
            return held.isArray() && coversItems(held, wanted);
        }
        return held.equals(wanted);
    }

    private static boolean isEmpty(JsonNode node) {
        return node.isContainerNode()
                ? node.isEmpty()
                : node.asText().isEmpty() || node.isNumber() && node.asDouble() == 0;
    }

    private static boolean coversItems(JsonNode held, JsonNode wanted) {
        Iterator<JsonNode> items = held.iterator();
        for (JsonNode item : wanted) {
            boolean found = false;
            while (!found && items.hasNext()) {
                found = covers(items.next(), item);
            }
            if (!found) {
                return false;
            }
        }
        return true;
    }
}
