// SPDX-License-Identifier: Apache-2.0
package io.serin.local.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** The defaults of a structural schema. */
final class SchemaDefaults {

    private SchemaDefaults() {}

    static void set(JsonNode schema, JsonNode value) {
        if (value instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
                JsonNode standard = property.getValue().get("default");
                JsonNode held = object.get(property.getKey());
                if (held == null && standard != null && !standard.isNull()) {
                    object.set(property.getKey(), standard.deepCopy());
                }
                set(property.getValue(), object.path(property.getKey()));
            }
            JsonNode additional = schema.path("additionalProperties");
            if (additional.isObject()) {
                object.forEach(entry -> set(additional, entry));
            }
        } else if (value.isArray()) {
            value.forEach(item -> set(schema.path("items"), item));
        }
    }
}
