// SPDX-License-Identifier: Apache-2.0
package io.serin.local.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ApiFault;
import io.serin.local.api.ClusterApi;
import io.serin.local.api.DeleteOptions;
import io.serin.local.api.Meta;
import io.serin.local.api.Resource;
import io.serin.local.api.WatchEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What is owned goes with its owners. A key's namespace is the owner's uid here: reconciling it
 * means to look at all that names it. Who names whom is kept from the watches.
 */
final class Garbage implements Reconciler {

    private static final String FOREGROUND = "foregroundDeletion";
    private static final String ORPHAN = "orphan";
    private static final Duration SOON = Duration.ofMillis(200);

    private record Owned(Resource resource, String namespace, String name, String uid) {}

    private record Owner(Resource resource, String namespace, String name) {}

    private final ClusterApi api;
    private final Supplier<List<Resource>> served;
    private final Map<String, Set<Owned>> ownedBy = new ConcurrentHashMap<>();
    private final Map<String, Owner> owners = new ConcurrentHashMap<>();

    Garbage(ClusterApi api, Supplier<List<Resource>> served) {
        this.api = api;
        this.served = served;
    }

    /**
     * Keeps the picture; names what has to be looked at. Called from watches, hence never blocks.
     */
    void saw(Resource resource, WatchEvent event, Loop loop) {
        ObjectNode object = event.object();
        Owned owned =
                new Owned(resource, Meta.namespace(object), Meta.name(object), Meta.uid(object));
        for (JsonNode reference : object.path("metadata").path("ownerReferences")) {
            String uid = reference.path("uid").asText();
            if (event.type() == WatchEvent.Type.DELETED) {
                ownedBy.computeIfPresent(
                        uid,
                        (_, all) -> {
                            all.remove(owned);
                            return all.isEmpty() ? null : all;
                        });
            } else {
                ownedBy.compute(
                        uid,
                        (_, all) -> {
                            Set<Owned> some = all == null ? ConcurrentHashMap.newKeySet() : all;
                            some.add(owned);
                            return some;
                        });
            }
            // Its owner may have gone before it came, or wait for it to go.
            if (event.type() != WatchEvent.Type.MODIFIED || Meta.isTerminating(object)) {
                remember(reference, owned);
                loop.add(new Key(uid, ""));
            }
        }
        if (event.type() == WatchEvent.Type.DELETED || Meta.isTerminating(object)) {
            owners.put(owned.uid(), new Owner(resource, owned.namespace(), owned.name()));
            loop.add(new Key(owned.uid(), ""));
        }
    }

    private void remember(JsonNode reference, Owned owned) {
        String uid = reference.path("uid").asText();
        String apiVersion = reference.path("apiVersion").asText();
        String kind = reference.path("kind").asText();
        served.get().stream()
                .filter(r -> r.kind().equals(kind) && r.apiVersion().equals(apiVersion))
                .findFirst()
                .ifPresent(resource ->
                        owners.putIfAbsent(
                                uid,
                                new Owner(
                                        resource,
                                        resource.namespaced() ? owned.namespace() : "",
                                        reference.path("name").asText())));
    }

    @Override
    public Optional<Duration> reconcile(Key key) {
        String uid = key.namespace();
        Owner owner = owners.get(uid);
        Set<Owned> owned = ownedBy.getOrDefault(uid, Set.of());
        if (owner == null) {
            return Optional.empty();
        }
        Optional<ObjectNode> there =
                api.get(owner.resource(), owner.namespace(), owner.name())
                        .filter(object -> Meta.uid(object).equals(uid));
        if (there.isEmpty()) {
            owned.forEach(one -> release(one, uid, true));
            if (owned.isEmpty()) {
                owners.remove(uid);
                return Optional.empty();
            }
            return Optional.of(SOON);
        }
        if (!Meta.isTerminating(there.get())) {
            return Optional.empty();
        }
        if (hasFinalizer(there.get(), ORPHAN)) {
            owned.forEach(one -> release(one, uid, false));
            finish(owner, ORPHAN);
        } else if (hasFinalizer(there.get(), FOREGROUND)) {
            boolean blocked = false;
            for (Owned one : owned) {
                blocked |= release(one, uid, true);
            }
            if (blocked) {
                return Optional.of(SOON);
            }
            finish(owner, FOREGROUND);
        }
        return Optional.empty();
    }

    /**
     * Takes an owner from an object: the object goes when that was its last, if it shall.
     *
     * @return whether it is still there
     */
    private boolean release(Owned one, String ownerUid, boolean delete) {
        Optional<ObjectNode> there =
                api.get(one.resource(), one.namespace(), one.name())
                        .filter(object -> Meta.uid(object).equals(one.uid()));
        if (there.isEmpty()) {
            ownedBy.getOrDefault(ownerUid, Set.of()).remove(one);
            return false;
        }
        JsonNode references = there.get().path("metadata").path("ownerReferences");
        boolean last = references.size() == 1;
        try {
            if (delete && last) {
                if (!Meta.isTerminating(there.get())) {
                    api.delete(
                            one.resource(), one.namespace(), one.name(), DeleteOptions.BACKGROUND);
                }
                return true;
            }
            api.edit(
                    one.resource(), one.namespace(), one.name(), found -> without(found, ownerUid));
        } catch (ApiFault gone) {
            if (gone.code() != 404) {
                throw gone;
            }
        }
        ownedBy.getOrDefault(ownerUid, Set.of()).remove(one);
        return false;
    }

    private static ObjectNode without(ObjectNode object, String ownerUid) {
        ObjectNode metadata = object.withObject("/metadata");
        ArrayNode references = metadata.withArray("ownerReferences");
        for (int i = references.size() - 1; i >= 0; i--) {
            if (references.get(i).path("uid").asText().equals(ownerUid)) {
                references.remove(i);
            }
        }
        if (references.isEmpty()) {
            metadata.remove("ownerReferences");
        }
        return object;
    }

    private void finish(Owner owner, String finalizer) {
        api.edit(
                owner.resource(),
                owner.namespace(),
                owner.name(),
                found -> {
                    ArrayNode finalizers = found.withObject("/metadata").withArray("finalizers");
                    for (int i = finalizers.size() - 1; i >= 0; i--) {
                        if (finalizers.get(i).asText().equals(finalizer)) {
                            finalizers.remove(i);
                        }
                    }
                    return found;
                });
    }

    private static boolean hasFinalizer(JsonNode object, String finalizer) {
        for (JsonNode held : object.path("metadata").path("finalizers")) {
            if (held.asText().equals(finalizer)) {
                return true;
            }
        }
        return false;
    }
}
