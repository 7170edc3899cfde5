// SPDX-License-Identifier: Apache-2.0
package io.serin.local.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.Resources;
import io.serin.local.resource.Defaults;
import io.serin.local.resource.Faults;
import io.serin.local.resource.Fields;
import io.serin.local.resource.Kind;
import java.util.List;
import java.util.Set;

/**
 * What is stored of what was asked: the fields that there are, with defaults, where each may write.
 */
final class Form {

    private Form() {}

    /** Prunes and sets defaults. */
    static void settle(Kind kind, ObjectNode object, Call call) {
        Fields.Found found = Fields.prune(kind.shape(), object);
        if (!found.mistyped().isEmpty() && !kind.isCustom()) {
            throw Faults.badRequest(cannotBe(kind) + String.join(", ", found.mistyped()));
        }
        if (!found.unknown().isEmpty()) {
            switch (call.strictness()) {
                case IGNORE -> {}
                case WARN -> found.unknown().forEach(call::warn);
                case STRICT -> {
                    if (!call.isInProcess()) {
                        throw Faults.badRequest(
                                (kind.isCustom() ? "" : cannotBe(kind))
                                        + "strict decoding error: "
                                        + String.join(", ", found.unknown()));
                    }
                }
            }
        }
        Defaults.set(kind, object);
        omitEmpty(object.withObjectProperty("metadata"));
    }

    /** As the encoding of {@code ObjectMeta} does. */
    private static void omitEmpty(ObjectNode metadata) {
        metadata.removeIf(value -> value.isContainerNode() && value.isEmpty());
    }

    private static String cannotBe(Kind kind) {
        String name = kind.resource().kind();
        return "%s in version \"%s\" cannot be handled as a %s: "
                .formatted(name, kind.resource().version(), name);
    }

    static void resetStatus(Kind kind, ObjectNode object) {
        object.remove("status");
        // The same that a real API server puts there.
        Births.status(kind, object);
    }

    /** Of what is wanted, all that this endpoint doesn't write is as it was. */
    static ObjectNode keep(
            Kind kind, ObjectNode live, ObjectNode desired, String subresource, Call call) {
        ObjectNode next = desired;
        if (subresource.equals("status")) {
            next = live.deepCopy();
            JsonNode status = desired.path("status");
            JsonNode managed = desired.path("metadata").path("managedFields");
            if (status.isMissingNode()) {
                next.remove("status");
            } else {
                next.set("status", status);
            }
            if (managed.isArray()) {
                next.withObjectProperty("metadata").set("managedFields", managed);
            }
        } else if (kind.hasStatus()) {
            if (live.has("status")) {
                next.set("status", live.get("status"));
            } else {
                next.remove("status");
            }
            if (kind.is(Resources.NAMESPACES)
                    && !call.isInProcess()
                    && !subresource.equals("finalize")) {
                // Only the controller of namespaces says when one is empty.
                next.set("spec", live.path("spec"));
            }
        }
        ObjectNode metadata = next.withObjectProperty("metadata");
        JsonNode before = live.path("metadata");
        for (String field :
                List.of(
                        "uid",
                        "creationTimestamp",
                        "generation",
                        "deletionTimestamp",
                        "deletionGracePeriodSeconds",
                        "generateName",
                        "resourceVersion")) {
            if (before.has(field)) {
                metadata.set(field, before.get(field));
            } else {
                metadata.remove(field);
            }
        }
        if (!metadata.has("managedFields") && before.has("managedFields")) {
            metadata.set("managedFields", before.get("managedFields"));
        }
        return next;
    }

    /** A generation is one of what is wanted, not of what is. */
    static void count(Kind kind, ObjectNode live, ObjectNode next) {
        if (kind.generation() && !content(live).equals(content(next))) {
            next.withObjectProperty("metadata")
                    .put("generation", live.path("metadata").path("generation").asLong(0) + 1);
        }
    }

    private static ObjectNode content(ObjectNode object) {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        object.properties().stream()
                .filter(field -> !Set.of("metadata", "status").contains(field.getKey()))
                .forEach(field -> content.set(field.getKey(), field.getValue()));
        return content;
    }
}
