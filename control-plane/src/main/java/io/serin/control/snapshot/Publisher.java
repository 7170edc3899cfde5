// SPDX-License-Identifier: Apache-2.0
package io.serin.control.snapshot;

import io.serin.control.index.IndexChange;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the latest index into the latest snapshots, and tells those who serve them.
 *
 * <p>Changes are gathered until none has come for 100 ms, for a second at most; the removal of an
 * endpoint, with all that was gathered before it, goes out at once. However many changes come, one
 * index waits: the latest.
 *
 * <p>{@link #accept} may be called on any thread and never waits: the work is done on the pacer's.
 */
public final class Publisher implements Consumer<IndexChange> {

    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

    private final Pacer pacer;
    private final List<Consumer<Snapshots>> subscribers = new CopyOnWriteArrayList<>();
    private final Lock lock = new ReentrantLock();

    /** Guarded by the lock. */
    private @Nullable Gathering gathering;

    /** Guarded by the lock. */
    private long gatherings;

    private volatile Snapshots latest = Snapshots.NONE;

    public Publisher(Pacer pacer) {
        this.pacer = pacer;
    }

    /** Tells of each publication from now on, on the pacer's thread; must not wait. */
    public void subscribe(Consumer<Snapshots> subscriber) {
        subscribers.add(subscriber);
    }

    /** What was published last; empty before the first. Any thread. */
    public Optional<Snapshots> latest() {
        Snapshots snapshots = latest;
        return snapshots.number() == 0 ? Optional.empty() : Optional.of(snapshots);
    }

    /** The time that {@link Snapshots#changedNanos} is in. */
    public long nanos() {
        return pacer.nanos();
    }

    @Override
    public void accept(IndexChange change) {
        long now = pacer.nanos();
        Gathering before;
        Gathering after;
        lock.lock();
        try {
            before = gathering;
            if (before == null) {
                gatherings++;
                after = Gathering.of(gatherings, change, now);
            } else {
                after = before.and(change, now);
            }
            gathering = after;
        } finally {
            lock.unlock();
        }
        // Each gathering has one look-up under way, which moves on with it; but what is due sooner
        // needs another.
        if (before == null || after.dueNanos() < before.dueNanos()) {
            lookAfter(after.dueNanos() - now, after.number());
        }
    }

    private void lookAfter(long nanos, long number) {
        pacer.after(Duration.ofNanos(Math.max(0, nanos)), () -> look(number));
    }

    private void look(long number) {
        Gathering due;
        long wait;
        lock.lock();
        try {
            due = gathering;
            if (due == null || due.number() != number) {
                return;
            }
            wait = due.dueNanos() - pacer.nanos();
            if (wait <= 0) {
                gathering = null;
            }
        } finally {
            lock.unlock();
        }
        if (wait > 0) {
            lookAfter(wait, number);
        } else {
            publish(due);
        }
    }

    private void publish(Gathering due) {
        try {
            Snapshots next = latest.next(due.index(), due.firstNanos());
            latest = next;
            subscribers.forEach(subscriber -> subscriber.accept(next));
        } catch (RuntimeException e) {
            // Only a bug gets here. Proxies keep what they have; the next change tries again.
            LOG.error("configuration not published, the last one stays: {}", e.toString(), e);
        }
    }
}
