// SPDX-License-Identifier: Apache-2.0
package io.serin.local.verb;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.admission.Admission;
import io.serin.local.admission.Attributes;
import io.serin.local.admission.Attributes.Operation;
import io.serin.local.api.Resources;
import io.serin.local.api.Times;
import io.serin.local.patch.Ownership;
import io.serin.local.resource.Catalog;
import io.serin.local.resource.Faults;
import io.serin.local.resource.Kind;
import io.serin.local.resource.Validation;
import io.serin.local.store.Key;
import io.serin.local.store.Store;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Creates, updates and patches: an object is read, changed, brought into form, admitted, validated
 * and stored, and all of that again when somebody else was faster. Any thread; blocks while
 * webhooks are asked.
 */
public final class Verbs {

    private static final int ATTEMPTS = 30;
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
        Identity.fillIn(kind, namespace, object);
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
        Form.settle(kind, object, call);
        if (kind.hasStatus() && !kind.is(Resources.NAMESPACES) && !call.isInProcess()) {
            Form.resetStatus(kind, object);
        }
        if (!owns) {
            ObjectNode nothing = JsonNodeFactory.instance.objectNode();
            ownership.update(kind.shape(), nothing, object, call.writer(kind, ""));
        }
        admission.mutate(
                call.attributes(
                        kind,
                        "",
                        namespace,
                        Operation.CREATE,
                        Optional.of(object),
                        Optional.empty()),
                changed -> Form.settle(kind, changed, call));
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
                    call.attributes(
                            kind,
                            "",
                            namespace,
                            Operation.CREATE,
                            Optional.of(object),
                            Optional.empty()));
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
            Identity.fillIn(kind, namespace, next);
            Identity.check(kind, name, live, next);
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
        Form.settle(kind, next, call);
        next = Form.keep(kind, live, next, subresource, call);
        if (!edit.owns()) {
            ownership.update(kind.shape(), live, next, call.writer(kind, subresource));
        }
        Attributes attributes =
                call.attributes(
                        kind,
                        subresource,
                        key.namespace(),
                        Operation.UPDATE,
                        Optional.of(next),
                        Optional.of(live));
        admission.mutate(attributes, changed -> Form.settle(kind, changed, call));
        Form.count(kind, live, next);
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

    private static void requireValid(Kind kind, String name, List<Faults.Cause> causes) {
        if (!causes.isEmpty()) {
            throw Faults.invalid(kind, name, causes);
        }
    }

    static Key key(Kind kind, String namespace, String name) {
        return new Key(kind.collection(), kind.resource().namespaced() ? namespace : "", name);
    }

    private String now() {
        return Times.text(clock.instant());
    }
}
