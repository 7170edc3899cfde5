// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.util.function.LongConsumer;

/**
 * Passes bytes on to a peer as they are. One stands on each side; both sides are on one event loop.
 * Slow readers hold back the sender; the end of one direction leaves the other open; a reset is
 * passed on as a reset.
 */
public final class Relay extends ChannelInboundHandlerAdapter {

    private final Channel peer;
    private final LongConsumer passed;

    private Relay(Channel peer, LongConsumer passed) {
        this.peer = peer;
        this.passed = passed;
    }

    /**
     * Joins two connections and lets them read.
     *
     * @param fromA told the number of bytes of each read from {@code a}
     * @param fromB told the number of bytes of each read from {@code b}
     */
    public static void join(Channel a, Channel b, LongConsumer fromA, LongConsumer fromB) {
        a.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        b.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        a.pipeline().addLast(new Relay(b, fromA));
        b.pipeline().addLast(new Relay(a, fromB));
        a.config().setAutoRead(true);
        b.config().setAutoRead(true);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        passed.accept(((ByteBuf) message).readableBytes());
        Send.bytes(peer, (ByteBuf) message);
        if (!peer.isWritable()) {
            ctx.channel().config().setAutoRead(false);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        peer.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            peer.config().setAutoRead(true);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent && peer instanceof DuplexChannel duplex) {
            peer.flush();
            boolean otherHalfIsOver =
                    ctx.channel() instanceof DuplexChannel own && own.isOutputShutdown();
            var _ = otherHalfIsOver ? duplex.close() : duplex.shutdownOutput();
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        peer.flush();
        var _ = peer.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        reset(peer);
        reset(ctx.channel());
    }

    /** Closes so that the other side sees a reset: something was lost. */
    public static void reset(Channel channel) {
        if (channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        var _ = channel.close();
    }
}
