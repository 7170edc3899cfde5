// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

import com.google.protobuf.MessageLite;
import io.serin.api.backend.Cluster;
import io.serin.api.name.HostPort;
import io.serin.api.route.RequestMatch;
import io.serin.api.route.Route;
import io.serin.api.route.RouteAction;
import io.serin.api.route.RouteTable;
import io.serin.api.route.VirtualHost;
import io.serin.api.route.WeightedCluster;
import io.serin.api.snapshot.Listener;
import io.serin.api.xds.Any;
import io.serin.api.xds.ClusterXds;
import io.serin.api.xds.EndpointXds;
import io.serin.api.xds.ListenerXds;
import io.serin.api.xds.RouteXds;
import java.util.List;
import java.util.function.Consumer;

/**
 * A good resource in which one thing was changed: what the codec has to refuse.
 *
 * @param message how the fault begins
 */
record Flawed(String message, Any resource) {

    static final String ROUTE = "route table 't', host 'h', route 'r'";

    private static final RouteTable TABLE =
            new RouteTable(
                    "t",
                    List.of(
                            new VirtualHost(
                                    "h",
                                    List.of("*"),
                                    List.of(
                                            new Route(
                                                    "r",
                                                    RequestMatch.ANY,
                                                    new RouteAction.Forward(
                                                            List.of(new WeightedCluster("c", 1)),
                                                            2))))));

    @Override
    public String toString() {
        return message;
    }

    static Flawed route(String message, Consumer<RouteXds.Route.Builder> change) {
        return new Flawed(ROUTE + ", " + message, table(change));
    }

    static Flawed match(String message, Consumer<RouteXds.RouteMatch.Builder> change) {
        return new Flawed(
                ROUTE + ", match" + message,
                table(it -> {
                    RouteXds.RouteMatch.Builder match = it.getMatch().toBuilder();
                    change.accept(match);
                    it.setMatch(match);
                }));
    }

    static Flawed action(String message, Consumer<RouteXds.RouteAction.Builder> change) {
        return new Flawed(
                ROUTE + ", route" + message,
                table(it -> {
                    RouteXds.RouteAction.Builder action = it.getRoute().toBuilder();
                    change.accept(action);
                    it.setRoute(action);
                }));
    }

    static Any table(Consumer<RouteXds.Route.Builder> change) {
        RouteXds.RouteConfiguration.Builder table = RouteCodec.encode(TABLE).toBuilder();
        RouteXds.Route.Builder route = table.getVirtualHosts(0).getRoutes(0).toBuilder();
        change.accept(route);
        table.setVirtualHosts(0, table.getVirtualHosts(0).toBuilder().setRoutes(0, route));
        return any(TypeUrl.ROUTE, table.build());
    }

    static Flawed cluster(String message, Consumer<ClusterXds.Cluster.Builder> change) {
        ClusterXds.Cluster.Builder cluster =
                ClusterCodec.encode(new Cluster.Eds("c", java.time.Duration.ofSeconds(1)))
                        .toBuilder();
        change.accept(cluster);
        return new Flawed(message, any(TypeUrl.CLUSTER, cluster.build()));
    }

    static Flawed endpoint(String message, Consumer<EndpointXds.LbEndpoint.Builder> change) {
        EndpointXds.LbEndpoint.Builder endpoint =
                EndpointXds.LbEndpoint.newBuilder().setEndpoint(at("10.0.0.1", 80));
        change.accept(endpoint);
        return new Flawed(
                message,
                any(
                        TypeUrl.ENDPOINT,
                        EndpointXds.ClusterLoadAssignment.newBuilder()
                                .setClusterName("c")
                                .addEndpoints(
                                        EndpointXds.LocalityLbEndpoints.newBuilder()
                                                .addLbEndpoints(endpoint))
                                .build()));
    }

    static Flawed destination(String message, Consumer<ListenerXds.Listener.Builder> change) {
        ListenerXds.Listener.Builder xds =
                ListenerCodec.encode(
                        new Listener.Destination(
                                "d",
                                new HostPort("10.96.0.1", 80),
                                new Listener.Protocol.Http("t", "c")))
                        .toBuilder();
        change.accept(xds);
        return new Flawed("listener 'd'" + message, listener(xds));
    }

    static Flawed chain(String message, Consumer<ListenerXds.FilterChain.Builder> change) {
        return destination(
                message,
                it -> {
                    ListenerXds.FilterChain.Builder chain = it.getFilterChains(0).toBuilder();
                    change.accept(chain);
                    it.setFilterChains(0, chain);
                });
    }

    static Flawed matching(String message, Consumer<ListenerXds.FilterChainMatch.Builder> change) {
        return chain(
                message,
                it -> {
                    ListenerXds.FilterChainMatch.Builder match =
                            it.getFilterChainMatch().toBuilder();
                    change.accept(match);
                    it.setFilterChainMatch(match);
                });
    }

    static Flawed manager(
            String message, Consumer<ListenerXds.HttpConnectionManager.Builder> change) {
        return destination(
                message, it -> it.setFilterChains(0, managing(it.getFilterChains(0), change)));
    }

    static ListenerXds.FilterChain managing(
            ListenerXds.FilterChain chain,
            Consumer<ListenerXds.HttpConnectionManager.Builder> change) {
        ListenerXds.Filter filter = chain.getFilters(0);
        try {
            ListenerXds.HttpConnectionManager.Builder manager =
                    Wire.unpack(
                            "test",
                            filter.getTypedConfig(),
                            NetworkFilter.HTTP_URL,
                            ListenerXds.HttpConnectionManager.parser())
                            .toBuilder();
            change.accept(manager);
            return chain.toBuilder()
                    .setFilters(
                            0,
                            filter.toBuilder()
                                    .setTypedConfig(
                                            Wire.pack(NetworkFilter.HTTP_URL, manager.build())))
                    .build();
        } catch (CodecFault e) {
            throw new AssertionError(e);
        }
    }

    static Any listener(ListenerXds.Listener.Builder xds) {
        return any(TypeUrl.LISTENER, xds.build());
    }

    static Any any(TypeUrl type, MessageLite message) {
        return Any.newBuilder().setTypeUrl(type.url()).setValue(message.toByteString()).build();
    }

    static EndpointXds.Endpoint at(String host, int port) {
        return EndpointXds.Endpoint.newBuilder().setAddress(Addresses.encode(host, port)).build();
    }
}
