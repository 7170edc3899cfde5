// SPDX-License-Identifier: Apache-2.0
package io.serin.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What {@code metadata} says, by name. */
public final class Meta {

    private Meta() {}

    public static String namespace(JsonNode object) {
        return object.path("metadata").path("namespace").asText();
    }

    public static String name(JsonNode object) {
        return object.path("metadata").path("name").asText();
    }

    public static String uid(JsonNode object) {
        return object.path("metadata").path("uid").asText();
    }

    public static long generation(JsonNode object) {
        return object.path("metadata").path("generation").asLong();
    }

    /** RFC 3339 with seconds, hence comparable as text. */
    public static String creation(JsonNode object) {
        return object.path("metadata").path("creationTimestamp").asText();
    }

    /** Whether it was deleted and is still there. */
    public static boolean isTerminating(JsonNode object) {
        return object.path("metadata").hasNonNull("deletionTimestamp");
    }

    public static Map<String, String> labels(JsonNode object) {
        return strings(object.path("metadata").path("labels"));
    }

    public static String label(JsonNode object, String key) {
        return object.path("metadata").path("labels").path(key).asText();
    }

    public static String annotation(JsonNode object, String key) {
        return object.path("metadata").path("annotations").path(key).asText();
    }

    /** The owner that manages it. */
    public static Optional<JsonNode> controller(JsonNode object) {
        for (JsonNode owner : object.path("metadata").path("ownerReferences")) {
            if (owner.path("controller").asBoolean()) {
                return Optional.of(owner);
            }
        }
        return Optional.empty();
    }

    public static boolean isControlledBy(JsonNode object, JsonNode owner) {
        return controller(object)
                .filter(reference -> reference.path("uid").asText().equals(uid(owner)))
                .isPresent();
    }

    /** An object of strings, e.g. labels or a Service's selector. */
    public static Map<String, String> strings(JsonNode object) {
        Map<String, String> strings = new TreeMap<>();
        object.properties()
                .forEach(entry -> strings.put(entry.getKey(), entry.getValue().asText()));
        return strings;
    }

    /** Makes {@code owner} the one that manages {@code object}. */
    public static void setController(ObjectNode object, Resource kind, JsonNode owner) {
        ObjectNode reference =
                object.withObject("/metadata").withArray("ownerReferences").addObject();
        reference.put("apiVersion", kind.apiVersion());
        reference.put("kind", kind.kind());
        reference.put("name", name(owner));
        reference.put("uid", uid(owner));
        reference.put("controller", true);
        reference.put("blockOwnerDeletion", true);
    }
}
