// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;

/**
 * Lays a container over another, as Kubernetes' strategic merge does: fields one by one, lists that
 * have a key item by item, other lists whole. Pure.
 */
public final class ContainerMerge {

    /** The field that tells a list's items apart. */
    private static final Map<String, String> KEYS =
            Map.of(
                    "env", "name",
                    "ports", "containerPort",
                    "volumeMounts", "mountPath",
                    "volumeDevices", "devicePath",
                    "resizePolicy", "resourceName");

    /** Of these an object holds one; so the one that comes takes the place of the one there. */
    private static final Set<String> HANDLERS =
            Set.of("exec", "grpc", "httpGet", "sleep", "tcpSocket");

    private ContainerMerge() {}

    /** What is below, with what is above laid over it; both stay as they are. */
    public static ObjectNode lay(JsonNode above, JsonNode below) {
        ObjectNode merged = below.deepCopy();
        if (HANDLERS.stream().anyMatch(above::has)) {
            merged.remove(HANDLERS);
        }
        above.properties()
                .forEach(field -> {
                    JsonNode held = merged.path(field.getKey());
                    merged.set(field.getKey(), laid(field.getKey(), field.getValue(), held));
                });
        return merged;
    }

    private static JsonNode laid(String field, JsonNode above, JsonNode below) {
        if (above.isObject() && below.isObject()) {
            return lay(above, below);
        }
        String key = KEYS.get(field);
        return key != null && above.isArray() && below.isArray()
                ? items(key, above, below)
                : above.deepCopy();
    }

    private static ArrayNode items(String key, JsonNode above, JsonNode below) {
        ArrayNode merged = JsonNodeFactory.instance.arrayNode();
        for (JsonNode item : below) {
            merged.add(find(key, item.path(key), above, item));
        }
        for (JsonNode item : above) {
            JsonNode held = item.path(key);
            if (find(key, held, below, JsonNodeFactory.instance.missingNode()).isMissingNode()) {
                merged.add(item);
            }
        }
        return merged;
    }

    private static JsonNode find(String key, JsonNode value, JsonNode items, JsonNode otherwise) {
        for (JsonNode item : items) {
            if (!value.isMissingNode() && item.path(key).equals(value)) {
                return item;
            }
        }
        return otherwise;
    }
}
