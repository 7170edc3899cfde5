// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.stack;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.serin.proxy.fault.Answer;
import io.serin.proxy.fault.FaultCode;
import io.serin.proxy.fault.ProxyFault;
import io.serin.proxy.http.Body;
import io.serin.proxy.http.Head;
import io.serin.proxy.http.HeadWriter;
import io.serin.proxy.http.Method;
import io.serin.proxy.pool.UpstreamHost;
import io.serin.proxy.telemetry.Meter;
import io.serin.proxy.transport.Relay;
import io.serin.proxy.transport.Send;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. Sends the request to an endpoint, and to another one when nothing can
 * have been lost by it: the connection could not be made, the other side's proxy says that its
 * application never saw it, or no answer came to a request that may be repeated (RFC 9110 section
 * 9.2.2). For that it keeps what was sent, up to {@value #MAX_KEPT} bytes. One event loop.
 */
final class Exchange {

    static final int MAX_KEPT = 64 * 1024;

    private final Downstream downstream;
    private final Method method;
    private final boolean clientKeepsAlive;
    private final boolean mayUpgrade;
    private final Body body;
    private final long started;
    private final List<ByteBuf> kept = new ArrayList<>(2);
    private int keptBytes;
    private boolean replayable = true;

    private Dispatch.@Nullable Send send;
    private int retriesLeft;
    private @Nullable UpstreamHost<Upstream> host;
    private @Nullable Upstream upstream;
    private @Nullable ProxyFault lastFault;
    private @Nullable UpstreamHost<Upstream> failedAt;
    private boolean triedFreshConnection;
    private int status;
    private boolean over;

    Exchange(Downstream downstream, Head head) {
        this.downstream = downstream;
        this.method = head.method();
        this.clientKeepsAlive = head.keepsAlive();
        this.mayUpgrade = head.asksForUpgrade() || head.method() == Method.CONNECT;
        this.body = Body.ofRequest(head);
        this.started = downstream.scope().now();
    }

    Method method() {
        return method;
    }

    Downstream downstream() {
        return downstream;
    }

    // ---- the request ----

    /** Takes the head off what was read, to be sent. */
    void take(Head head, ByteBuf from) {
        keep(HeadWriter.request(downstream.ctx().alloc(), head, from));
    }

    void send(Dispatch.Send how) {
        send = how;
        retriesLeft = how.retries();
        attempt();
    }

    /** Takes what belongs to the request's body; false when nothing does, for now or at all. */
    boolean takeBody(ByteBuf from) {
        if (over || body.isDone() || (upstream == null && !replayable)) {
            return false;
        }
        int length = body.take(from);
        if (length > 0) {
            sendOrKeep(from.readRetainedSlice(length));
        }
        if (body.isBroken()) {
            fail(ProxyFault.of(FaultCode.BAD_BODY));
            return false;
        }
        return length > 0;
    }

    private void sendOrKeep(ByteBuf bytes) {
        if (upstream == null) {
            keep(bytes);
            return;
        }
        if (replayable) {
            keep(bytes.retainedDuplicate());
            if (!replayable) {
                releaseKept();
            }
        }
        upstream.write(bytes);
        if (!upstream.isWritable()) {
            downstream.pauseReading();
        }
    }

    private void keep(ByteBuf bytes) {
        kept.add(bytes);
        keptBytes += bytes.readableBytes();
        if (keptBytes > MAX_KEPT) {
            replayable = false;
            if (upstream == null) {
                downstream.pauseReading();
            }
        }
    }

    private void releaseKept() {
        kept.forEach(ByteBuf::release);
        kept.clear();
    }

    void flushRequest() {
        if (upstream != null) {
            upstream.flush();
        }
    }

    boolean isRequestComplete() {
        return body.isDone();
    }

    // ---- attempts ----

    private void attempt() {
        Dispatch.Endpoints endpoints = sendTo().endpoints();
        UpstreamHost<Upstream> next = endpoints.next();
        if (next == null) {
            ProxyFault fault = lastFault == null ? endpoints.none() : lastFault;
            fail(fault);
            return;
        }
        host = next;
        next.begin();
        Upstream idle = next.takeIdle();
        if (idle == null) {
            connect(next);
        } else {
            bind(idle);
        }
    }

    private Dispatch.Send sendTo() {
        if (send == null) {
            throw new IllegalStateException("not dispatched");
        }
        return send;
    }

    private void connect(UpstreamHost<Upstream> to) {
        Upstream fresh = new Upstream(to, downstream.scope());
        ChannelFuture connecting = to.connect(fresh);
        connecting.addListener(done -> {
            if (over) {
                if (done.isSuccess()) {
                    fresh.becomeIdle();
                }
            } else if (done.isSuccess()) {
                bind(fresh);
                fresh.flush();
            } else {
                connectFailed(to, done.cause());
            }
        });
    }

    private void bind(Upstream to) {
        upstream = to;
        to.serve(this);
        for (ByteBuf bytes : kept) {
            to.write(bytes.retainedDuplicate());
        }
        if (!replayable) {
            releaseKept();
        }
        if (to.isWritable()) {
            downstream.resumeReading();
        }
    }

    private void connectFailed(UpstreamHost<Upstream> to, Throwable cause) {
        to.end();
        host = null;
        to.failed(downstream.scope().now());
        String reason = String.valueOf(cause.getMessage());
        fault(
                to,
                new ProxyFault(
                        downstream.side().connectFailed(),
                        "connection to " + authority(to) + " failed: " + reason));
        // Nothing was sent, so that any request may go elsewhere.
        retryOrFail(downstream.side().elsewhere());
    }

    /** The connection ended before the answer did. */
    void upstreamLost(Upstream lost, boolean answerBegun) {
        UpstreamHost<Upstream> from = lost.host();
        from.end();
        host = null;
        upstream = null;
        if (status != 0) {
            // Part of the answer is on its way, and the rest is lost.
            over = true;
            releaseKept();
            from.meter().request(status, downstream.side().closed().flags(), elapsed());
            downstream.broken();
            return;
        }
        boolean mayRepeat = !answerBegun && isIdempotent();
        if (mayRepeat && replayable && lost.isReused() && !triedFreshConnection) {
            // Idle for too long, by the other side's clock: a fresh connection may well do.
            triedFreshConnection = true;
            host = from;
            from.begin();
            connect(from);
            return;
        }
        fault(
                from,
                new ProxyFault(
                        downstream.side().closed(),
                        authority(from) + " closed the connection before it answered"));
        retryOrFail(mayRepeat && downstream.side().elsewhere());
    }

    /**
     * Tries another endpoint when the other side's proxy answered in its application's place, and
     * nothing can be lost or done twice by it: the application saw nothing of the request, or gave
     * no answer to one that may be repeated.
     *
     * @return whether the answer is done with; else it is to be passed on
     */
    boolean goElsewhere(Head answer) {
        FaultCode fault;
        if (answer.isFault(FaultCode.APPLICATION_REFUSED.code())) {
            fault = FaultCode.CONNECT_FAILED;
        } else if (isIdempotent() && answer.isFault(FaultCode.APPLICATION_CLOSED.code())) {
            fault = FaultCode.ENDPOINT_CLOSED;
        } else {
            return false;
        }
        if (!downstream.side().elsewhere() || !replayable || retriesLeft == 0 || host == null) {
            return false;
        }
        UpstreamHost<Upstream> from = host;
        from.end();
        from.failed(downstream.scope().now());
        host = null;
        upstream = null;
        fault(from, ProxyFault.of(fault));
        retryOrFail(true);
        return true;
    }

    private void fault(UpstreamHost<Upstream> at, ProxyFault fault) {
        lastFault = fault;
        failedAt = at;
    }

    private void retryOrFail(boolean mayRetry) {
        if (mayRetry && replayable && retriesLeft > 0) {
            retriesLeft--;
            attempt();
            if (upstream != null) {
                upstream.flush();
            }
        } else if (lastFault != null) {
            fail(lastFault);
        }
    }

    private boolean isIdempotent() {
        return method == Method.IDEMPOTENT || method == Method.HEAD;
    }

    private static String authority(UpstreamHost<Upstream> host) {
        return host.address().getAddress().getHostAddress() + ":" + host.address().getPort();
    }

    // ---- the answer ----

    /** An interim answer (1xx) goes on as it is. */
    void interim(ByteBuf head) {
        Send.bytes(downstream.ctx(), head);
    }

    /** The answer's head. The caller's buffer is read past it. */
    void answer(Head head, ByteBuf from) {
        status = head.status();
        releaseKept();
        replayable = false;
        ByteBuf bytes =
                HeadWriter.response(
                        downstream.ctx().alloc(),
                        head,
                        from,
                        !clientKeepsAlive || downstream.isLeaving() || !body.isDone());
        Send.bytes(downstream.ctx(), bytes);
    }

    /** A piece of the answer's body; ownership passes here. */
    void answerBody(ByteBuf bytes) {
        Send.bytes(downstream.ctx(), bytes);
        if (!downstream.channel().isWritable() && upstream != null) {
            upstream.pauseReading();
        }
    }

    void flushAnswer() {
        downstream.ctx().flush();
    }

    void resumeAnswer() {
        if (upstream != null) {
            upstream.resumeReading();
        }
    }

    void resumeRequest() {
        downstream.resumeReading();
    }

    /** The answer is complete. */
    void completed(UpstreamHost<Upstream> by, boolean endedWithConnection) {
        over = true;
        by.end();
        by.meter().request(status, Meter.NO_FLAGS, elapsed());
        releaseKept();
        boolean leaving = downstream.isLeaving();
        downstream.finished(clientKeepsAlive && !endedWithConnection && !leaving, body.isDone());
    }

    void badAnswer(String cause) {
        fail(new ProxyFault(downstream.side().badAnswer(), cause));
    }

    boolean mayBecomeTunnel(int answeredStatus) {
        return mayUpgrade
                && (answeredStatus == 101
                        || method == Method.CONNECT
                                && answeredStatus >= 200
                                && answeredStatus < 300);
    }

    /** From here on bytes go both ways as they are. */
    void becomeTunnel(Upstream with, Head head, ByteBuf from) {
        over = true;
        releaseKept();
        UpstreamHost<Upstream> by = with.host();
        Meter meter = by.meter();
        meter.request(head.status(), Meter.NO_FLAGS, elapsed());
        Channel client = downstream.channel();
        Channel server = with.channel();
        ByteBuf answerHead = from.readRetainedSlice(head.length());
        ByteBuf early = downstream.leave();
        ByteBuf late = with.leave();
        Send.bytes(client, answerHead);
        if (late != null) {
            Send.bytes(client, late);
        }
        client.flush();
        if (early != null) {
            Send.now(server, early);
        }
        server.closeFuture().addListener(closed -> by.end());
        Relay.join(client, server, meter::tcpReceived, meter::tcpSent);
    }

    // ---- answers of our own ----

    void refuse(ProxyFault fault, Meter meter) {
        end(fault.code().status(), fault.code().flags(), meter);
        boolean keep = mayKeepAlive();
        Send.bytes(downstream.ctx(), Answer.of(downstream.ctx().alloc(), fault, !keep));
        downstream.finished(keep, body.isDone());
    }

    void respond(int code, String text, Meter meter) {
        end(code, Meter.NO_FLAGS, meter);
        boolean keep = mayKeepAlive();
        Send.bytes(downstream.ctx(), Answer.of(downstream.ctx().alloc(), code, text, !keep));
        downstream.finished(keep, body.isDone());
    }

    private void fail(ProxyFault fault) {
        if (over) {
            return;
        }
        if (status != 0) {
            detach();
            over = true;
            releaseKept();
            downstream.broken();
            return;
        }
        Meter meter = failedAt != null ? failedAt.meter() : sendTo().endpoints().meter();
        detach();
        refuse(fault, meter);
    }

    private void end(int code, String flags, Meter meter) {
        over = true;
        releaseKept();
        meter.request(code, flags, elapsed());
    }

    /**
     * Not after HEAD, whose answer we give a body as to GET, nor with the rest of a body to come.
     */
    private boolean mayKeepAlive() {
        return clientKeepsAlive
                && body.isDone()
                && method != Method.HEAD
                && !downstream.isLeaving();
    }

    private void detach() {
        if (host != null) {
            host.end();
            host = null;
        }
        if (upstream != null) {
            upstream.abort();
            upstream = null;
        }
    }

    /** The client went away. */
    void abandon() {
        if (over) {
            return;
        }
        Meter meter =
                host != null
                        ? host.meter()
                        : failedAt != null ? failedAt.meter() : sendTo().endpoints().meter();
        detach();
        end(0, "DC", meter);
    }

    private long elapsed() {
        return downstream.scope().now() - started;
    }
}
