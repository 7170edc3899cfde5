// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.stack;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.serin.proxy.transport.Relay;
import io.serin.proxy.transport.Send;
import org.jspecify.annotations.Nullable;

/** Passes a whole connection on. */
public final class Passing {

    private Passing() {}

    /**
     * Dials and joins; where nobody can be reached the client sees a reset, as it would without us.
     *
     * @param client reads nothing until the other side is there
     * @param early what it sent already; passes over to here
     */
    public static void start(Channel client, @Nullable ByteBuf early, Opaque opaque) {
        Holding holding = new Holding(early);
        client.config().setAutoRead(false);
        client.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        client.pipeline().addLast(holding);
        opaque.dial(client.eventLoop())
                .addListener(done -> {
                    if (done.isSuccess()) {
                        boolean over = holding.over;
                        ByteBuf held = holding.release();
                        if (client.isActive()) {
                            var _ = client.pipeline().remove(holding);
                        }
                        join(client, held, (Opaque.Dialed) done.getNow());
                        if (over) {
                            client.pipeline()
                                    .fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
                        }
                    } else {
                        Send.reset(client);
                    }
                });
    }

    static void join(Channel client, @Nullable ByteBuf early, Opaque.Dialed dialed) {
        Channel server = dialed.channel();
        dialed.meter().tcpOpened();
        server.closeFuture()
                .addListener(closed -> {
                    dialed.meter().tcpClosed();
                    dialed.whenClosed().run();
                });
        if (!client.isActive()) {
            if (early != null) {
                early.release();
            }
            var _ = server.close();
            return;
        }
        if (early != null) {
            dialed.meter().tcpReceived(early.readableBytes());
            Send.now(server, early);
        }
        Relay.join(client, server, dialed.meter()::tcpReceived, dialed.meter()::tcpSent);
    }

    /**
     * Holds what a client sends while the other side is dialed. A client that sends and ends its
     * half at once is read although reading is off, for that is how epoll tells of the end.
     */
    private static final class Holding extends ChannelInboundHandlerAdapter {

        private @Nullable ByteBuf held;
        private boolean over;

        Holding(@Nullable ByteBuf early) {
            held = early;
        }

        @Nullable ByteBuf release() {
            ByteBuf all = held;
            held = null;
            return all;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf in = (ByteBuf) message;
            held =
                    held == null
                            ? in
                            : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), held, in);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            over |= event instanceof ChannelInputShutdownEvent;
            ctx.fireUserEventTriggered(event);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            ByteBuf all = release();
            if (all != null) {
                all.release();
            }
            ctx.fireChannelInactive();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            var _ = ctx.close();
        }
    }
}
