// SPDX-License-Identifier: Apache-2.0
package io.serin.local.control;

import io.serin.local.api.ApiFault;
import io.serin.local.api.ClusterApi;
import io.serin.local.api.Resource;
import io.serin.local.api.WatchEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reconciles each key that was named: on a virtual thread of its own, never twice at once, again
 * when it was named meanwhile, and again later when it failed. All state is under this object's
 * lock, which is never held while reconciling.
 */
final class Loop implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Loop.class);
    // As client-go's default rate limiter.
    private static final Duration FIRST_RETRY = Duration.ofMillis(5);
    private static final Duration LAST_RETRY = Duration.ofSeconds(1000);

    private final String name;
    private final Reconciler reconciler;
    private final ScheduledExecutorService timers;
    // Present while a thread is at it; true: named again meanwhile.
    private final Map<Key, Boolean> busy = new HashMap<>();
    private final Map<Key, Integer> failures = new HashMap<>();
    private final List<AutoCloseable> watches = new ArrayList<>();
    private boolean closed;

    Loop(String name, Reconciler reconciler, ScheduledExecutorService timers) {
        this.name = name;
        this.reconciler = reconciler;
        this.timers = timers;
    }

    /** Has a listener called for every change of a kind, until this loop is closed. */
    synchronized void watch(ClusterApi api, Resource resource, Consumer<WatchEvent> listener) {
        watches.add(api.watch(resource, listener));
    }

    /** Names a key. Never blocks. */
    synchronized void add(Key key) {
        if (closed) {
            return;
        }
        if (busy.put(key, busy.containsKey(key)) == null) {
            Thread.ofVirtual().name(name + " " + key).start(() -> work(key));
        }
    }

    /** Names a key in a while. */
    void addAfter(Key key, Duration delay) {
        var _ = timers.schedule(() -> add(key), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void work(Key key) {
        do {
            once(key);
        } while (again(key));
    }

    private synchronized boolean again(Key key) {
        if (closed || !Boolean.TRUE.equals(busy.get(key))) {
            busy.remove(key);
            return false;
        }
        busy.put(key, false);
        return true;
    }

    private void once(Key key) {
        try {
            reconciler.reconcile(key).ifPresent(delay -> addAfter(key, delay));
            synchronized (this) {
                failures.remove(key);
            }
        } catch (RuntimeException broken) {
            Duration delay = nextRetry(key);
            // A conflict is how optimistic writers meet; a refusal stands in the object's status.
            if (broken instanceof ApiFault) {
                LOG.debug("{} {}: again in {}: {}", name, key, delay, broken.getMessage());
            } else {
                LOG.warn("{} {}: again in {}", name, key, delay, broken);
            }
            addAfter(key, delay);
        }
    }

    private synchronized Duration nextRetry(Key key) {
        int count = failures.merge(key, 1, Integer::sum) - 1;
        Duration delay = FIRST_RETRY.multipliedBy(1L << Math.min(count, 30));
        return delay.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : delay;
    }

    @Override
    public void close() {
        List<AutoCloseable> open;
        synchronized (this) {
            closed = true;
            open = List.copyOf(watches);
            watches.clear();
        }
        for (AutoCloseable watch : open) {
            try {
                watch.close();
            } catch (Exception broken) {
                LOG.debug("{}: a watch", name, broken);
            }
        }
    }
}
