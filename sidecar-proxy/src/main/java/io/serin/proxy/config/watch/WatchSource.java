// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.config.watch;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Where the values of a {@link Watch} come from.
 *
 * <p>Publishing and subscribing exclude each other, so that an observer sees values in their order
 * and misses none between its first and the next; reading takes no lock. An observer that throws is
 * logged and called again next time: one reader's trouble must not keep news from the others.
 */
public final class WatchSource<T> implements Watch<T> {

    private static final Logger LOG = Logger.getLogger("config.watch");

    private final List<Consumer<? super T>> observers = new CopyOnWriteArrayList<>();
    private volatile T latest;
    private volatile boolean current;

    public WatchSource(T first) {
        latest = first;
    }

    @Override
    public T get() {
        return latest;
    }

    @Override
    public boolean isCurrent() {
        return current;
    }

    /** Says whether changes are heard of; not at first. */
    public void current(boolean heard) {
        current = heard;
    }

    /** Makes this the latest value and tells everyone, on the calling thread. */
    public synchronized void publish(T value) {
        latest = value;
        for (Consumer<? super T> observer : observers) {
            tell(observer, value);
        }
    }

    @Override
    public synchronized Runnable subscribe(Consumer<? super T> observer) {
        // Wrapped, so that an observer that subscribes twice can end each subscription alone.
        Consumer<? super T> own = value -> observer.accept(value);
        observers.add(own);
        tell(own, latest);
        return () -> observers.remove(own);
    }

    private void tell(Consumer<? super T> observer, T value) {
        try {
            observer.accept(value);
        } catch (RuntimeException e) {
            LOG.log(Level.SEVERE, "an observer of the configuration failed", e);
        }
    }
}
