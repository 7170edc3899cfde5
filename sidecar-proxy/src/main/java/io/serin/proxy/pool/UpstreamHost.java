// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.pool;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.serin.proxy.telemetry.Meter;
import io.serin.proxy.tls.EndpointTls;
import io.serin.proxy.tls.MeshTls;
import java.net.InetSocketAddress;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint as one event loop knows it, which alone touches it.
 *
 * @param <C> the connections that wait for the next request
 */
public final class UpstreamHost<C extends Pooled> {

    /** How long an endpoint that could not be reached is passed over while others can be had. */
    private static final long AVOID_NANOS = 1_000_000_000L;

    private final InetSocketAddress address;
    private final @Nullable InetSocketAddress source;
    private final Bootstrap bootstrap;
    private final Duration handshakeTimeout;
    private final Supplier<Optional<EndpointTls>> tls;
    private final Meter meter;
    private final Upstreams<C> owner;
    // The one used last is taken first, so that the rest grow old and go.
    private final ArrayDeque<C> idle = new ArrayDeque<>();
    private final Line<C> line;
    private int inFlight;
    private long avoidUntil;
    private boolean avoided;
    private boolean retired;

    UpstreamHost(
            InetSocketAddress address,
            @Nullable InetSocketAddress source,
            Bootstrap bootstrap,
            Duration connectTimeout,
            Duration handshakeTimeout,
            Supplier<Optional<EndpointTls>> tls,
            Meter meter,
            Upstreams<C> owner) {
        this.address = address;
        this.source = source;
        this.bootstrap = bootstrap;
        this.handshakeTimeout = handshakeTimeout;
        this.tls = tls;
        this.meter = meter;
        this.owner = owner;
        this.line = new Line<>(this, connectTimeout);
    }

    public InetSocketAddress address() {
        return address;
    }

    /** {@code 10.1.2.3:9080}, for messages. */
    public String authority() {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    public Meter meter() {
        return meter;
    }

    /** Requests that are being answered, or connections that are passed through. */
    public int inFlight() {
        return inFlight;
    }

    public void begin() {
        inFlight++;
    }

    public void end() {
        inFlight--;
    }

    /** Others are taken before it for a while. */
    public void avoid() {
        avoidFor(AVOID_NANOS);
    }

    private void avoidFor(long nanos) {
        avoided = true;
        avoidUntil = now() + nanos;
    }

    long now() {
        return owner.loop().ticker().nanoTime();
    }

    public boolean isAvoided(long now) {
        if (avoided && now - avoidUntil >= 0) {
            avoided = false;
        }
        return avoided;
    }

    public @Nullable C takeIdle() {
        return idle.pollFirst();
    }

    /** Where no connection is idle: takes the first that is made, or becomes free. */
    public void join(Waiting<C> who) {
        line.join(who);
    }

    /** Takes one that nobody has used. */
    public void connectFor(Waiting<C> who) {
        line.connectFor(who);
    }

    /** Takes a connection back for the next request, which may wait for it. */
    public void release(C connection) {
        if (line.serve(connection)) {
            return;
        }
        if (retired) {
            connection.evict();
            return;
        }
        if (idle.isEmpty()) {
            owner.watch(this);
        }
        idle.addFirst(connection);
    }

    /** An idle connection was closed by the other side. */
    public void forget(C connection) {
        var _ = idle.remove(connection);
    }

    /**
     * Connects; where the endpoint takes mTLS, with that, and to nobody else. An endpoint that is
     * not reached, or slowly, is avoided for a while.
     *
     * @param inside what the connection is for
     * @param whenSlow called once when it takes long, and may take longer
     * @return fails when it could not be reached, or is not who it should be
     */
    public Future<Channel> connect(
            ChannelHandler handler, MeshTls.Inside inside, Runnable whenSlow) {
        Promise<Channel> result = owner.loop().newPromise();
        Optional<EndpointTls> mtls = tls.get();
        ChannelFuture connecting =
                dial(
                        mtls.<ChannelHandler>map(with -> secured(with, inside, handler, result))
                                .orElse(handler));
        Slowness slowness =
                new Slowness(
                        owner,
                        connecting,
                        () -> {
                            avoidFor(handshakeTimeout.toNanos());
                            whenSlow.run();
                        });
        result.addListener(done -> {
            slowness.end();
            if (done.isSuccess()) {
                avoided = false;
            } else {
                avoid();
            }
        });
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                result.tryFailure(done.cause());
            } else if (mtls.isEmpty()) {
                result.trySuccess(connecting.channel());
            }
        });
        return result;
    }

    private ChannelInitializer<Channel> secured(
            EndpointTls mtls,
            MeshTls.Inside inside,
            ChannelHandler handler,
            Promise<Channel> result) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                SslHandler handshake = mtls.own().client(channel, inside, handshakeTimeout);
                handshake
                        .handshakeFuture()
                        .addListener(done -> {
                            if (done.isSuccess()) {
                                accept(channel, mtls, result);
                            } else {
                                result.tryFailure(done.cause());
                            }
                        });
                channel.pipeline().addLast(handshake, handler);
            }
        };
    }

    private static void accept(Channel channel, EndpointTls mtls, Promise<Channel> result) {
        try {
            mtls.check(channel);
            result.trySuccess(channel);
        } catch (CertificateException somebodyElse) {
            result.tryFailure(somebodyElse);
            var _ = channel.close();
        }
    }

    private ChannelFuture dial(ChannelHandler handler) {
        Bootstrap once = bootstrap.handler(handler);
        return source == null ? once.connect(address) : once.connect(address, source);
    }

    /** Closes what lay idle for too long; says whether anything is left to come back for. */
    boolean evictOlderThan(long oldest) {
        for (C last = idle.peekLast();
                last != null && last.idleSince() - oldest < 0;
                last = idle.peekLast()) {
            idle.pollLast().evict();
        }
        return !idle.isEmpty();
    }

    /** The endpoint went away: idle connections are closed, the others finish. */
    void retire() {
        retired = true;
        for (C connection = idle.pollFirst(); connection != null; connection = idle.pollFirst()) {
            connection.evict();
        }
    }

    boolean isUnused() {
        return idle.isEmpty() && inFlight == 0;
    }
}
