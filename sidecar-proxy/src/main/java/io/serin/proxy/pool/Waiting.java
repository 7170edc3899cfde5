// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.pool;

/**
 * A request that waits for a connection to an endpoint. It is told once how that ended: by {@link
 * #take}, {@link #failed} or {@link #passOver}. Its event loop only.
 *
 * @param <C> the connection
 */
public interface Waiting<C extends Pooled> {

    /** Whether a connection is wanted still: another endpoint's may have come sooner. */
    boolean isWanted();

    /** What is to handle a connection that is made for it. */
    C fresh();

    /** The connection is its own now. */
    void take(C connection);

    /** No connection came, or not in time. */
    void failed(Throwable cause);

    /** Its turn came when it wanted none any more. */
    void passOver();

    /** A connection to the endpoint takes long, and may take longer; said once at most. */
    void slow();
}
