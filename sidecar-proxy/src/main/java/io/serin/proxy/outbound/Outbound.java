// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.outbound;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.serin.api.backend.Workload;
import io.serin.api.snapshot.ProxySnapshot;
import io.serin.proxy.config.watch.Watch;
import io.serin.proxy.drain.Drain;
import io.serin.proxy.outbound.route.MeshView;
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
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The outbound direction, put together: accept, ask for the original destination, detect, HTTP,
 * route, pick, endpoint; or pass through.
 */
public final class Outbound {

    private final InetSocketAddress listenAt;
    private final OriginalDestination originalDestination;
    private final Loops loops;
    private final Drain drain;
    private final IdentityHashMap<EventLoop, OutboundLoop> byLoop = new IdentityHashMap<>();

    /**
     * @param listenAt port 0 for any
     * @param self the workload beside this proxy, for telemetry
     * @param own what this proxy proves now; empty where it can't prove anything
     * @param config followed from now on
     */
    public Outbound(
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
        MeshView first = MeshView.of(config.get());
        for (EventExecutor executor : loops.group()) {
            EventLoop loop = (EventLoop) executor;
            LoopScope scope = new LoopScope(loop, telemetry.meterOf(loop));
            byLoop.put(loop, new OutboundLoop(scope, loops, self, own, first, config::isCurrent));
        }
        var _ = config.subscribe(snapshot -> become(MeshView.of(snapshot)));
    }

    private void become(MeshView view) {
        byLoop.forEach((loop, state) -> loop.execute(() -> state.become(view)));
    }

    /** Listens; the future's channel knows the port. */
    public ChannelFuture start() {
        return Server.listen(listenAt, loops, originalDestination, drain, this::accept);
    }

    private void accept(Channel client, InetSocketAddress destination) {
        OutboundLoop state = byLoop.get(client.eventLoop());
        if (state == null) {
            throw new IllegalStateException("a connection on a foreign event loop");
        }
        if (state.find(destination).routes() == null) {
            Passing.start(client, null, state.opaque(destination));
        } else {
            Opaque opaque = state.opaque(destination);
            client.pipeline()
                    .addLast(
                            new Detect(
                                    () ->
                                            new Downstream(
                                                    state.scope(),
                                                    state.dispatcher(destination),
                                                    Side.OUTBOUND,
                                                    drain),
                                    opaque));
        }
    }
}
