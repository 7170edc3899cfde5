// SPDX-License-Identifier: Apache-2.0
package io.serin.local.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.admission.Admission;
import io.serin.local.admission.Attributes;
import io.serin.local.admission.Attributes.Operation;
import io.serin.local.api.Resources;
import io.serin.local.api.Times;
import io.serin.local.patch.Ownership;
import io.serin.local.resource.Catalog;
import io.serin.local.resource.Defaults;
import io.serin.local.resource.Faults;
import io.serin.local.resource.Fields;
import io.serin.local.resource.Kind;
import io.serin.local.resource.Validation;
import io.serin.local.store.Key;
import io.serin.local.store.Store;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Creates, updates and patches: an object is read, changed, brought into form, admitted, validated
 * and stored, and all of that again when somebody else was faster. Any thread; blocks while
 * webhooks are asked.
 */
public final class Verbs {

    private static final int ATTEMPTS = 30;
    private static final Set<String> NEEDS_VERSION =
            Set.of(
                    "Lease",
                    "CustomResourceDefinition",
                    "MutatingWebhookConfiguration",
                    "ValidatingWebhookConfiguration");

    private final Store store;
    private final Catalog catalog;
    private final Admission admission;
    private final Ownership ownership;
    private final Names names;
    private final Clock clock;

    public Verbs(
            Store store,
            Catalog catalog,
            Admission admission,
            Ownership ownership,
            Names names,
            Clock clock) {
        this.store = store;
        this.catalog = catalog;
        this.admission = admission;
        this.ownership = ownership;
        this.names = names;
        this.clock = clock;
    }

    /**
     * How an object changes.
     *
     * @param desired from the live object to the one that is wanted; neither null nor the live one
     * @param owns whether {@code desired} has seen to {@code managedFields} itself
     */
    public record Edit(UnaryOperator<ObjectNode> desired, boolean owns) {}

    public Optional<ObjectNode> get(Kind kind, String namespace, String name) {
        return store.get(key(kind, namespace, name)).map(object -> inVersion(kind, object));
    }

    /** What is stored in one version, in another: all of a kind's versions have the same fields. */
    public static ObjectNode inVersion(Kind kind, ObjectNode object) {
        String apiVersion = kind.resource().apiVersion();
        if (object.path("apiVersion").asText().equals(apiVersion)) {
            return object;
        }
        ObjectNode copy = object.deepCopy();
        copy.put("apiVersion", apiVersion);
        return copy;
    }

    /**
     * Creates an object.
     *
     * @param body not changed
     * @param owns whether it comes with {@code managedFields}, as from an apply
     * @throws io.serin.local.api.ApiFault when it can't be
     */
    public ObjectNode create(
            Kind kind, String namespace, ObjectNode body, boolean owns, Call call) {
        ObjectNode object = body.deepCopy();
        identify(kind, namespace, object);
        ObjectNode metadata = object.withObjectProperty("metadata");
        if (!metadata.path("resourceVersion").asText("").isEmpty()) {
            throw Faults.badRequest("resourceVersion should not be set on objects to be created");
        }
        requireNamespace(kind, namespace, metadata.path("name").asText(""));
        metadata.remove(
                List.of(
                        "uid",
                        "creationTimestamp",
                        "deletionTimestamp",
                        "deletionGracePeriodSeconds",
                        "generation",
                        "selfLink",
                        "resourceVersion"));
        if (!owns) {
            metadata.remove("managedFields");
        }
        settle(kind, object, call);
        if (kind.hasStatus() && !kind.is(Resources.NAMESPACES) && !call.isInProcess()) {
            resetStatus(kind, object);
        }
        if (!owns) {
            ObjectNode nothing = JsonNodeFactory.instance.objectNode();
            ownership.update(kind.shape(), nothing, object, writer(kind, "", call));
        }
        admission.mutate(
                attributes(
                        kind,
                        "",
                        namespace,
                        Operation.CREATE,
                        Optional.of(object),
                        Optional.empty(),
                        call),
                changed -> settle(kind, changed, call));
        metadata = object.withObjectProperty("metadata");
        metadata.put("uid", UUID.randomUUID().toString());
        metadata.put("creationTimestamp", now());
        if (kind.generation()) {
            metadata.put("generation", 1);
        }
        Births.prepare(kind, object, now());
        boolean generated =
                metadata.path("name").asText("").isEmpty()
                        && !metadata.path("generateName").asText("").isEmpty();
        for (int attempt = 0; ; attempt++) {
            if (generated) {
                metadata.put("name", names.generate(metadata.path("generateName").asText()));
            }
            String name = metadata.path("name").asText("");
            requireValid(kind, name, Validation.create(kind, object));
            if (store.get(key(kind, namespace, name)).isPresent()) {
                if (generated && attempt < ATTEMPTS) {
                    continue;
                }
                throw Faults.alreadyExists(kind, name);
            }
            admission.validate(
                    attributes(
                            kind,
                            "",
                            namespace,
                            Operation.CREATE,
                            Optional.of(object),
                            Optional.empty(),
                            call));
            if (call.dryRun()) {
                return object;
            }
            // Once more at the end: the namespace may have begun to go while webhooks were asked.
            requireNamespace(kind, namespace, name);
            Optional<ObjectNode> stored =
                    store.put(key(kind, namespace, name), Optional.empty(), object);
            if (stored.isPresent()) {
                if (kind.is(Resources.CUSTOM_RESOURCE_DEFINITIONS)) {
                    catalog.define(stored.get());
                }
                return stored.get();
            }
            if (!generated) {
                throw Faults.alreadyExists(kind, name);
            }
        }
    }

    /**
     * Changes an object.
     *
     * @param subresource {@code status} takes nothing but the status, empty all but the status
     * @throws io.serin.local.api.ApiFault when it can't be
     */
    public ObjectNode update(
            Kind kind, String namespace, String name, String subresource, Edit edit, Call call) {
        Key key = key(kind, namespace, name);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            ObjectNode stored = store.get(key).orElseThrow(() -> Faults.notFound(kind, name));
            ObjectNode live = inVersion(kind, stored);
            ObjectNode next = edit.desired().apply(live);
            identify(kind, namespace, next);
            checkIdentity(kind, name, live, next);
            Optional<ObjectNode> done =
                    change(kind, key, stored, live, next, subresource, edit, call);
            if (done.isPresent()) {
                return done.get();
            }
        }
        throw Faults.modified(kind, name);
    }

    private Optional<ObjectNode> change(
            Kind kind,
            Key key,
            ObjectNode stored,
            ObjectNode live,
            ObjectNode desired,
            String subresource,
            Edit edit,
            Call call) {
        ObjectNode next = desired;
        settle(kind, next, call);
        next = keep(kind, live, next, subresource, call);
        if (!edit.owns()) {
            ownership.update(kind.shape(), live, next, writer(kind, subresource, call));
        }
        Attributes attributes =
                attributes(
                        kind,
                        subresource,
                        key.namespace(),
                        Operation.UPDATE,
                        Optional.of(next),
                        Optional.of(live),
                        call);
        admission.mutate(attributes, changed -> settle(kind, changed, call));
        count(kind, live, next);
        if (kind.is(Resources.CUSTOM_RESOURCE_DEFINITIONS)) {
            Births.prepareDefinition(next, now());
        }
        requireValid(kind, key.name(), Validation.update(kind, live, next));
        admission.validate(attributes);
        if (Ownership.sameButForTimes(live, next)) {
            return Optional.of(live);
        }
        if (call.dryRun()) {
            return Optional.of(next);
        }
        if (Endings.isOver(kind, live, next)) {
            return store.remove(key, stored);
        }
        Optional<ObjectNode> done = store.put(key, Optional.of(stored), next);
        if (kind.is(Resources.CUSTOM_RESOURCE_DEFINITIONS)) {
            done.ifPresent(catalog::define);
        }
        return done;
    }

    /** Of what is wanted, all that this endpoint doesn't write is as it was. */
    private static ObjectNode keep(
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

    private static void count(Kind kind, ObjectNode live, ObjectNode next) {
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

    private void checkIdentity(Kind kind, String name, ObjectNode live, ObjectNode next) {
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
        String uid = metadata.path("uid").asText("");
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

    /** Fills in kind and namespace, and refuses others. */
    private static void identify(Kind kind, String namespace, ObjectNode object) {
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

    private void requireNamespace(Kind kind, String namespace, String name) {
        if (!kind.resource().namespaced()) {
            return;
        }
        Kind namespaces = catalog.of(Resources.NAMESPACES);
        ObjectNode found =
                store.get(key(namespaces, "", namespace))
                        .orElseThrow(() -> Faults.notFound(namespaces, namespace));
        if (found.path("metadata").has("deletionTimestamp")) {
            var fault =
                    Faults.forbidden(
                            kind,
                            name,
                            "unable to create new content in namespace "
                                    + namespace
                                    + " because it is being terminated");
            ((ObjectNode) fault.status().path("details"))
                    .putArray("causes")
                    .addObject()
                    .put("reason", "NamespaceTerminating")
                    .put("message", "namespace " + namespace + " is being terminated")
                    .put("field", "metadata.namespace");
            throw fault;
        }
    }

    /** Prunes and sets defaults. */
    private static void settle(Kind kind, ObjectNode object, Call call) {
        Fields.Found found = Fields.prune(kind.shape(), object);
        if (!found.mistyped().isEmpty()) {
            if (!kind.isCustom()) {
                throw Faults.badRequest(
                        kind.resource().kind()
                                + " in version \""
                                + kind.resource().version()
                                + "\" cannot be handled as a "
                                + kind.resource().kind()
                                + ": "
                                + String.join(", ", found.mistyped()));
            }
        }
        if (!found.unknown().isEmpty()) {
            switch (call.strictness()) {
                case IGNORE -> {}
                case WARN -> found.unknown().forEach(call::warn);
                case STRICT -> {
                    if (!call.isInProcess()) {
                        throw Faults.badRequest(
                                (kind.isCustom()
                                                ? ""
                                                : kind.resource().kind()
                                                        + " in version \""
                                                        + kind.resource().version()
                                                        + "\" cannot be handled as a "
                                                        + kind.resource().kind()
                                                        + ": ")
                                        + "strict decoding error: "
                                        + String.join(", ", found.unknown()));
                    }
                }
            }
        }
        Defaults.set(kind, object);
    }

    private static void resetStatus(Kind kind, ObjectNode object) {
        object.remove("status");
        // The same that a real API server puts there.
        Births.status(kind, object);
    }

    private static void requireValid(Kind kind, String name, List<Faults.Cause> causes) {
        if (!causes.isEmpty()) {
            throw Faults.invalid(kind, name, causes);
        }
    }

    static Attributes attributes(
            Kind kind,
            String subresource,
            String namespace,
            Operation operation,
            Optional<ObjectNode> object,
            Optional<ObjectNode> old,
            Call call) {
        String name = object.or(() -> old).orElseThrow().path("metadata").path("name").asText("");
        ObjectNode options = JsonNodeFactory.instance.objectNode();
        String kindOfOptions =
                switch (operation) {
                    case CREATE -> "CreateOptions";
                    case UPDATE -> "UpdateOptions";
                    case DELETE -> "DeleteOptions";
                    case CONNECT -> "PodExecOptions";
                };
        options.put("kind", kindOfOptions).put("apiVersion", "meta.k8s.io/v1");
        if (operation != Operation.DELETE) {
            options.put("fieldManager", call.manager());
        }
        if (call.dryRun()) {
            options.putArray("dryRun").add("All");
        }
        return new Attributes(
                kind,
                subresource,
                namespace,
                name,
                operation,
                object,
                old,
                options,
                call.dryRun(),
                call.user(),
                call::warn);
    }

    static Ownership.Writer writer(Kind kind, String subresource, Call call) {
        return new Ownership.Writer(call.manager(), kind.resource().apiVersion(), subresource);
    }

    static Key key(Kind kind, String namespace, String name) {
        return new Key(kind.collection(), kind.resource().namespaced() ? namespace : "", name);
    }

    private String now() {
        return Times.text(clock.instant());
    }
}
