// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.stack;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.Future;
import io.serin.proxy.drain.Drain;
import io.serin.proxy.http.FirstBytes;
import io.serin.proxy.transport.Send;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides once what a connection speaks, puts the handler for it in its own place, and is gone. A
 * client that stays silent may be waiting for the server's greeting: then the other side is dialed
 * too, and whoever speaks first decides.
 */
public final class Detect extends ChannelInboundHandlerAdapter {

    /** How long a client may think before the server is given the word. */
    private static final long SILENCE_MILLIS = 100;

    private final Supplier<ChannelHandler> http;
    private final Opaque opaque;
    private @Nullable ByteBuf pending;
    private @Nullable Future<?> silence;
    private Opaque.@Nullable Dialed dialed;
    private boolean decided;

    public Detect(Supplier<ChannelHandler> http, Opaque opaque) {
        this.http = http;
        this.opaque = opaque;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        silence =
                ctx.executor()
                        .schedule(
                                () -> giveServerTheWord(ctx),
                                SILENCE_MILLIS,
                                TimeUnit.MILLISECONDS);
        ctx.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        pending =
                pending == null
                        ? in
                        : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), pending, in);
        switch (FirstBytes.of(pending)) {
            case UNDECIDED -> {
                // More is to come; a client that has begun is no longer waited for by a timer.
                cancelSilence();
            }
            case HTTP -> {
                ByteBuf first = take();
                if (dialed != null) {
                    var _ = dialed.channel().close();
                    dialed.whenClosed().run();
                }
                ChannelHandler next = http.get();
                ChannelPipeline pipeline = ctx.pipeline();
                var _ = pipeline.replace(this, null, next);
                pipeline.fireChannelRead(first);
            }
            case OTHER -> pass(ctx, take());
        }
    }

    private void pass(ChannelHandlerContext ctx, @Nullable ByteBuf first) {
        decided = true;
        cancelSilence();
        Channel client = ctx.channel();
        var _ = ctx.pipeline().remove(this);
        if (dialed == null) {
            Passing.start(client, first, opaque);
        } else {
            Passing.join(client, first, dialed);
        }
    }

    private @Nullable ByteBuf take() {
        decided = true;
        cancelSilence();
        ByteBuf first = pending;
        pending = null;
        return first;
    }

    private void cancelSilence() {
        if (silence != null) {
            var _ = silence.cancel(false);
        }
    }

    private void giveServerTheWord(ChannelHandlerContext ctx) {
        if (decided || pending != null || !ctx.channel().isActive()) {
            return;
        }
        opaque.dial(ctx.channel().eventLoop())
                .addListener(done -> {
                    // Where nobody answers, the client may still turn out to speak HTTP,
                    // and gets an answer that says so.
                    if (done.isSuccess()) {
                        awaitGreeting(ctx, (Opaque.Dialed) done.getNow());
                    }
                });
    }

    private void awaitGreeting(ChannelHandlerContext ctx, Opaque.Dialed server) {
        if (decided || !ctx.channel().isActive()) {
            var _ = server.channel().close();
            server.whenClosed().run();
            return;
        }
        dialed = server;
        server.channel()
                .pipeline()
                .addLast(
                        new ChannelInboundHandlerAdapter() {
                            @Override
                            public void channelRead(
                                    ChannelHandlerContext serverCtx, Object greeting) {
                                var _ = serverCtx.pipeline().remove(this);
                                if (decided) {
                                    ((ByteBuf) greeting).release();
                                    return;
                                }
                                Channel client = ctx.channel();
                                pass(ctx, null);
                                server.meter().tcpSent(((ByteBuf) greeting).readableBytes());
                                Send.now(client, (ByteBuf) greeting);
                            }
                        });
        server.channel().config().setAutoRead(true);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == Drain.Event.STOPPING && pending == null) {
            var _ = ctx.close();
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        decided = true;
        cancelSilence();
        if (pending != null) {
            pending.release();
            pending = null;
        }
        if (dialed != null) {
            var _ = dialed.channel().close();
            dialed.whenClosed().run();
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        var _ = ctx.close();
    }
}
