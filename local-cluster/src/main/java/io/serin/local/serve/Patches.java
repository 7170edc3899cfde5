// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ApiFault;
import io.serin.local.patch.JsonPatches;
import io.serin.local.patch.MergePatch;
import io.serin.local.patch.Ownership;
import io.serin.local.patch.StrategicMerge;
import io.serin.local.resource.Faults;
import io.serin.local.resource.Fields;
import io.serin.local.resource.Kind;
import io.serin.local.verb.Call;
import io.serin.local.verb.Verbs;
import java.util.List;
import java.util.function.UnaryOperator;

/** PATCH, by the patch's media type. */
final class Patches {

    private final Verbs verbs;
    private final Ownership ownership;

    Patches(Verbs verbs, Ownership ownership) {
        this.verbs = verbs;
        this.ownership = ownership;
    }

    /** What came of it. */
    record Patched(ObjectNode object, boolean created) {}

    Patched patch(Exchange exchange, Kind kind, RequestPath path, Call call) {
        if (exchange.contentType().equals("application/apply-patch+yaml")) {
            return apply(exchange, kind, path, call);
        }
        UnaryOperator<JsonNode> patch = changes(exchange, kind);
        ObjectNode object =
                verbs.update(
                        kind,
                        path.namespace(),
                        path.name(),
                        path.subresource(),
                        new Verbs.Edit(
                                live -> {
                                    // Of a copy: a patch that changes nothing hands it back.
                                    JsonNode patched = patch.apply(live.deepCopy());
                                    if (patched instanceof ObjectNode next) {
                                        return next;
                                    }
                                    throw Faults.badRequest("the patch makes it no object");
                                },
                                false),
                        call);
        return new Patched(object, false);
    }

    /** What the body does to an object, whatever of. */
    UnaryOperator<JsonNode> changes(Exchange exchange, Kind kind) {
        String type = exchange.contentType();
        JsonNode body = exchange.read();
        return switch (type) {
            case "application/json-patch+json" -> {
                if (!(body instanceof ArrayNode)) {
                    throw Faults.badRequest(
                            "a JSON patch is a list of operations, not " + body.getNodeType());
                }
                yield target -> json(kind, target, body);
            }
            case "application/merge-patch+json" -> target -> MergePatch.apply(target, body);
            case "application/strategic-merge-patch+json" -> {
                if (kind.isCustom()) {
                    throw unsupported(type, false);
                }
                yield target -> strategic(kind, target, exchange.object());
            }
            default -> throw unsupported(type, !kind.isCustom());
        };
    }

    private static JsonNode json(Kind kind, JsonNode target, JsonNode operations) {
        try {
            return JsonPatches.apply(target, operations);
        } catch (IllegalArgumentException e) {
            // As Kubernetes: it was understood, and can't be done.
            ApiFault fault =
                    ApiFault.of(
                            422,
                            "Invalid",
                            "the server rejected our request due to an error in our request: "
                                    + e.getMessage());
            fault.status().putObject("details").put("kind", kind.resource().plural());
            throw fault;
        }
    }

    private static JsonNode strategic(Kind kind, JsonNode target, ObjectNode patch) {
        try {
            return StrategicMerge.apply(kind.shape(), (ObjectNode) target, patch);
        } catch (IllegalArgumentException e) {
            throw Faults.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private static ApiFault unsupported(String type, boolean strategic) {
        return ApiFault.of(
                415,
                "UnsupportedMediaType",
                "the body of the request was in an unknown format ("
                        + type
                        + ") - accepted media types include: application/json-patch+json,"
                        + " application/merge-patch+json, "
                        + (strategic ? "application/strategic-merge-patch+json, " : "")
                        + "application/apply-patch+yaml");
    }

    private Patched apply(Exchange exchange, Kind kind, RequestPath path, Call call) {
        if (exchange.parameter("fieldManager").isEmpty()) {
            throw ApiFault.of(
                    422,
                    "Invalid",
                    "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is"
                            + " required for apply patch");
        }
        ObjectNode applied = exchange.object();
        checkApplied(kind, path, applied);
        if (path.subresource().isEmpty()) {
            // What is not known would otherwise be seen, and owned, as something.
            Fields.Found found = Fields.prune(kind.shape(), applied);
            if (!found.unknown().isEmpty() && call.strictness() == Call.Strictness.STRICT) {
                throw Faults.badRequest(
                        "failed to create typed patch object ("
                                + path.namespace()
                                + "/"
                                + path.name()
                                + "; "
                                + kind.resource().apiVersion()
                                + ", Kind="
                                + kind.resource().kind()
                                + "): "
                                + String.join(", ", found.unknown()));
            }
            if (call.strictness() == Call.Strictness.WARN) {
                found.unknown().forEach(call::warn);
            }
        }
        boolean force = exchange.flag("force");
        Ownership.Writer writer =
                new Ownership.Writer(
                        call.manager(), kind.resource().apiVersion(), path.subresource());
        UnaryOperator<ObjectNode> merge =
                live -> ownership.apply(kind.shape(), live, applied, writer, force);
        while (true) {
            if (verbs.get(kind, path.namespace(), path.name()).isPresent()
                    || !path.subresource().isEmpty()) {
                try {
                    return new Patched(
                            verbs.update(
                                    kind,
                                    path.namespace(),
                                    path.name(),
                                    path.subresource(),
                                    new Verbs.Edit(merge, true),
                                    call),
                            false);
                } catch (ApiFault fault) {
                    if (fault.code() != 404 || !path.subresource().isEmpty()) {
                        throw fault;
                    }
                }
            } else {
                try {
                    ObjectNode nothing = JsonNodeFactory.instance.objectNode();
                    return new Patched(
                            verbs.create(kind, path.namespace(), merge.apply(nothing), true, call),
                            true);
                } catch (ApiFault fault) {
                    if (!fault.reason().equals("AlreadyExists")) {
                        throw fault;
                    }
                }
            }
        }
    }

    private static void checkApplied(Kind kind, RequestPath path, ObjectNode applied) {
        if (!applied.path("metadata").path("managedFields").isMissingNode()) {
            throw Faults.badRequest("metadata.managedFields must be nil");
        }
        for (String field : List.of("apiVersion", "kind")) {
            if (applied.path(field).asText("").isEmpty()) {
                throw Faults.badRequest(
                        "an apply names its " + field + " (expected: as in a file)");
            }
        }
        ObjectNode metadata = applied.withObjectProperty("metadata");
        if (!metadata.has("name")) {
            metadata.put("name", path.name());
        }
        if (!metadata.path("name").asText().equals(path.name())) {
            throw Faults.badRequest(
                    "the name of the object ("
                            + metadata.path("name").asText()
                            + ") does not match the name on the URL ("
                            + path.name()
                            + ")");
        }
        if (!applied.path("kind").asText().equals(kind.resource().kind())) {
            throw Faults.badRequest(
                    "the kind of the object ("
                            + applied.path("kind").asText()
                            + ") does not match that of the URL ("
                            + kind.resource().kind()
                            + ")");
        }
    }
}
