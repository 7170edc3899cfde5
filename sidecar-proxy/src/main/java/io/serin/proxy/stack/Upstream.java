// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.stack;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.serin.proxy.http.Body;
import io.serin.proxy.http.Head;
import io.serin.proxy.http.HeadWriter;
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
    private boolean paused;
    private boolean failed;
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
            passFrom(exchange, body, in, 0);
            return;
        }
        ByteBuf unread = in;
        if (pending != null) {
            unread = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), pending, in);
            pending = null;
        }
        while (exchange != null && unread != null) {
            unread = readHead(exchange, unread);
        }
        if (unread != null) {
            unread.release();
        }
    }

    /**
     * Reads a head, and what there is of the body behind it.
     *
     * @param from passes over to here
     * @return what is left to look for another head in, after an interim answer; else null
     */
    private @Nullable ByteBuf readHead(Exchange of, ByteBuf from) {
        return switch (scope.responses().scanResponse(from)) {
            case INCOMPLETE -> {
                pending = from;
                yield null;
            }
            case REFUSED -> {
                from.release();
                of.badAnswer("the answer can't be read: " + scope.responses().fault().cause());
                yield null;
            }
            case COMPLETE -> answered(of, scope.responses().head(), from);
        };
    }

    private @Nullable ByteBuf answered(Exchange of, Head head, ByteBuf from) {
        if (of.mayBecomeTunnel(head.status())) {
            pending = from;
            of.becomeTunnel(this, head, from);
        } else if (head.status() == 101) {
            from.release();
            of.badAnswer("the answer switches protocols, which was not asked for");
        } else if (head.status() < 200) {
            of.interim(from.readRetainedSlice(head.length()));
            if (from.isReadable()) {
                return from;
            }
            from.release();
        } else if (!of.canRead(head)) {
            from.release();
            of.badAnswer("the answer comes in chunks, to a client of HTTP/1.0");
        } else if (of.goElsewhere(head)) {
            from.release();
        } else {
            beginAnswer(of, head, from);
        }
        return null;
    }

    /** Head and body go on in one piece where the head stays as it is: one write, one packet. */
    private void beginAnswer(Exchange of, Head head, ByteBuf from) {
        Body answer = Body.ofResponse(head, of.method());
        keepAlive = of.endpointStays(head) && !answer.endsWithConnection();
        body = answer;
        HeadWriter.Say say = of.answer(head, answer.endsWithConnection());
        if (HeadWriter.passesAsIs(head, say)) {
            passFrom(of, answer, from, head.length());
        } else {
            of.pass(HeadWriter.response(ctx().alloc(), head, say));
            from.skipBytes(head.length());
            passFrom(of, answer, from, 0);
        }
    }

    /**
     * Passes on a head of some length and what belongs to the body behind it, and finishes with its
     * last byte. Takes the buffer over.
     */
    private void passFrom(Exchange of, Body answer, ByteBuf in, int headLength) {
        int length = headLength + answer.take(in, headLength);
        boolean whole = length == in.readableBytes();
        if (answer.isBroken()) {
            in.release();
            of.badAnswer("the answer's body is malformed");
            return;
        }
        if (whole && length > 0) {
            of.pass(in);
        } else {
            if (length > 0) {
                of.pass(in.readRetainedSlice(length));
            }
            in.release();
        }
        if (answer.isDone()) {
            // What came after the answer belongs to nobody.
            keepAlive &= whole;
            finish(of);
        }
    }

    private void finish(Exchange of) {
        exchange = null;
        body = null;
        if (keepAlive && of.isRequestComplete() && channel().isActive()) {
            becomeIdle();
        } else {
            var _ = ctx().close();
        }
        of.completed(host);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (exchange != null) {
            exchange.flushAnswer();
        }
    }

    void pauseReading() {
        if (!paused) {
            paused = true;
            channel().config().setAutoRead(false);
        }
    }

    void resumeReading() {
        if (paused) {
            paused = false;
            channel().config().setAutoRead(true);
        }
    }

    // ---- between exchanges, and the end ----

    @Override
    public void becomeIdle() {
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
        if (body != null && body.endsWithConnection() && !failed) {
            keepAlive = false;
            finish(of);
            return;
        }
        boolean answerBegun = body != null || pending != null;
        exchange = null;
        body = null;
        of.upstreamLost(this, answerBegun);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // A reset is no proper end, not even for an answer that ends with the connection.
        failed = true;
        var _ = context.close();
    }
}
