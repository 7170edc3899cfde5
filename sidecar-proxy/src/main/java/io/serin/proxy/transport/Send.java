// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundInvoker;
import io.netty.channel.socket.DuplexChannel;

/**
 * Writes and ends whose outcome nobody waits for: what goes wrong closes the connection, and that
 * is what its handlers hear of. Ownership of the bytes passes on.
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

    /** Ends a connection once all that was written is sent; at once, it would be dropped. */
    public static void thenClose(Channel channel) {
        var _ =
                channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                        .addListener(ChannelFutureListener.CLOSE);
    }

    /** Ends our half of a connection once all that was written is sent. */
    public static void thenEndOutput(Channel channel) {
        var _ =
                channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                        .addListener(sent -> {
                            if (sent.isSuccess() && channel instanceof DuplexChannel duplex) {
                                var _ = duplex.shutdownOutput();
                            }
                        });
    }

    /** Ends a connection so that the other side sees a reset: something was lost. */
    public static void reset(Channel channel) {
        if (channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        var _ = channel.close();
    }
}
