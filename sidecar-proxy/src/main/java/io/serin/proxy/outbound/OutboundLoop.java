// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.outbound;

import io.serin.api.backend.Workload;
import io.serin.proxy.fault.FaultCode;
import io.serin.proxy.fault.ProxyFault;
import io.serin.proxy.http.Head;
import io.serin.proxy.outbound.pick.LoopClusters;
import io.serin.proxy.outbound.route.ClusterView;
import io.serin.proxy.outbound.route.MeshView;
import io.serin.proxy.outbound.route.Routes;
import io.serin.proxy.pool.Upstreams;
import io.serin.proxy.stack.Dial;
import io.serin.proxy.stack.Dispatch;
import io.serin.proxy.stack.Dispatcher;
import io.serin.proxy.stack.LoopScope;
import io.serin.proxy.stack.Opaque;
import io.serin.proxy.stack.SingleEndpoint;
import io.serin.proxy.stack.Upstream;
import io.serin.proxy.telemetry.Labels;
import io.serin.proxy.telemetry.Meter;
import io.serin.proxy.transport.Loops;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What one event loop holds of the outbound direction: the view it is at, and its endpoints. */
final class OutboundLoop {

    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Duration PASSTHROUGH_CONNECT = Duration.ofSeconds(10);

    private final LoopScope scope;
    private final LoopClusters clusters;
    private final Upstreams<Upstream> passthrough;
    private final Workload self;
    private MeshView view;

    OutboundLoop(LoopScope scope, Loops loops, Workload self, MeshView view) {
        this.scope = scope;
        this.self = self;
        this.view = view;
        clusters = new LoopClusters(scope, new Upstreams<>(scope.loop(), loops, IDLE), self);
        passthrough = new Upstreams<>(scope.loop(), loops, IDLE);
    }

    LoopScope scope() {
        return scope;
    }

    /** On the loop. */
    void become(MeshView next) {
        view = next;
        clusters.become(next);
        passthrough.forgetUnused();
    }

    MeshView.@Nullable Destination find(InetSocketAddress address) {
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
        MeshView.Destination destination = view.find(address);
        Routes routes =
                destination == null || destination.routes() == null
                        ? Routes.EMPTY
                        : destination.routes();
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
            case Routes.Action.Forward forward -> {
                ClusterView cluster = forward.pick(scope.random());
                yield cluster == null
                        ? new Dispatch.Refuse(
                                new ProxyFault(
                                        FaultCode.UNRESOLVED_BACKEND,
                                        "a backend of the route for "
                                                + routes.name()
                                                + " does not exist"),
                                clusters.meter(Workload.NOT_KNOWN, routes.service()))
                        : new Dispatch.Send(clusters.endpoints(cluster), forward.retries());
            }
        };
    }

    /** TCP to a destination that the mesh knows, by the view of the moment. */
    Opaque opaque(InetSocketAddress address) {
        return loop -> {
            MeshView.Destination destination = view.find(address);
            ClusterView cluster = destination == null ? null : destination.cluster();
            return cluster == null
                    ? unknown(address).dial(loop)
                    : Dial.first(loop, clusters.endpoints(cluster));
        };
    }

    /** TCP to where it was going. */
    Opaque unknown(InetSocketAddress address) {
        return loop ->
                Dial.first(
                        loop,
                        new SingleEndpoint(
                                passthrough.host(
                                        address,
                                        "",
                                        null,
                                        PASSTHROUGH_CONNECT,
                                        () ->
                                                scope.meter()
                                                        .of(
                                                                new Labels(
                                                                        Labels.Reporter.SOURCE,
                                                                        self,
                                                                        Workload.NOT_KNOWN,
                                                                        "PassthroughCluster")))));
    }
}
