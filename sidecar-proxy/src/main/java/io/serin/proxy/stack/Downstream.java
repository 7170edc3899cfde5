// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.stack;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.serin.proxy.drain.Drain;
import io.serin.proxy.fault.Answer;
import io.serin.proxy.fault.ProxyFault;
import io.serin.proxy.http.Head;
import io.serin.proxy.http.HeadScanner;
import io.serin.proxy.telemetry.Meter;
import io.serin.proxy.transport.Relay;
import io.serin.proxy.transport.Send;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of a connection that speaks HTTP/1: takes one request after the other off it,
 * and hands each to an {@link Exchange}. A pipelined request waits until the one before is
 * answered.
 */
public final class Downstream extends ChannelInboundHandlerAdapter {

    /** Bytes of later requests that may wait; then the client has to. */
    private static final int MAX_WAITING = 64 * 1024;

    private static final long LINGER_MILLIS = 1000;

    private final LoopScope scope;
    private final Dispatcher dispatcher;
    private final Side side;
    private final Drain drain;

    private @Nullable ChannelHandlerContext ctx;
    private @Nullable ByteBuf pending;
    private @Nullable Exchange exchange;
    private boolean processing;
    private boolean closing;

    public Downstream(LoopScope scope, Dispatcher dispatcher, Side side, Drain drain) {
        this.scope = scope;
        this.dispatcher = dispatcher;
        this.side = side;
        this.drain = drain;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
    }

    ChannelHandlerContext ctx() {
        if (ctx == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return ctx;
    }

    Channel channel() {
        return ctx().channel();
    }

    LoopScope scope() {
        return scope;
    }

    Side side() {
        return side;
    }

    /** Whether answers have to say that the connection ends. */
    boolean isLeaving() {
        return drain.isAnnounced() && !side.elsewhere();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        pending =
                pending == null
                        ? in
                        : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(
                                context.alloc(), pending, in);
        process();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (exchange != null) {
            exchange.flushRequest();
        }
    }

    private void process() {
        if (processing) {
            return;
        }
        processing = true;
        try {
            while (pending != null && !closing) {
                ByteBuf waiting = pending;
                boolean moved =
                        exchange == null ? nextRequest(waiting) : exchange.takeBody(waiting);
                if (pending != null && !pending.isReadable()) {
                    pending.release();
                    pending = null;
                }
                if (!moved) {
                    break;
                }
            }
        } finally {
            processing = false;
        }
        if (closing) {
            dropPending();
        } else if (pending != null && pending.readableBytes() > MAX_WAITING) {
            pauseReading();
        }
    }

    private boolean nextRequest(ByteBuf waiting) {
        return switch (scope.requests().scanRequest(waiting)) {
            case INCOMPLETE -> false;
            case REFUSED -> {
                ProxyFault fault = scope.requests().fault();
                dispatcher.unread().request(fault.code().status(), fault.code().flags(), 0);
                Send.bytes(ctx(), Answer.of(ctx().alloc(), fault, true));
                closeLingering();
                yield false;
            }
            case COMPLETE -> {
                begin(scope.requests(), waiting);
                yield true;
            }
        };
    }

    private void begin(HeadScanner scanner, ByteBuf waiting) {
        Head head = scanner.head();
        Exchange next = new Exchange(this, head);
        exchange = next;
        switch (dispatcher.dispatch(head)) {
            case Dispatch.Refuse(ProxyFault fault, Meter meter) -> {
                next.take(head, waiting);
                next.refuse(fault, meter);
            }
            case Dispatch.Respond(int status, String body, Meter meter) -> {
                next.take(head, waiting);
                next.respond(status, body, meter);
            }
            case Dispatch.Send send -> {
                next.take(head, waiting);
                next.send(send);
            }
        }
    }

    /** The exchange is over; its answer is written. */
    void finished(boolean keepAlive, boolean requestComplete) {
        exchange = null;
        if (!requestComplete) {
            closeLingering();
            return;
        }
        if (!keepAlive || drain.isStopping()) {
            closeAfterWrites();
            return;
        }
        ctx().flush();
        resumeReading();
        process();
        if (exchange != null) {
            exchange.flushRequest();
        }
    }

    /** An answer has begun that can't be ended: the client has to see that something is missing. */
    void broken() {
        exchange = null;
        closing = true;
        dropPending();
        Relay.reset(channel());
    }

    private void closeAfterWrites() {
        closing = true;
        var _ = ctx().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /**
     * Closes while the client may still be sending: what it sends is read and dropped for a moment,
     * for a close with unread bytes becomes a reset, which takes the answer along (RFC 9112 section
     * 9.6).
     */
    private void closeLingering() {
        closing = true;
        resumeReading();
        Channel channel = channel();
        var _ =
                ctx().writeAndFlush(Unpooled.EMPTY_BUFFER)
                        .addListener(written -> {
                            if (channel instanceof DuplexChannel duplex) {
                                var _ = duplex.shutdownOutput();
                            }
                        });
        var _ = channel.eventLoop().schedule(this::closeNow, LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void closeNow() {
        var _ = channel().close();
    }

    void pauseReading() {
        channel().config().setAutoRead(false);
    }

    void resumeReading() {
        channel().config().setAutoRead(true);
    }

    /** Both sides agreed on another protocol: hands over what was read and leaves the pipeline. */
    @Nullable ByteBuf leave() {
        ByteBuf left = pending;
        pending = null;
        exchange = null;
        var _ = ctx().pipeline().remove(this);
        return left;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (exchange != null && context.channel().isWritable()) {
            exchange.resumeAnswer();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == Drain.Event.STOPPING && exchange == null && pending == null) {
            closeAfterWrites();
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closing = true;
        if (exchange != null) {
            Exchange abandoned = exchange;
            exchange = null;
            abandoned.abandon();
        }
        dropPending();
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = context.close();
    }

    private void dropPending() {
        if (pending != null && !processing) {
            pending.release();
            pending = null;
        }
    }
}
