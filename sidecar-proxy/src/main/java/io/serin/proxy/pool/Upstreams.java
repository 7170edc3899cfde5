// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.pool;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.serin.proxy.telemetry.Meter;
import io.serin.proxy.tls.EndpointTls;
import io.serin.proxy.transport.Loops;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The endpoints that one event loop knows, and the clock that empties their pools. */
public final class Upstreams<C extends Pooled> {

    /** Sockets that bind only an address take their port at connect time: IP(7), value 24. */
    private static final IntegerUnixChannelOption IP_BIND_ADDRESS_NO_PORT =
            new IntegerUnixChannelOption("IP_BIND_ADDRESS_NO_PORT", 0, 24);

    /** How much longer a TLS handshake may take than a connection: the peer has to work for it. */
    private static final int HANDSHAKE = 3;

    /**
     * Connections that others are made beside of, at once: where more are slow, it is not for one
     * endpoint's silence, and more of them would be slower.
     */
    private static final int MAX_BESIDE = 16;

    private final Map<Object, UpstreamHost<C>> hosts = new HashMap<>();
    private final Set<UpstreamHost<C>> withIdle =
            Collections.newSetFromMap(new IdentityHashMap<>());
    private final EventLoop loop;
    private final Loops loops;
    private final Duration idleTimeout;
    private int beside;

    /**
     * @param idleTimeout how long a connection waits for the next request; shorter than the
     *     servers' own, so that they seldom close one that is just being used
     */
    public Upstreams(EventLoop loop, Loops loops, Duration idleTimeout) {
        this.loop = loop;
        this.loops = loops;
        this.idleTimeout = idleTimeout;
        var _ = loop.scheduleWithFixedDelay(this::evictIdle, 1, 1, TimeUnit.SECONDS);
    }

    /**
     * The endpoint of a key, made when first asked for.
     *
     * @param key all that tells it apart: the same address may serve several clusters
     * @param source the address to call from; null for any
     * @param connectTimeout for a connection
     * @param tls asked for each connection; empty for plaintext
     */
    public UpstreamHost<C> host(
            Object key,
            InetSocketAddress address,
            @Nullable String source,
            Duration connectTimeout,
            Supplier<Optional<EndpointTls>> tls,
            Supplier<Meter> meter) {
        UpstreamHost<C> known = hosts.get(key);
        if (known != null) {
            return known;
        }
        UpstreamHost<C> made =
                new UpstreamHost<>(
                        address,
                        source == null ? null : new InetSocketAddress(source, 0),
                        bootstrap(source, connectTimeout),
                        connectTimeout,
                        connectTimeout.multipliedBy(HANDSHAKE),
                        tls,
                        meter.get(),
                        this);
        hosts.put(key, made);
        return made;
    }

    private Bootstrap bootstrap(@Nullable String source, Duration connectTimeout) {
        Bootstrap bootstrap =
                new Bootstrap()
                        .group(loop)
                        .channel(loops.channel())
                        .option(
                                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                Math.toIntExact(Math.min(connectTimeout.toMillis(), 60_000)))
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.SO_KEEPALIVE, true)
                        .option(ChannelOption.ALLOCATOR, loops.allocator())
                        .option(ChannelOption.RECVBUF_ALLOCATOR, Loops.reads())
                        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, Loops.WATER_MARK);
        if (source != null && loops.transport().equals("epoll")) {
            bootstrap.option(IP_BIND_ADDRESS_NO_PORT, 1);
        }
        return bootstrap;
    }

    EventLoop loop() {
        return loop;
    }

    /** Retires every endpoint whose key is not among those that are there now. */
    public void retain(Set<?> present) {
        hosts.entrySet()
                .removeIf(entry -> {
                    if (present.contains(entry.getKey())) {
                        return false;
                    }
                    entry.getValue().retire();
                    return true;
                });
    }

    /** Whether another connection may be made beside one that is slow; counts it if so. */
    boolean mayTryBeside() {
        if (beside == MAX_BESIDE) {
            return false;
        }
        beside++;
        return true;
    }

    /** The slow one has come, or is given up. */
    void triedBeside() {
        beside--;
    }

    /** The host has an idle connection, which will be too old one day. */
    void watch(UpstreamHost<C> host) {
        withIdle.add(host);
    }

    private void evictIdle() {
        if (!withIdle.isEmpty()) {
            long oldest = loop.ticker().nanoTime() - idleTimeout.toNanos();
            withIdle.removeIf(host -> !host.evictOlderThan(oldest));
        }
    }

    /**
     * Forgets endpoints that nothing waits at or runs to: for those whose addresses nobody lists.
     */
    public void forgetUnused() {
        hosts.values().removeIf(UpstreamHost::isUnused);
    }
}
