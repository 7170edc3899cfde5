// SPDX-License-Identifier: Apache-2.0
package io.serin.local.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.resource.Faults;
import io.serin.local.resource.Kind;
import java.util.List;
import java.util.Set;

/** Which object a request is about: what its body says has to be what its path says. */
final class Identity {

    private static final Set<String> NEEDS_VERSION =
            Set.of(
                    "Lease",
                    "CustomResourceDefinition",
                    "MutatingWebhookConfiguration",
                    "ValidatingWebhookConfiguration");

    private Identity() {}

    /** Fills in kind and namespace, and refuses others. */
    static void fillIn(Kind kind, String namespace, ObjectNode object) {
        String apiVersion = kind.resource().apiVersion();
        String stated = object.path("apiVersion").asText(apiVersion);
        String statedKind = object.path("kind").asText(kind.resource().kind());
        if (!stated.equals(apiVersion) || !statedKind.equals(kind.resource().kind())) {
            throw Faults.badRequest(
                    statedKind
                            + " in version \""
                            + stated
                            + "\" cannot be handled as a "
                            + kind.resource().kind()
                            + " of "
                            + apiVersion);
        }
        object.put("apiVersion", apiVersion);
        object.put("kind", kind.resource().kind());
        ObjectNode metadata = object.withObjectProperty("metadata");
        String own = metadata.path("namespace").asText("");
        if (!own.isEmpty() && !own.equals(namespace)) {
            throw Faults.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the"
                            + " request");
        }
        if (kind.resource().namespaced()) {
            metadata.put("namespace", namespace);
        } else {
            metadata.remove("namespace");
        }
    }

    /** An update is of the object that it was asked of, and of the version that was seen. */
    static void check(Kind kind, String name, ObjectNode live, ObjectNode next) {
        JsonNode metadata = next.path("metadata");
        String stated = metadata.path("name").asText("");
        if (!stated.equals(name)) {
            throw Faults.badRequest(
                    "the name of the object ("
                            + stated
                            + ") does not match the name on the URL ("
                            + name
                            + ")");
        }
        requireUid(kind, name, metadata.path("uid").asText(""), live);
        String version = metadata.path("resourceVersion").asText("");
        if (version.isEmpty()) {
            if (kind.isCustom() || NEEDS_VERSION.contains(kind.resource().kind())) {
                throw Faults.invalid(
                        kind,
                        name,
                        List.of(
                                new Faults.Cause(
                                        "metadata.resourceVersion",
                                        "FieldValueInvalid",
                                        "Invalid value: 0: must be specified for an update")));
            }
        } else if (!version.equals(live.path("metadata").path("resourceVersion").asText())) {
            throw Faults.modified(kind, name);
        }
    }

    /** Empty: any. */
    static void requireUid(Kind kind, String name, String uid, ObjectNode live) {
        String held = live.path("metadata").path("uid").asText();
        if (!uid.isEmpty() && !uid.equals(held)) {
            throw Faults.conflict(
                    kind,
                    name,
                    "Precondition failed: UID in precondition: "
                            + uid
                            + ", UID in object meta: "
                            + held);
        }
    }
}
