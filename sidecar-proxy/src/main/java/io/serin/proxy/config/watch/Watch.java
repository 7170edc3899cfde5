// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.config.watch;

import java.util.function.Consumer;

/**
 * The latest value of something that changes. Values are immutable; a reader takes one and works
 * with it to the end.
 */
public interface Watch<T> {

    /** The latest value. Any thread, no lock. */
    T get();

    /**
     * Whether a change would be heard of: not while whoever knows is out of reach. As {@link #get}.
     */
    boolean isCurrent();

    /**
     * Calls the observer with the present value, then with each new one, on the thread that
     * publishes. Values may be skipped when they follow fast; the last one never is.
     *
     * @return ends the subscription
     */
    Runnable subscribe(Consumer<? super T> observer);
}
