// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.stack;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.serin.proxy.drain.Drain;
import io.serin.proxy.http.FirstBytes;
import io.serin.proxy.tls.ClientHello;
import io.serin.proxy.tls.MeshTls;
import io.serin.proxy.transport.Send;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides once what a connection speaks, puts the handler for it in its own place, and is gone. A
 * client that stays silent may be waiting for the server's greeting: then the other side is dialed
 * too, and whoever speaks first decides. Where a connection opens with the mesh's mTLS, that is
 * ended here, and it is decided by what is inside.
 */
public final class Detect extends ChannelInboundHandlerAdapter {

    /** How long a client may think before the server is given the word. */
    private static final long SILENCE_MILLIS = 100;

    /** How long a client that has begun may take to say enough; then it is no HTTP. */
    private static final long STAMMER_MILLIS = 1000;

    /** How long a client may take for its part of a TLS handshake. */
    private static final Duration HANDSHAKE = Duration.ofSeconds(10);

    private final @Nullable Supplier<ChannelHandler> http;
    private final Opaque opaque;

    /** Null where it is not looked for, or has been found. */
    private @Nullable MeshTls mtls;

    private @Nullable ByteBuf pending;
    private @Nullable Future<?> timer;
    private Opaque.@Nullable Dialed dialed;
    private boolean decided;

    /** What was found. */
    private enum Kind {
        MTLS,
        HTTP,
        OTHER,
        UNDECIDED
    }

    public Detect(Supplier<ChannelHandler> http, Opaque opaque) {
        this(http, opaque, null);
    }

    /**
     * @param http null where it is not looked for
     * @param mtls null where it is not looked for
     */
    public Detect(@Nullable Supplier<ChannelHandler> http, Opaque opaque, @Nullable MeshTls mtls) {
        this.http = http;
        this.opaque = opaque;
        this.mtls = mtls;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        after(ctx, SILENCE_MILLIS, () -> giveServerTheWord(ctx));
        ctx.fireChannelActive();
    }

    private void after(ChannelHandlerContext ctx, long millis, Runnable then) {
        timer =
                ctx.channel()
                        .eventLoop()
                        .schedule(
                                () -> {
                                    if (!decided && ctx.channel().isActive()) {
                                        then.run();
                                    }
                                },
                                millis,
                                TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        boolean begins = pending == null;
        pending =
                pending == null
                        ? in
                        : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), pending, in);
        switch (kind(pending)) {
            case MTLS -> end(ctx, pending);
            case UNDECIDED -> {
                if (begins) {
                    stopTimer();
                    after(ctx, STAMMER_MILLIS, () -> pass(ctx, take()));
                }
            }
            case HTTP -> {
                ByteBuf first = take();
                hangUp();
                ChannelHandler next = requireNonNull(http).get();
                var _ = ctx.pipeline().replace(this, null, next);
                // From here on, since what is before this may have been ended here.
                ctx.fireChannelRead(first);
            }
            case OTHER -> pass(ctx, take());
        }
    }

    private Kind kind(ByteBuf bytes) {
        if (mtls != null) {
            switch (ClientHello.of(bytes)) {
                case MESH_HTTP, MESH -> {
                    return Kind.MTLS;
                }
                case UNDECIDED -> {
                    return Kind.UNDECIDED;
                }
                case FOREIGN -> mtls = null;
            }
        }
        if (http == null) {
            return Kind.OTHER;
        }
        return switch (FirstBytes.of(bytes)) {
            case HTTP -> Kind.HTTP;
            case OTHER -> Kind.OTHER;
            case UNDECIDED -> Kind.UNDECIDED;
        };
    }

    /** Ends mTLS before this handler, which so begins again with what is inside. */
    private void end(ChannelHandlerContext ctx, ByteBuf hello) {
        SslHandler tls = requireNonNull(mtls).server(ctx.channel(), HANDSHAKE);
        mtls = null;
        pending = null;
        stopTimer();
        ctx.pipeline().addBefore(ctx.name(), null, tls);
        tls.handshakeFuture()
                .addListener(done -> {
                    if (!done.isSuccess() || decided) {
                        return;
                    }
                    if (http == null) {
                        pass(ctx, take());
                    } else if (pending == null) {
                        after(ctx, SILENCE_MILLIS, () -> giveServerTheWord(ctx));
                    }
                });
        ctx.pipeline().fireChannelRead(hello);
    }

    private @Nullable ByteBuf take() {
        decided = true;
        stopTimer();
        ByteBuf first = pending;
        pending = null;
        return first;
    }

    private void pass(ChannelHandlerContext ctx, @Nullable ByteBuf first) {
        Channel client = ctx.channel();
        var _ = ctx.pipeline().remove(this);
        if (dialed == null) {
            Passing.start(client, first, opaque);
            return;
        }
        ChannelPipeline server = dialed.channel().pipeline();
        Greeting unheard = server.get(Greeting.class);
        if (unheard != null) {
            var _ = server.remove(unheard);
        }
        Passing.join(client, first, dialed);
    }

    private void giveServerTheWord(ChannelHandlerContext ctx) {
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
        dialed = server;
        if (decided || !ctx.channel().isActive()) {
            hangUp();
            return;
        }
        server.channel().pipeline().addLast(new Greeting(ctx, server));
        server.channel().config().setAutoRead(true);
    }

    private void hangUp() {
        if (dialed != null) {
            var _ = dialed.channel().close();
            dialed.whenClosed().run();
            dialed = null;
        }
    }

    /** Listens for the server until the client speaks. */
    private final class Greeting extends ChannelInboundHandlerAdapter {

        private final ChannelHandlerContext client;
        private final Opaque.Dialed server;

        Greeting(ChannelHandlerContext client, Opaque.Dialed server) {
            this.client = client;
            this.server = server;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf greeting = (ByteBuf) message;
            var _ = ctx.pipeline().remove(this);
            if (decided) {
                greeting.release();
                return;
            }
            server.meter().tcpSent(greeting.readableBytes());
            Channel to = client.channel();
            pass(client, take());
            Send.now(to, greeting);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            // Without us, the client would have seen its server hang up.
            if (!decided) {
                var _ = client.close();
            }
        }
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
        ByteBuf unread = take();
        if (unread != null) {
            unread.release();
        }
        hangUp();
        ctx.fireChannelInactive();
    }

    private void stopTimer() {
        if (timer != null) {
            var _ = timer.cancel(false);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        var _ = ctx.close();
    }
}
