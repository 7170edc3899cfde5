// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.stack;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.Future;
import io.serin.proxy.drain.Drain;
import io.serin.proxy.fault.Answer;
import io.serin.proxy.fault.FaultCode;
import io.serin.proxy.fault.ProxyFault;
import io.serin.proxy.http.Body;
import io.serin.proxy.http.Head;
import io.serin.proxy.http.HeadWriter;
import io.serin.proxy.telemetry.Meter;
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

    /** How long a head may take from its first byte on. */
    private static final long HEAD_MILLIS = 15_000;

    private static final long LINGER_MILLIS = 1000;

    private final LoopScope scope;
    private final Dispatcher dispatcher;
    private final Side side;
    private final Drain drain;

    private @Nullable ChannelHandlerContext ctx;
    private @Nullable ByteBuf pending;
    private @Nullable Exchange exchange;
    private @Nullable Future<?> headTimer;
    private int scanned;
    private boolean processing;
    private boolean paused;
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

    /** Whether answers have to say that the connection ends: other callers sooner than our own. */
    boolean isLeaving() {
        return side.elsewhere() ? drain.isStopping() : drain.isAnnounced();
    }

    // ---- requests ----

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

    /** Whether a request was begun. */
    private boolean nextRequest(ByteBuf waiting) {
        if (scanned == 0) {
            skipEmptyLine(waiting);
        } else if (!hasNewLine(waiting)) {
            return false;
        }
        return switch (scope.requests().scanRequest(waiting)) {
            case INCOMPLETE -> {
                scanned = waiting.readableBytes();
                if (headTimer == null && scanned > 0) {
                    headTimer =
                            scope.loop()
                                    .schedule(this::headLate, HEAD_MILLIS, TimeUnit.MILLISECONDS);
                }
                yield false;
            }
            case REFUSED -> {
                refuse(scope.requests().fault());
                yield false;
            }
            case COMPLETE -> {
                headDone();
                begin(scope.requests().head(), waiting);
                yield true;
            }
        };
    }

    /** Some clients send one after a body. RFC 9112 section 2.2. */
    private static void skipEmptyLine(ByteBuf waiting) {
        int at = waiting.readerIndex();
        if (waiting.readableBytes() >= 2
                && waiting.getByte(at) == '\r'
                && waiting.getByte(at + 1) == '\n') {
            waiting.skipBytes(2);
        }
    }

    /**
     * Whether what came since the last scan can end the head. Scanning anew for every byte would
     * let a client that sends single bytes keep the loop busy.
     */
    private boolean hasNewLine(ByteBuf waiting) {
        int from = waiting.readerIndex() + scanned;
        return waiting.readableBytes() >= Head.MAX_BYTES
                || waiting.indexOf(from, waiting.writerIndex(), (byte) '\n') >= 0;
    }

    private void headLate() {
        if (exchange == null && !closing) {
            refuse(ProxyFault.of(FaultCode.HEAD_TOO_SLOW));
            dropPending();
        }
    }

    private void headDone() {
        scanned = 0;
        if (headTimer != null) {
            var _ = headTimer.cancel(false);
            headTimer = null;
        }
    }

    /** What came can't be read on from here: it is answered, and the connection ends. */
    private void refuse(ProxyFault fault) {
        headDone();
        dispatcher.unread().request(fault.code().status(), fault.code().flags(), 0);
        Send.bytes(ctx(), Answer.to(fault).write(ctx().alloc(), true, true));
        closeLingering();
    }

    private void begin(Head head, ByteBuf waiting) {
        Body body = Body.ofRequest(head);
        Exchange next = new Exchange(this, head, body);
        Dispatch dispatch = dispatcher.dispatch(head);
        if (dispatch instanceof Dispatch.Send && !HeadWriter.passesAsIs(head)) {
            next.take(HeadWriter.request(ctx().alloc(), head));
            waiting.skipBytes(head.length());
        } else {
            int length = head.length() + body.take(waiting, head.length());
            if (body.isBroken()) {
                refuse(ProxyFault.of(FaultCode.BAD_BODY));
                return;
            }
            if (!(dispatch instanceof Dispatch.Send)) {
                waiting.skipBytes(length);
            } else if (length == waiting.readableBytes()) {
                // Nearly always: the request goes on as the very bytes that were read.
                pending = null;
                next.take(waiting);
            } else {
                next.take(waiting.readRetainedSlice(length));
            }
        }
        exchange = next;
        switch (dispatch) {
            case Dispatch.Refuse(ProxyFault fault, Meter meter) -> next.refuse(fault, meter);
            case Dispatch.Respond(int status, String text, Meter meter) ->
                    next.respond(status, text, meter);
            case Dispatch.Send send -> next.send(send);
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
        resumeRequest();
        if (exchange != null) {
            exchange.flushRequest();
        }
    }

    // ---- the pace ----

    void pauseReading() {
        if (!paused) {
            paused = true;
            channel().config().setAutoRead(false);
        }
    }

    private void resumeReading() {
        if (paused) {
            paused = false;
            channel().config().setAutoRead(true);
        }
    }

    /** There is room for more of the request, or for the next. */
    void resumeRequest() {
        resumeReading();
        if (pending != null) {
            process();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (exchange != null && context.channel().isWritable()) {
            exchange.resumeAnswer();
        }
    }

    // ---- the end ----

    /** An answer has begun that can't be ended: the client has to see that something is missing. */
    void broken() {
        exchange = null;
        closing = true;
        dropPending();
        Send.reset(channel());
    }

    private void closeAfterWrites() {
        closing = true;
        Send.thenClose(channel());
    }

    /**
     * Closes while the client may still be sending: what it sends is read and dropped for a moment,
     * for a close with unread bytes becomes a reset, which takes the answer along (RFC 9112 section
     * 9.6).
     */
    private void closeLingering() {
        closing = true;
        resumeReading();
        Send.thenEndOutput(channel());
        var _ = scope.loop().schedule(this::closeNow, LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void closeNow() {
        var _ = channel().close();
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
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == Drain.Event.STOPPING && exchange == null && pending == null) {
            closeAfterWrites();
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closing = true;
        headDone();
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
