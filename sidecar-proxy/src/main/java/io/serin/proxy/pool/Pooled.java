// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.pool;

/** A connection that may wait in a pool. Its event loop only. */
public interface Pooled {

    /** Closes it: it was idle for too long, or its endpoint went away. */
    void evict();

    /** When it became idle, in nanoseconds of the loop's ticker. */
    long idleSince();
}
