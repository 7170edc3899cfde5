// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.stack;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.serin.proxy.telemetry.Meter;

/** Where a connection goes whose bytes are passed on as they are. Its event loop only. */
public interface Opaque {

    /** A connection to there. */
    record Dialed(Channel channel, Meter meter, Runnable whenClosed) {}

    /**
     * Connects; the result does not read yet.
     *
     * @return fails when no endpoint could be reached
     */
    Future<Dialed> dial(EventLoop loop);
}
