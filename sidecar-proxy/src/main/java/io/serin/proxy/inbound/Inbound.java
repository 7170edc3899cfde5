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
import io.serin.proxy.stack.Opaque;
import io.serin.proxy.stack.Passing;
import io.serin.proxy.stack.Server;
import io.serin.proxy.stack.Side;
import io.serin.proxy.telemetry.Telemetry;
import io.serin.proxy.tls.MeshTls;
import io.serin.proxy.transport.Loops;
import io.serin.proxy.transport.OriginalDestination;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The inbound direction, put together: accept, ask for the original destination, detect (and end
 * mTLS), HTTP, the application; or pass through.
 */
public final class Inbound {

    private final InetSocketAddress listenAt;
    private final OriginalDestination originalDestination;
    private final Loops loops;
    private final Drain drain;
    private final Supplier<Optional<MeshTls>> own;
    private final IdentityHashMap<EventLoop, InboundLoop> byLoop = new IdentityHashMap<>();
    private volatile Served served;

    /** What the configuration says of what comes in. */
    private record Served(Map<Integer, Listener.Inbound.Port> ports, boolean mtls) {

        static Served of(ProxySnapshot snapshot) {
            Map<Integer, Listener.Inbound.Port> ports = new HashMap<>();
            boolean mtls = false;
            for (Listener listener : snapshot.listeners().values()) {
                if (listener instanceof Listener.Inbound inbound) {
                    inbound.ports().forEach(port -> ports.put(port.number(), port));
                    mtls |= inbound.mtls();
                }
            }
            return new Served(ports, mtls);
        }
    }

    /** As {@code Outbound}. */
    public Inbound(
            InetSocketAddress listenAt,
            OriginalDestination originalDestination,
            Workload self,
            Supplier<Optional<MeshTls>> own,
            Loops loops,
            Watch<ProxySnapshot> config,
            Telemetry telemetry,
            Drain drain) {
        this.listenAt = listenAt;
        this.originalDestination = originalDestination;
        this.loops = loops;
        this.drain = drain;
        this.own = own;
        this.served = Served.of(config.get());
        for (EventExecutor executor : loops.group()) {
            EventLoop loop = (EventLoop) executor;
            LoopScope scope = new LoopScope(loop, telemetry.meterOf(loop));
            byLoop.put(loop, new InboundLoop(scope, loops, self));
        }
        var _ = config.subscribe(snapshot -> served = Served.of(snapshot));
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
        Served now = served;
        Listener.Inbound.Port port = now.ports().get(destination.getPort());
        Opaque opaque =
                state.opaque(
                        client,
                        destination,
                        port == null ? ClusterName.INBOUND_PASSTHROUGH : port.service());
        MeshTls mtls = now.mtls() ? own.get().orElse(null) : null;
        if (port != null && port.http()) {
            client.pipeline()
                    .addLast(
                            new Detect(
                                    () ->
                                            new Downstream(
                                                    state.scope(),
                                                    state.dispatcher(client, destination, port),
                                                    Side.INBOUND,
                                                    drain),
                                    opaque,
                                    mtls));
        } else if (mtls != null) {
            client.pipeline().addLast(new Detect(null, opaque, mtls));
        } else {
            Passing.start(client, null, opaque);
        }
    }
}
