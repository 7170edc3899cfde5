// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.function.LongConsumer;

/**
 * Passes bytes on to a peer as they are. One stands on each side; both sides are on one event loop.
 * Slow readers hold back the sender; the end of one direction leaves the other open; a reset is
 * passed on as a reset. Nothing that was read is dropped by an end that follows it.
 */
public final class Relay extends ChannelInboundHandlerAdapter {

    /** What both sides have to know of each other. */
    private static final class Ends {
        int over;
    }

    private final Channel peer;
    private final LongConsumer passed;
    private final Ends ends;

    private Relay(Channel peer, LongConsumer passed, Ends ends) {
        this.peer = peer;
        this.passed = passed;
        this.ends = ends;
    }

    /**
     * Joins two connections and lets them read.
     *
     * @param fromA told the number of bytes of each read from {@code a}
     * @param fromB the same for {@code b}
     */
    public static void join(Channel a, Channel b, LongConsumer fromA, LongConsumer fromB) {
        Ends ends = new Ends();
        a.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        b.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        a.pipeline().addLast(new Relay(b, fromA, ends));
        b.pipeline().addLast(new Relay(a, fromB, ends));
        if (!a.isActive() || !b.isActive()) {
            // One was closed before anybody here could hear of it.
            Send.thenClose(a);
            Send.thenClose(b);
            return;
        }
        a.config().setAutoRead(b.isWritable());
        b.config().setAutoRead(a.isWritable());
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
        if (event instanceof ChannelInputShutdownEvent) {
            if (++ends.over == 1) {
                Send.thenEndOutput(peer);
            } else {
                Send.thenClose(peer);
                Send.thenClose(ctx.channel());
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        Send.thenClose(peer);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Send.reset(peer);
        Send.reset(ctx.channel());
    }
}
