// SPDX-License-Identifier: Apache-2.0
package io.serin.local.resource;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ApiFault;
import java.util.List;
import java.util.stream.Collectors;

/** The ways in which the API says no, in Kubernetes' words. */
public final class Faults {

    private Faults() {}

    /**
     * What is wrong with a field.
     *
     * @param reason e.g. {@code FieldValueRequired}
     * @param message without the field
     */
    public record Cause(String field, String reason, String message) {

        public static Cause required(String field, String detail) {
            return new Cause(
                    field,
                    "FieldValueRequired",
                    "Required value" + (detail.isEmpty() ? "" : ": " + detail));
        }

        public static Cause invalid(String field, Object value, String detail) {
            return new Cause(
                    field, "FieldValueInvalid", "Invalid value: " + show(value) + ": " + detail);
        }

        public static Cause duplicate(String field, Object value) {
            return new Cause(field, "FieldValueDuplicate", "Duplicate value: " + show(value));
        }

        public static Cause unsupported(String field, Object value, List<String> supported) {
            return new Cause(
                    field,
                    "FieldValueNotSupported",
                    "Unsupported value: "
                            + show(value)
                            + ": supported values: "
                            + supported.stream()
                                    .map(Cause::show)
                                    .collect(Collectors.joining(", ")));
        }

        public static Cause notFound(String field, Object value) {
            return new Cause(field, "FieldValueNotFound", "Not found: " + show(value));
        }

        public static Cause forbidden(String field, String detail) {
            return new Cause(field, "FieldValueForbidden", "Forbidden: " + detail);
        }

        @Override
        public String toString() {
            return field + ": " + message;
        }

        private static String show(Object value) {
            return value instanceof String text ? "\"" + text + "\"" : value.toString();
        }
    }

    public static ApiFault notFound(Kind kind, String name) {
        return about(
                kind,
                name,
                404,
                "NotFound",
                kind.resource().qualified() + " \"" + name + "\" not found");
    }

    public static ApiFault notFoundPath(String path) {
        ApiFault fault =
                ApiFault.of(404, "NotFound", "the server could not find the requested resource");
        fault.status().putObject("details").put("path", path);
        return fault;
    }

    public static ApiFault alreadyExists(Kind kind, String name) {
        return about(
                kind,
                name,
                409,
                "AlreadyExists",
                kind.resource().qualified() + " \"" + name + "\" already exists");
    }

    public static ApiFault conflict(Kind kind, String name, String why) {
        return about(
                kind,
                name,
                409,
                "Conflict",
                "Operation cannot be fulfilled on "
                        + kind.resource().qualified()
                        + " \""
                        + name
                        + "\": "
                        + why);
    }

    public static ApiFault modified(Kind kind, String name) {
        return conflict(
                kind,
                name,
                "the object has been modified; please apply your changes to the latest version"
                        + " and try again");
    }

    public static ApiFault forbidden(Kind kind, String name, String why) {
        return about(
                kind,
                name,
                403,
                "Forbidden",
                kind.resource().qualified() + " \"" + name + "\" is forbidden: " + why);
    }

    public static ApiFault invalid(Kind kind, String name, List<Cause> causes) {
        String why =
                causes.size() == 1
                        ? causes.getFirst().toString()
                        : causes.stream()
                                .map(Cause::toString)
                                .collect(Collectors.joining(", ", "[", "]"));
        ApiFault fault =
                ApiFault.of(
                        422,
                        "Invalid",
                        kind.qualifiedKind() + " \"" + name + "\" is invalid: " + why);
        ObjectNode details = fault.status().putObject("details");
        details.put("name", name);
        if (!kind.resource().group().isEmpty()) {
            details.put("group", kind.resource().group());
        }
        details.put("kind", kind.resource().kind());
        ArrayNode list = details.putArray("causes");
        for (Cause cause : causes) {
            list.addObject()
                    .put("reason", cause.reason())
                    .put("message", cause.message())
                    .put("field", cause.field());
        }
        return fault;
    }

    public static ApiFault badRequest(String message) {
        return ApiFault.of(400, "BadRequest", message);
    }

    public static ApiFault expired(String message) {
        return ApiFault.of(410, "Expired", message);
    }

    public static ApiFault methodNotAllowed() {
        return ApiFault.of(
                405,
                "MethodNotAllowed",
                "the server does not allow this method on the requested" + " resource");
    }

    private static ApiFault about(Kind kind, String name, int code, String reason, String message) {
        ApiFault fault = ApiFault.of(code, reason, message);
        ObjectNode details = fault.status().putObject("details");
        details.put("name", name);
        if (!kind.resource().group().isEmpty()) {
            details.put("group", kind.resource().group());
        }
        details.put("kind", kind.resource().plural());
        return fault;
    }
}
