// SPDX-License-Identifier: Apache-2.0
package io.serin.local.patch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.resource.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** The steps of a {@link FieldSet}: how items of lists are told apart. */
final class Steps {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Steps() {}

    static String field(String name) {
        return "f:" + name;
    }

    /** Of an item of a list that is not owned as a whole. */
    static String item(Shape.ListOf list, JsonNode item) {
        if (list.isSet()) {
            return "v:" + item;
        }
        TreeMap<String, JsonNode> keys = new TreeMap<>();
        for (String key : list.applyKeys()) {
            if (item.hasNonNull(key)) {
                keys.put(key, item.get(key));
            } else if (key.equals("protocol")) {
                // The one key that has a default: of ports.
                keys.put(key, JsonNodeFactory.instance.textNode("TCP"));
            }
        }
        ObjectNode written = JsonNodeFactory.instance.objectNode();
        keys.forEach(written::set);
        return "k:" + written;
    }

    static ObjectNode keys(String step) {
        try {
            return (ObjectNode) JSON.readTree(step.substring(2));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("managedFields: " + step, e);
        }
    }

    /** A list's items by their steps, in their order; of twins the last. */
    static Map<String, JsonNode> items(Shape.ListOf list, JsonNode items) {
        Map<String, JsonNode> steps = new LinkedHashMap<>();
        items.forEach(item -> steps.put(item(list, item), item));
        return steps;
    }
}
