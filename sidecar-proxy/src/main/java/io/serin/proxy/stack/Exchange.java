// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.stack;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ConnectTimeoutException;
import io.serin.proxy.fault.Answer;
import io.serin.proxy.fault.FaultCode;
import io.serin.proxy.fault.ProxyFault;
import io.serin.proxy.http.Body;
import io.serin.proxy.http.Head;
import io.serin.proxy.http.HeadWriter;
import io.serin.proxy.http.Method;
import io.serin.proxy.pool.UpstreamHost;
import io.serin.proxy.pool.Waiting;
import io.serin.proxy.telemetry.Meter;
import io.serin.proxy.transport.Relay;
import io.serin.proxy.transport.Send;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. Sends the request to an endpoint, and to another one when nothing can
 * have been lost by it: the connection is not made, or not soon, the other side's proxy says that
 * its application never saw it, or no answer came to a request that may be repeated (RFC 9110
 * section 9.2.2). One event loop.
 */
final class Exchange {

    private final Downstream downstream;
    private final Method method;
    private final boolean http10;
    private final boolean clientKeepsAlive;
    private final boolean mayUpgrade;
    private final Body body;
    private final long started;
    private final Replay replay = new Replay();

    private Dispatch.@Nullable Send send;
    private int retriesLeft;
    private @Nullable UpstreamHost<Upstream> tried;

    /** Endpoints that it waits for a connection to. */
    private int waiting;

    /** An endpoint whose connection came when another one had the request already. */
    private @Nullable UpstreamHost<Upstream> late;

    private @Nullable Upstream upstream;
    private @Nullable ProxyFault lastFault;
    private boolean triedFreshConnection;
    private boolean answerKeepsAlive;
    private int status;
    private boolean over;

    Exchange(Downstream downstream, Head head, Body body) {
        this.downstream = downstream;
        this.method = head.method();
        this.http10 = head.isHttp10();
        this.clientKeepsAlive = head.keepsAlive();
        this.mayUpgrade = head.asksForUpgrade() || head.method() == Method.CONNECT;
        this.body = body;
        this.started = downstream.scope().now();
    }

    Method method() {
        return method;
    }

    // ---- the request ----

    void send(Dispatch.Send how) {
        send = how;
        retriesLeft = how.retries();
        attempt();
    }

    /** Takes the request's first bytes, and then what follows. Ownership passes here. */
    void take(ByteBuf bytes) {
        if (upstream == null) {
            replay.keep(bytes);
            if (replay.isFull()) {
                downstream.pauseReading();
            }
            return;
        }
        replay.sendOn(bytes, upstream);
        if (!upstream.isWritable()) {
            downstream.pauseReading();
        }
    }

    /** Takes what belongs to the request's body; false when nothing does, for now or at all. */
    boolean takeBody(ByteBuf from) {
        if (over || body.isDone() || (upstream == null && replay.isFull())) {
            return false;
        }
        int length = body.take(from);
        if (body.isBroken()) {
            // Bytes up to the mistake are not worth sending on: the request can't be ended.
            fail(ProxyFault.of(FaultCode.BAD_BODY));
            return false;
        }
        if (length > 0) {
            take(from.readRetainedSlice(length));
        }
        return length > 0;
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
        UpstreamHost<Upstream> next = sendTo().endpoints().next();
        if (next != null) {
            attempt(next);
        } else if (waiting == 0) {
            fail(lastFault == null ? sendTo().endpoints().none() : lastFault);
        }
    }

    private void attempt(UpstreamHost<Upstream> at) {
        tried = at;
        at.begin();
        Upstream idle = at.takeIdle();
        if (idle == null) {
            at.join(new Wait(at));
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

    /** Whether a connection is wanted still: another one may have been made sooner. */
    private boolean isWaiting() {
        return !over && upstream == null;
    }

    /** The first connection that is made takes the request: an endpoint may be gone in silence. */
    private void tryAnotherBeside() {
        if (isWaiting() && downstream.side().elsewhere() && retriesLeft > 0) {
            retriesLeft--;
            attempt();
            flushRequest();
        }
    }

    private void bind(Upstream to) {
        tried = to.host();
        upstream = to;
        to.serve(this);
        replay.sendTo(to);
        if (to.isWritable()) {
            downstream.resumeRequest();
        }
    }

    private void connectFailed(UpstreamHost<Upstream> to, Throwable cause) {
        lastFault =
                new ProxyFault(
                        downstream.side().connectFailed(),
                        "connection to " + to.authority() + " failed: " + reason(cause));
        // Nothing was sent, so that any request may go elsewhere.
        retryOrFail(downstream.side().elsewhere());
    }

    /** The kernel's word for it, without the library's around it. */
    private static String reason(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof ConnectTimeoutException) {
            return "timed out";
        }
        return message.contains("Connection refused") ? "refused" : message;
    }

    /** The connection ended before the answer did. */
    void upstreamLost(Upstream lost, boolean answerBegun) {
        UpstreamHost<Upstream> from = lost.host();
        from.end();
        upstream = null;
        if (status != 0) {
            // Part of the answer is on its way, and the rest is lost.
            end(status, downstream.side().closed().flags(), from.meter());
            downstream.broken();
            return;
        }
        boolean mayRepeat = !answerBegun && isIdempotent();
        if (mayRepeat && replay.isWhole() && lost.isReused() && !triedFreshConnection) {
            // Idle for too long, by the other side's clock: a fresh connection may well do.
            triedFreshConnection = true;
            from.begin();
            from.connectFor(new Wait(from));
            return;
        }
        lastFault =
                new ProxyFault(
                        downstream.side().closed(),
                        from.authority() + " closed the connection before it answered");
        retryOrFail(mayRepeat && downstream.side().elsewhere());
    }

    /**
     * The other side's proxy answered in its application's place. Says whether another endpoint is
     * tried, or the fault answered otherwise; if not, the answer goes on as any other.
     */
    boolean goElsewhere(Head answer) {
        boolean unseen = answer.isFault(FaultCode.APPLICATION_REFUSED.code());
        boolean lost = answer.isFault(FaultCode.APPLICATION_CLOSED.code());
        if (!(unseen || lost && isIdempotent())
                || !downstream.side().elsewhere()
                || !replay.isWhole()
                || !hasElsewhere()
                || upstream == null) {
            return false;
        }
        UpstreamHost<Upstream> from = upstream.host();
        from.avoid();
        // First, for what it may not have sent yet is what is sent again now.
        detach();
        lastFault =
                unseen
                        ? new ProxyFault(
                                FaultCode.CONNECT_FAILED,
                                "the application at " + from.authority() + " refused")
                        : new ProxyFault(
                                FaultCode.ENDPOINT_CLOSED,
                                "the application at "
                                        + from.authority()
                                        + " closed the connection before it answered");
        retryOrFail(true);
        return true;
    }

    private boolean hasElsewhere() {
        return retriesLeft > 0 || waiting > 0 || late != null;
    }

    private void retryOrFail(boolean mayRetry) {
        boolean may = mayRetry && replay.isWhole();
        UpstreamHost<Upstream> slower = late;
        if (may && slower != null) {
            // It was passed over for being slow only, and has not had the request yet.
            late = null;
            attempt(slower);
            flushRequest();
        } else if (may && retriesLeft > 0) {
            retriesLeft--;
            attempt();
            flushRequest();
        } else if (lastFault != null && !(may && waiting > 0)) {
            fail(lastFault);
        }
    }

    private boolean isIdempotent() {
        return method == Method.IDEMPOTENT || method == Method.HEAD;
    }

    // ---- the answer ----

    /** An interim answer (1xx) goes on as it is; HTTP/1.0 knows none. */
    void interim(ByteBuf head) {
        if (http10) {
            head.release();
        } else {
            Send.bytes(downstream.ctx(), head);
        }
    }

    /** Whether the endpoint will take another request after this answer. */
    boolean endpointStays(Head head) {
        // Asked in HTTP/1.0, a server of HTTP/1.1 may close without saying so.
        return http10 ? head.saysKeepAlive() : head.keepsAlive();
    }

    /** Whether the client can read the answer: HTTP/1.0 knows no chunks. */
    boolean canRead(Head head) {
        return !http10 || !head.isChunked();
    }

    /**
     * The answer has begun: nothing is tried again from here on.
     *
     * @param endsWithConnection whether only the connection's end is its end
     * @return what its head is to say of the connection to the client
     */
    HeadWriter.Say answer(Head head, boolean endsWithConnection) {
        status = head.status();
        replay.drop();
        answerKeepsAlive =
                clientKeepsAlive
                        && !endsWithConnection
                        && !downstream.isLeaving()
                        && body.isDone()
                        // Without it, a client of HTTP/1.0 waits for the end of the connection.
                        && (!http10 || head.saysKeepAlive());
        if (!answerKeepsAlive) {
            return HeadWriter.Say.CLOSE;
        }
        return http10 ? HeadWriter.Say.KEEP_ALIVE : HeadWriter.Say.NOTHING;
    }

    /** Bytes of the answer, its head's or its body's. Ownership passes here. */
    void pass(ByteBuf bytes) {
        Send.bytes(downstream.ctx(), bytes);
        if (upstream != null && !downstream.channel().isWritable()) {
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

    /** There is room for more of the request: what waited for it is sent at once. */
    void resumeRequest() {
        downstream.resumeRequest();
        flushRequest();
    }

    /** The answer is complete. */
    void completed(UpstreamHost<Upstream> by) {
        by.end();
        upstream = null;
        end(status, Meter.NO_FLAGS, by.meter());
        downstream.finished(answerKeepsAlive, body.isDone());
    }

    void badAnswer(String cause) {
        fail(new ProxyFault(downstream.side().badAnswer(), cause));
    }

    boolean mayBecomeTunnel(int answeredStatus) {
        return mayUpgrade
                && (method == Method.CONNECT
                        ? answeredStatus >= 200 && answeredStatus < 300
                        : answeredStatus == 101);
    }

    /** From here on bytes go both ways as they are. */
    void becomeTunnel(Upstream with, Head head, ByteBuf from) {
        UpstreamHost<Upstream> by = with.host();
        Meter meter = by.meter();
        end(head.status(), Meter.NO_FLAGS, meter);
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
        reply(Answer.to(fault), fault.code().flags(), meter);
    }

    void respond(int code, String text, Meter meter) {
        reply(Answer.of(code, text), Meter.NO_FLAGS, meter);
    }

    private void reply(Answer answer, String flags, Meter meter) {
        end(answer.status(), flags, meter);
        // Our answers are of HTTP/1.1, whose persistence a client of HTTP/1.0 does not know.
        boolean keep = clientKeepsAlive && !http10 && body.isDone() && !downstream.isLeaving();
        boolean withBody = method != Method.HEAD;
        Send.bytes(downstream.ctx(), answer.write(downstream.ctx().alloc(), withBody, !keep));
        downstream.finished(keep, body.isDone());
    }

    private void fail(ProxyFault fault) {
        if (over) {
            return;
        }
        Meter meter = meter();
        detach();
        if (status != 0) {
            end(status, fault.code().flags(), meter);
            downstream.broken();
            return;
        }
        // Envoy's word for it: as often as the route allows, and still no answer.
        boolean exhausted = retriesLeft == 0 && sendTo().retries() > 0;
        String flags = fault.code().flags();
        reply(Answer.to(fault), exhausted ? flags + ",URX" : flags, meter);
    }

    /** The client went away. */
    void abandon() {
        if (!over) {
            Meter meter = meter();
            detach();
            end(0, "DC", meter);
        }
    }

    private Meter meter() {
        return tried != null ? tried.meter() : sendTo().endpoints().meter();
    }

    private void detach() {
        if (upstream != null) {
            upstream.host().end();
            upstream.abort();
            upstream = null;
        }
    }

    private void end(int code, String flags, Meter meter) {
        over = true;
        replay.drop();
        meter.request(code, flags, downstream.scope().now() - started);
    }

    /** Waits for a connection to an endpoint. */
    private final class Wait implements Waiting<Upstream> {

        private final UpstreamHost<Upstream> at;

        Wait(UpstreamHost<Upstream> at) {
            this.at = at;
            waiting++;
        }

        @Override
        public boolean isWanted() {
            return isWaiting();
        }

        @Override
        public Upstream fresh() {
            return new Upstream(at, downstream.scope());
        }

        @Override
        public void take(Upstream connection) {
            waiting--;
            bind(connection);
            connection.flush();
        }

        @Override
        public void failed(Throwable cause) {
            waiting--;
            at.end();
            if (isWaiting()) {
                connectFailed(at, cause);
            }
        }

        @Override
        public void passOver() {
            waiting--;
            at.end();
            late = at;
        }

        @Override
        public void slow() {
            tryAnotherBeside();
        }
    }
}
