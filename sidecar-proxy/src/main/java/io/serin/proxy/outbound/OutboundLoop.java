// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.outbound;

import io.serin.api.backend.Workload;
import io.serin.api.name.ClusterName;
import io.serin.proxy.fault.FaultCode;
import io.serin.proxy.fault.ProxyFault;
import io.serin.proxy.http.Head;
import io.serin.proxy.outbound.pick.LoopClusters;
import io.serin.proxy.outbound.route.ClusterView;
import io.serin.proxy.outbound.route.MeshView;
import io.serin.proxy.outbound.route.Routes;
import io.serin.proxy.pool.UpstreamHost;
import io.serin.proxy.pool.Upstreams;
import io.serin.proxy.stack.Dial;
import io.serin.proxy.stack.Dispatch;
import io.serin.proxy.stack.Dispatcher;
import io.serin.proxy.stack.LoopScope;
import io.serin.proxy.stack.Opaque;
import io.serin.proxy.stack.SingleEndpoint;
import io.serin.proxy.stack.Upstream;
import io.serin.proxy.telemetry.Meter;
import io.serin.proxy.tls.MeshTls;
import io.serin.proxy.transport.Loops;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What one event loop holds of the outbound direction: the view it is at, and its endpoints. */
final class OutboundLoop {

    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Duration PASSTHROUGH_CONNECT = Duration.ofSeconds(10);

    private final LoopScope scope;
    private final LoopClusters clusters;
    private final Upstreams<Upstream> passthrough;
    private MeshView view;

    OutboundLoop(
            LoopScope scope,
            Loops loops,
            Workload self,
            Supplier<Optional<MeshTls>> own,
            MeshView view,
            BooleanSupplier current) {
        this.scope = scope;
        this.view = view;
        clusters =
                new LoopClusters(
                        scope, new Upstreams<>(scope.loop(), loops, IDLE), self, own, current);
        passthrough = new Upstreams<>(scope.loop(), loops, IDLE);
        // Anybody may be called: these would grow with every address ever seen.
        var _ =
                scope.loop()
                        .scheduleWithFixedDelay(
                                passthrough::forgetUnused, 30, 30, TimeUnit.SECONDS);
    }

    LoopScope scope() {
        return scope;
    }

    /** On the loop. */
    void become(MeshView next) {
        view = next;
        clusters.become(next);
    }

    MeshView.Destination find(InetSocketAddress address) {
        return view.find(address);
    }

    /** Routes the requests of a connection; each by the view of its moment. */
    Dispatcher dispatcher(InetSocketAddress destination) {
        return new Dispatcher() {
            @Override
            public Dispatch dispatch(Head request) {
                return route(destination, request);
            }

            @Override
            public Meter unread() {
                return clusters.meter(Workload.NOT_KNOWN, "");
            }
        };
    }

    private Dispatch route(InetSocketAddress address, Head request) {
        Routes routes = view.find(address).routes();
        if (routes == null) {
            // The Service went away while its client stayed: as for a new connection to there.
            return new Dispatch.Send(new SingleEndpoint(original(address)), 0);
        }
        return switch (routes.match(request)) {
            case null ->
                    new Dispatch.Refuse(
                            new ProxyFault(
                                    FaultCode.NO_ROUTE,
                                    "no route of " + routes.name() + " matches the request"),
                            clusters.meter(Workload.NOT_KNOWN, routes.service()));
            case Routes.Action.Respond(int status, String body) ->
                    new Dispatch.Respond(
                            status, body, clusters.meter(Workload.NOT_KNOWN, routes.service()));
            case Routes.Action.Forward forward -> forward(address, routes, forward);
        };
    }

    private Dispatch forward(
            InetSocketAddress address, Routes routes, Routes.Action.Forward forward) {
        ClusterView cluster = forward.pick(scope.random());
        if (cluster == null) {
            return new Dispatch.Refuse(
                    new ProxyFault(
                            FaultCode.UNRESOLVED_BACKEND,
                            "a backend of the route for " + routes.name() + " does not exist"),
                    clusters.meter(Workload.NOT_KNOWN, routes.service()));
        }
        return cluster.isPassthrough()
                ? new Dispatch.Send(new SingleEndpoint(original(address)), forward.retries())
                : new Dispatch.Send(clusters.endpoints(cluster), forward.retries());
    }

    /** A connection that is not looked into, by the view of the moment. */
    Opaque opaque(InetSocketAddress address) {
        return loop -> {
            ClusterView cluster = view.find(address).cluster();
            return Dial.first(
                    loop,
                    cluster == null || cluster.isPassthrough()
                            ? new SingleEndpoint(original(address))
                            : clusters.endpoints(cluster));
        };
    }

    /** Where it was going. */
    private UpstreamHost<Upstream> original(InetSocketAddress address) {
        return passthrough.host(
                address,
                address,
                null,
                PASSTHROUGH_CONNECT,
                Optional::empty,
                () -> clusters.meter(Workload.NOT_KNOWN, ClusterName.PASSTHROUGH));
    }
}
