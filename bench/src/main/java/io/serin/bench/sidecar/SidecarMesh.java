// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.sidecar;

import io.serin.api.backend.Cluster;
import io.serin.api.backend.Endpoint;
import io.serin.api.backend.EndpointGroup;
import io.serin.api.backend.Workload;
import io.serin.api.name.ClusterName;
import io.serin.api.name.HostPort;
import io.serin.api.name.ServiceName;
import io.serin.api.route.RequestMatch;
import io.serin.api.route.Route;
import io.serin.api.route.RouteAction;
import io.serin.api.route.RouteTable;
import io.serin.api.route.VirtualHost;
import io.serin.api.route.WeightedCluster;
import io.serin.api.snapshot.Listener;
import io.serin.api.snapshot.ProxySnapshot;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The mesh that the sidecar is told of: a Service that speaks HTTP, and one that speaks TCP. */
public final class SidecarMesh {

    static final InetSocketAddress HTTP = new InetSocketAddress("10.96.0.7", 9080);
    static final InetSocketAddress TCP = new InetSocketAddress("10.96.0.8", 9000);

    private static final Duration CONNECT = Duration.ofSeconds(1);

    private SidecarMesh() {}

    /** With one endpoint for each Service, on these ports of this machine. */
    public static ProxySnapshot of(int httpPort, int tcpPort) {
        ServiceName reviews = new ServiceName("shop", "reviews");
        String http = ClusterName.outbound(reviews, HTTP.getPort());
        String table = ClusterName.routeTable(reviews, HTTP.getPort());
        String tcp = ClusterName.outbound(new ServiceName("shop", "store"), TCP.getPort());
        Route all =
                new Route(
                        "all",
                        RequestMatch.ANY,
                        new RouteAction.Forward(List.of(new WeightedCluster(http, 1)), 2));
        return new ProxySnapshot(
                Map.of(
                        "reviews",
                        new Listener.Destination(
                                "reviews", address(HTTP), new Listener.Protocol.Http(table, http)),
                        "store",
                        new Listener.Destination(
                                "store", address(TCP), new Listener.Protocol.Tcp(tcp)),
                        "virtualOutbound",
                        new Listener.Outbound("virtualOutbound", 15001, ClusterName.PASSTHROUGH),
                        "virtualInbound",
                        new Listener.Inbound(
                                "virtualInbound",
                                15006,
                                List.of(),
                                ClusterName.INBOUND_PASSTHROUGH)),
                Map.of(
                        table,
                        new RouteTable(
                                table,
                                List.of(
                                        new VirtualHost(
                                                "any", List.of(VirtualHost.ANY), List.of(all))))),
                Map.of(
                        http,
                        new Cluster.Eds(http, CONNECT),
                        tcp,
                        new Cluster.Eds(tcp, CONNECT),
                        ClusterName.PASSTHROUGH,
                        new Cluster.OriginalDestination(
                                ClusterName.PASSTHROUGH, CONNECT, Optional.empty()),
                        ClusterName.INBOUND_PASSTHROUGH,
                        new Cluster.OriginalDestination(
                                ClusterName.INBOUND_PASSTHROUGH,
                                CONNECT,
                                Optional.of("127.0.0.6"))),
                Map.of(
                        http,
                        endpoint(http, httpPort, "reviews"),
                        tcp,
                        endpoint(tcp, tcpPort, "store")));
    }

    private static HostPort address(InetSocketAddress service) {
        return new HostPort(service.getAddress().getHostAddress(), service.getPort());
    }

    private static EndpointGroup endpoint(String cluster, int port, String workload) {
        return new EndpointGroup(
                cluster,
                List.of(
                        new Endpoint(
                                new HostPort("127.0.0.1", port),
                                Endpoint.Health.HEALTHY,
                                new Workload("shop", workload + "-v1", workload, "v1"))));
    }
}
