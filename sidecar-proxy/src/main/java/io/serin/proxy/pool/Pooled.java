// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.pool;

import io.netty.channel.ChannelHandler;

/** Handles a connection that may wait in a pool. Its event loop only. */
public interface Pooled extends ChannelHandler {

    /** There is nothing to do on it: it goes back to its endpoint's pool. */
    void becomeIdle();

    /** Closes it: it was idle for too long, or its endpoint went away. */
    void evict();

    /** When it became idle, in nanoseconds of the loop's ticker. */
    long idleSince();
}
