// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ApiFault;
import io.serin.local.api.ClusterApi;
import io.serin.local.api.DeleteOptions;
import io.serin.local.api.Meta;
import io.serin.local.api.Resource;
import io.serin.local.api.WatchEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** As much of the API as a node needs: objects in memory, watches, graceful deletion of pods. */
final class FakeApi implements ClusterApi {

    private record Key(String plural, String namespace, String name) {}

    private final Map<Key, ObjectNode> objects = new LinkedHashMap<>();
    private final Map<Consumer<WatchEvent>, String> watches = new LinkedHashMap<>();
    private final ExecutorService queue =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
    private long version;

    private static Key key(Resource resource, ObjectNode object) {
        return new Key(resource.plural(), Meta.namespace(object), Meta.name(object));
    }

    private void tell(WatchEvent.Type type, Resource resource, ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        List<Consumer<WatchEvent>> listeners = new ArrayList<>();
        watches.forEach((listener, plural) -> {
            if (plural.equals(resource.plural())) {
                listeners.add(listener);
            }
        });
        queue.execute(() -> listeners.forEach(l -> l.accept(new WatchEvent(type, copy))));
    }

    private ObjectNode put(WatchEvent.Type type, Resource resource, ObjectNode object) {
        object.withObject("/metadata").put("resourceVersion", Long.toString(++version));
        objects.put(key(resource, object), object);
        tell(type, resource, object);
        return object.deepCopy();
    }

    @Override
    public synchronized Optional<ObjectNode> get(Resource resource, String namespace, String name) {
        return Optional.ofNullable(objects.get(new Key(resource.plural(), namespace, name)))
                .map(ObjectNode::deepCopy);
    }

    @Override
    public synchronized List<ObjectNode> list(
            Resource resource, String namespace, Predicate<ObjectNode> which) {
        return objects.entrySet().stream()
                .filter(entry ->
                        entry.getKey().plural().equals(resource.plural())
                                && (namespace.isEmpty()
                                        || entry.getKey().namespace().equals(namespace)))
                .map(Map.Entry::getValue)
                .filter(which)
                .toList();
    }

    @Override
    public synchronized ObjectNode create(Resource resource, ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        if (objects.containsKey(key(resource, copy))) {
            throw ApiFault.of(409, "AlreadyExists", Meta.name(copy));
        }
        copy.withObject("/metadata").put("uid", UUID.randomUUID().toString());
        return put(WatchEvent.Type.ADDED, resource, copy);
    }

    @Override
    public synchronized ObjectNode update(Resource resource, ObjectNode object) {
        return put(WatchEvent.Type.MODIFIED, resource, object.deepCopy());
    }

    @Override
    public synchronized ObjectNode edit(
            Resource resource, String namespace, String name, UnaryOperator<ObjectNode> change) {
        ObjectNode held =
                get(resource, namespace, name)
                        .orElseThrow(() -> ApiFault.of(404, "NotFound", name));
        return put(WatchEvent.Type.MODIFIED, resource, change.apply(held));
    }

    @Override
    public ObjectNode editStatus(
            Resource resource, String namespace, String name, UnaryOperator<ObjectNode> change) {
        return edit(resource, namespace, name, change);
    }

    @Override
    public synchronized void delete(
            Resource resource, String namespace, String name, DeleteOptions options) {
        ObjectNode held =
                get(resource, namespace, name)
                        .orElseThrow(() -> ApiFault.of(404, "NotFound", name));
        int grace =
                options.gracePeriodSeconds()
                        .orElse(held.path("spec").path("terminationGracePeriodSeconds").asInt(30));
        boolean graceful =
                resource.plural().equals("pods")
                        && grace > 0
                        && !held.path("spec").path("nodeName").asText().isEmpty();
        if (graceful) {
            ObjectNode metadata = held.withObject("/metadata");
            metadata.put("deletionTimestamp", "2026-01-01T00:00:00Z");
            metadata.put("deletionGracePeriodSeconds", grace);
            put(WatchEvent.Type.MODIFIED, resource, held);
        } else {
            objects.remove(key(resource, held));
            tell(WatchEvent.Type.DELETED, resource, held);
        }
    }

    @Override
    public synchronized AutoCloseable watch(Resource resource, Consumer<WatchEvent> listener) {
        watches.put(listener, resource.plural());
        for (ObjectNode object : list(resource, "", _ -> true)) {
            ObjectNode copy = object.deepCopy();
            queue.execute(() -> listener.accept(new WatchEvent(WatchEvent.Type.ADDED, copy)));
        }
        return () -> {
            synchronized (this) {
                watches.remove(listener);
            }
        };
    }
}
