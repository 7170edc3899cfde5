// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.stack;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.serin.proxy.http.Body;
import io.serin.proxy.http.Head;
import io.serin.proxy.http.Method;
import io.serin.proxy.pool.Pooled;
import io.serin.proxy.pool.UpstreamHost;
import io.serin.proxy.transport.Send;
import org.jspecify.annotations.Nullable;

/**
 * The endpoint's side: one connection, which serves one exchange at a time and waits in its host's
 * pool between them.
 */
public final class Upstream extends ChannelInboundHandlerAdapter implements Pooled {

    private final UpstreamHost<Upstream> host;
    private final LoopScope scope;

    private @Nullable ChannelHandlerContext ctx;
    private @Nullable Exchange exchange;
    private @Nullable ByteBuf pending;
    private @Nullable Body body;
    private boolean keepAlive;
    private boolean reused;
    private boolean gone;
    private long idleSince;

    Upstream(UpstreamHost<Upstream> host, LoopScope scope) {
        this.host = host;
        this.scope = scope;
    }

    UpstreamHost<Upstream> host() {
        return host;
    }

    /** Whether it has served an exchange before this one. */
    boolean isReused() {
        return reused;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
    }

    private ChannelHandlerContext ctx() {
        if (ctx == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return ctx;
    }

    Channel channel() {
        return ctx().channel();
    }

    // ---- the request ----

    void serve(Exchange next) {
        exchange = next;
        if (gone) {
            // It was closed between the pool and here: say so when the caller is done with it.
            scope.loop().execute(() -> lost(next));
        }
    }

    void write(ByteBuf bytes) {
        Send.bytes(ctx(), bytes);
    }

    void flush() {
        ctx().flush();
    }

    boolean isWritable() {
        return channel().isWritable();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (exchange != null && context.channel().isWritable()) {
            exchange.resumeRequest();
        }
    }

    // ---- the answer ----

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (exchange == null) {
            // Nobody asked.
            in.release();
            var _ = context.close();
            return;
        }
        if (body != null) {
            forwardBody(exchange, body, in);
            return;
        }
        pending =
                pending == null
                        ? in
                        : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(
                                context.alloc(), pending, in);
        while (pending != null && exchange != null && body == null && readHead(exchange, pending)) {
            // An interim answer was passed on; the next head may be here as well.
        }
        if (pending != null && !pending.isReadable()) {
            pending.release();
            pending = null;
        }
    }

    /** Whether to look for another head in what was read. */
    private boolean readHead(Exchange of, ByteBuf from) {
        return switch (scope.responses().scanResponse(from)) {
            case INCOMPLETE -> false;
            case REFUSED -> {
                of.badAnswer("the answer can't be read: " + scope.responses().fault().cause());
                yield false;
            }
            case COMPLETE -> {
                Head head = scope.responses().head();
                if (of.mayBecomeTunnel(head.status())) {
                    of.becomeTunnel(this, head, from);
                    yield false;
                }
                if (head.status() < 200) {
                    of.interim(from.readRetainedSlice(head.length()));
                    yield from.isReadable();
                }
                if (of.goElsewhere(head)) {
                    exchange = null;
                    var _ = ctx().close();
                    yield false;
                }
                beginAnswer(of, head, from);
                yield false;
            }
        };
    }

    private void beginAnswer(Exchange of, Head head, ByteBuf from) {
        Method method = of.method();
        Body answer = Body.ofResponse(head, method);
        keepAlive = head.keepsAlive() && !answer.endsWithConnection();
        body = answer;
        of.answer(head, from);
        pending = null;
        forwardBody(of, answer, from);
    }

    /**
     * Passes on what belongs to the body, and finishes with its last byte. Takes the buffer over.
     */
    private void forwardBody(Exchange of, Body answer, ByteBuf in) {
        int length = answer.take(in);
        boolean whole = length == in.readableBytes();
        if (length > 0) {
            of.answerBody(whole ? in.retain() : in.readRetainedSlice(length));
        }
        in.release();
        if (answer.isBroken()) {
            of.badAnswer("the answer's body is malformed");
        } else if (answer.isDone()) {
            // What came after the answer belongs to nobody.
            keepAlive &= whole;
            finish(of, false);
        }
    }

    private void finish(Exchange of, boolean endedWithConnection) {
        exchange = null;
        body = null;
        if (keepAlive && of.isRequestComplete() && channel().isActive()) {
            becomeIdle();
        } else {
            var _ = ctx().close();
        }
        of.completed(host, endedWithConnection);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (exchange != null) {
            exchange.flushAnswer();
        }
    }

    void pauseReading() {
        channel().config().setAutoRead(false);
    }

    void resumeReading() {
        channel().config().setAutoRead(true);
    }

    // ---- between exchanges, and the end ----

    void becomeIdle() {
        reused = true;
        resumeReading();
        idleSince = scope.now();
        host.release(this);
    }

    @Override
    public long idleSince() {
        return idleSince;
    }

    @Override
    public void evict() {
        var _ = ctx().close();
    }

    /** The exchange gave up. */
    void abort() {
        exchange = null;
        var _ = ctx().close();
    }

    /** Both sides agreed on another protocol: hands over what was read and leaves the pipeline. */
    @Nullable ByteBuf leave() {
        ByteBuf left = pending;
        pending = null;
        exchange = null;
        var _ = ctx().pipeline().remove(this);
        if (left != null && !left.isReadable()) {
            left.release();
            return null;
        }
        return left;
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        gone = true;
        if (exchange == null) {
            host.forget(this);
        } else {
            lost(exchange);
        }
        if (pending != null) {
            pending.release();
            pending = null;
        }
    }

    private void lost(Exchange of) {
        if (exchange != of) {
            return;
        }
        if (body != null && body.endsWithConnection()) {
            finish(of, true);
            return;
        }
        boolean answerBegun = body != null || pending != null;
        exchange = null;
        body = null;
        of.upstreamLost(this, answerBegun);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = context.close();
    }
}
