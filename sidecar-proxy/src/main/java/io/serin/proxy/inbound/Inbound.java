// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.inbound;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.serin.api.backend.Workload;
import io.serin.api.name.ClusterName;
import io.serin.api.snapshot.Listener;
import io.serin.api.snapshot.ProxySnapshot;
import io.serin.proxy.config.watch.Watch;
import io.serin.proxy.drain.Drain;
import io.serin.proxy.stack.Detect;
import io.serin.proxy.stack.Downstream;
import io.serin.proxy.stack.LoopScope;
import io.serin.proxy.stack.Passing;
import io.serin.proxy.stack.Server;
import io.serin.proxy.stack.Side;
import io.serin.proxy.telemetry.Telemetry;
import io.serin.proxy.transport.Loops;
import io.serin.proxy.transport.OriginalDestination;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * The inbound direction, put together: accept, ask for the original destination, detect, HTTP, the
 * application; or pass through.
 */
public final class Inbound {

    private final InetSocketAddress listenAt;
    private final OriginalDestination originalDestination;
    private final Loops loops;
    private final Drain drain;
    private final IdentityHashMap<EventLoop, InboundLoop> byLoop = new IdentityHashMap<>();
    private volatile Map<Integer, Listener.Inbound.Port> ports;

    /** As {@code Outbound}. */
    public Inbound(
            InetSocketAddress listenAt,
            OriginalDestination originalDestination,
            Workload self,
            Loops loops,
            Watch<ProxySnapshot> config,
            Telemetry telemetry,
            Drain drain) {
        this.listenAt = listenAt;
        this.originalDestination = originalDestination;
        this.loops = loops;
        this.drain = drain;
        this.ports = portsOf(config.get());
        for (EventExecutor executor : loops.group()) {
            EventLoop loop = (EventLoop) executor;
            LoopScope scope = new LoopScope(loop, telemetry.meterOf(loop));
            byLoop.put(loop, new InboundLoop(scope, loops, self));
        }
        var _ = config.subscribe(snapshot -> ports = portsOf(snapshot));
    }

    private static Map<Integer, Listener.Inbound.Port> portsOf(ProxySnapshot snapshot) {
        Map<Integer, Listener.Inbound.Port> ports = new HashMap<>();
        for (Listener listener : snapshot.listeners().values()) {
            if (listener instanceof Listener.Inbound inbound) {
                inbound.ports().forEach(port -> ports.put(port.number(), port));
            }
        }
        return ports;
    }

    /** Listens; the future's channel knows the port. */
    public ChannelFuture start() {
        return Server.listen(listenAt, loops, originalDestination, drain, this::accept);
    }

    private void accept(Channel client, InetSocketAddress destination) {
        InboundLoop state = byLoop.get(client.eventLoop());
        if (state == null) {
            throw new IllegalStateException("a connection on a foreign event loop");
        }
        Listener.Inbound.Port port = ports.get(destination.getPort());
        if (port == null) {
            Passing.start(client, null, state.opaque(destination, ClusterName.INBOUND_PASSTHROUGH));
        } else if (!port.http()) {
            Passing.start(client, null, state.opaque(destination, port.service()));
        } else {
            client.pipeline()
                    .addLast(
                            new Detect(
                                    () ->
                                            new Downstream(
                                                    state.scope(),
                                                    state.dispatcher(destination, port),
                                                    Side.INBOUND,
                                                    drain),
                                    state.opaque(destination, port.service())));
        }
    }
}
