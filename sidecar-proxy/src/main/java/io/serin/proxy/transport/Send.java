// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundInvoker;

/**
 * Writes whose outcome nobody waits for: a failed one closes the connection, and that is what its
 * handlers hear of. Ownership of the bytes passes on.
 */
public final class Send {

    private Send() {}

    /** Writes; to be flushed later. */
    public static void bytes(ChannelOutboundInvoker to, ByteBuf bytes) {
        var _ = to.write(bytes, to.voidPromise());
    }

    /** Writes and flushes. */
    public static void now(ChannelOutboundInvoker to, ByteBuf bytes) {
        var _ = to.writeAndFlush(bytes, to.voidPromise());
    }
}
