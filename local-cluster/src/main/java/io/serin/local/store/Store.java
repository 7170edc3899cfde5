// SPDX-License-Identifier: Apache-2.0
package io.serin.local.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.WatchEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All objects in memory, one version counter for all of them, and the last changes. One lock makes
 * all writers one; what is stored is never changed again, so that it may be handed out as it is.
 *
 * <p>Watchers are called one after the other, in the order of the changes, on a thread of the
 * store's own.
 */
public final class Store implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Store.class);

    /** Who asks for an earlier one is told that it is too old, as where a history was cut off. */
    private static final long FIRST = 1_000;

    private final int historySize;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Map<Key, ObjectNode>> collections = new HashMap<>();
    private final Deque<Change> history = new ArrayDeque<>();
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Runnable> deliveries = new LinkedBlockingQueue<>();
    private final Thread deliverer;
    private long version = FIRST;
    private long oldest = FIRST;

    private record Watcher(String collection, Consumer<Change> listener) {}

    /**
     * @param historySize how many changes a watch can catch up with
     */
    public Store(int historySize) {
        this.historySize = historySize;
        this.deliverer = Thread.ofVirtual().name("store-watches").start(this::deliver);
    }

    public Optional<ObjectNode> get(Key key) {
        lock.lock();
        try {
            return Optional.ofNullable(collection(key.collection()).get(key));
        } finally {
            lock.unlock();
        }
    }

    /** All objects of a collection, or of one namespace of it. */
    public Snapshot list(String collection, String namespace) {
        lock.lock();
        try {
            return new Snapshot(version, inNamespace(collection(collection), namespace));
        } finally {
            lock.unlock();
        }
    }

    /**
     * The objects as they were at a version.
     *
     * @throws TooOld when the history doesn't reach back that far
     */
    public Snapshot listAt(String collection, String namespace, long at) throws TooOld {
        lock.lock();
        try {
            requireHistory(at);
            Map<Key, ObjectNode> then = new TreeMap<>(collection(collection));
            Iterator<Change> backwards = history.descendingIterator();
            while (backwards.hasNext()) {
                Change change = backwards.next();
                if (change.version() <= at) {
                    break;
                }
                if (change.key().collection().equals(collection)) {
                    change.previous()
                            .ifPresentOrElse(
                                    previous -> then.put(change.key(), previous),
                                    () -> then.remove(change.key()));
                }
            }
            return new Snapshot(at, inNamespace(then, namespace));
        } finally {
            lock.unlock();
        }
    }

    public long version() {
        lock.lock();
        try {
            return version;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Stores an object if what is there is what the caller has read.
     *
     * @param read empty: there must be none
     * @param object not to be changed afterwards; gets its version here
     * @return empty when something else is there by now
     */
    public Optional<ObjectNode> put(Key key, Optional<ObjectNode> read, ObjectNode object) {
        lock.lock();
        try {
            Map<Key, ObjectNode> collection = collection(key.collection());
            if (!isStill(collection, key, read)) {
                return Optional.empty();
            }
            version++;
            metadata(object).put("resourceVersion", Long.toString(version));
            collection.put(key, object);
            record(
                    new Change(
                            version,
                            key,
                            read.isPresent() ? WatchEvent.Type.MODIFIED : WatchEvent.Type.ADDED,
                            read,
                            object));
            return Optional.of(object);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Removes an object if it is what the caller has read.
     *
     * @return its last state, with the version of the removal; empty when something else is there
     *     by now
     */
    public Optional<ObjectNode> remove(Key key, ObjectNode read) {
        lock.lock();
        try {
            Map<Key, ObjectNode> collection = collection(key.collection());
            if (!isStill(collection, key, Optional.of(read))) {
                return Optional.empty();
            }
            version++;
            ObjectNode last = read.deepCopy();
            metadata(last).put("resourceVersion", Long.toString(version));
            collection.remove(key);
            record(new Change(version, key, WatchEvent.Type.DELETED, Optional.of(read), last));
            return Optional.of(last);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Follows a collection: its present objects first, as added, then changes.
     *
     * @param synced called between the two with the version of the first
     */
    public AutoCloseable watch(
            String collection, Consumer<Change> listener, Consumer<Long> synced) {
        lock.lock();
        try {
            List<Change> present = new ArrayList<>();
            collection(collection)
                    .forEach((key, object) ->
                            present.add(
                                    new Change(
                                            versionOf(object),
                                            key,
                                            WatchEvent.Type.ADDED,
                                            Optional.empty(),
                                            object)));
            long now = version;
            return follow(collection, listener, present, () -> synced.accept(now));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Follows a collection from a version on.
     *
     * @throws TooOld when the history doesn't reach back that far
     */
    public AutoCloseable watchFrom(String collection, long from, Consumer<Change> listener)
            throws TooOld {
        lock.lock();
        try {
            requireHistory(from);
            List<Change> missed =
                    history.stream()
                            .filter(change ->
                                    change.version() > from
                                            && change.key().collection().equals(collection))
                            .toList();
            return follow(collection, listener, missed, () -> {});
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        deliverer.interrupt();
    }

    private AutoCloseable follow(
            String collection, Consumer<Change> listener, List<Change> first, Runnable synced) {
        // Registered on the delivering thread, behind all that was queued before: no change is
        // told twice.
        Watcher watcher = new Watcher(collection, listener);
        deliveries.add(() -> {
            first.forEach(listener);
            synced.run();
            watchers.add(watcher);
        });
        return () -> deliveries.add(() -> watchers.remove(watcher));
    }

    private void record(Change change) {
        history.addLast(change);
        if (history.size() > historySize) {
            oldest = history.removeFirst().version();
        }
        deliveries.add(() -> {
            for (Watcher watcher : watchers) {
                if (watcher.collection().equals(change.key().collection())) {
                    watcher.listener().accept(change);
                }
            }
        });
    }

    private void deliver() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                deliveries.take().run();
            } catch (InterruptedException closed) {
                return;
            } catch (RuntimeException e) {
                LOG.error("a watcher failed", e);
            }
        }
    }

    private void requireHistory(long from) throws TooOld {
        if (from < oldest) {
            throw new TooOld(from, oldest);
        }
    }

    private Map<Key, ObjectNode> collection(String collection) {
        return collections.computeIfAbsent(collection, absent -> new TreeMap<>());
    }

    private static boolean isStill(
            Map<Key, ObjectNode> collection, Key key, Optional<ObjectNode> read) {
        // No two states of anything have the same version.
        ObjectNode held = collection.get(key);
        return held == null
                ? read.isEmpty()
                : read.isPresent() && versionOf(held) == versionOf(read.get());
    }

    private static List<ObjectNode> inNamespace(Map<Key, ObjectNode> collection, String namespace) {
        if (namespace.isEmpty()) {
            return List.copyOf(collection.values());
        }
        List<ObjectNode> objects = new ArrayList<>();
        collection.forEach((key, object) -> {
            if (key.namespace().equals(namespace)) {
                objects.add(object);
            }
        });
        return objects;
    }

    private static long versionOf(ObjectNode object) {
        return object.path("metadata").path("resourceVersion").asLong();
    }

    private static ObjectNode metadata(ObjectNode object) {
        return (ObjectNode) Objects.requireNonNull(object.get("metadata"), "metadata");
    }
}
