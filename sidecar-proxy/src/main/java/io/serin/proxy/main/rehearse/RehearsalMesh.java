// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.main.rehearse;

import io.serin.api.backend.Cluster;
import io.serin.api.backend.Endpoint;
import io.serin.api.backend.EndpointGroup;
import io.serin.api.backend.Workload;
import io.serin.api.name.ClusterName;
import io.serin.api.name.HostPort;
import io.serin.api.name.ServiceName;
import io.serin.api.name.SpiffeId;
import io.serin.api.route.HeaderMatch;
import io.serin.api.route.PathMatch;
import io.serin.api.route.RequestMatch;
import io.serin.api.route.Route;
import io.serin.api.route.RouteAction;
import io.serin.api.route.RouteTable;
import io.serin.api.route.VirtualHost;
import io.serin.api.route.WeightedCluster;
import io.serin.api.snapshot.Listener;
import io.serin.api.snapshot.ProxySnapshot;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The mesh that the rehearsal plays in: a Service {@code reviews.shop} with a canary, and the
 * others that a proxy in a cluster is told of.
 *
 * @param endpoint where the Service's endpoints are
 * @param application the port of the workload beside the proxy
 */
record RehearsalMesh(HostPort endpoint, int application) {

    /** Where clients of the Service connect to. */
    static final HostPort SERVICE = new HostPort("10.96.0.7", 9080);

    /** Who the one proxy is. */
    static final SpiffeId IDENTITY = new SpiffeId("cluster.local", "shop", "reviews");

    private static final Duration CONNECT = Duration.ofSeconds(1);
    private static final int OTHERS = 20;

    /** The mesh while so much of the traffic goes to the canary. */
    ProxySnapshot at(int canaryPercent) {
        Map<String, Listener> listeners = new HashMap<>();
        Map<String, RouteTable> tables = new HashMap<>();
        Map<String, Cluster> clusters = new HashMap<>();
        Map<String, EndpointGroup> endpoints = new HashMap<>();

        String v1 = service("reviews-v1", clusters, endpoints);
        String v2 = service("reviews-v2", clusters, endpoints);
        ServiceName reviews = new ServiceName("shop", "reviews");
        String all = service("reviews", clusters, endpoints);
        String table = ClusterName.routeTable(reviews, SERVICE.port());
        listen(listeners, SERVICE, new Listener.Protocol.Http(table, all));
        tables.put(table, table(table, routes(v1, v2, canaryPercent)));

        for (int i = 0; i < OTHERS; i++) {
            ServiceName other = new ServiceName("shop", "other-" + i);
            String cluster = service(other.name(), clusters, endpoints);
            String name = ClusterName.routeTable(other, SERVICE.port());
            listen(
                    listeners,
                    new HostPort("10.96.1." + i, SERVICE.port()),
                    new Listener.Protocol.Http(name, cluster));
            tables.put(
                    name,
                    table(name, List.of(new Route("all", RequestMatch.ANY, forward(cluster, 1)))));
        }
        passThrough(listeners, clusters);
        return new ProxySnapshot(listeners, tables, clusters, endpoints);
    }

    private List<Route> routes(String v1, String v2, int canaryPercent) {
        return List.of(
                new Route(
                        "by header",
                        new RequestMatch(
                                new PathMatch.Prefix("/"),
                                List.of(new HeaderMatch("x-canary", "always"))),
                        forward(v2, 1)),
                new Route(
                        "fixed",
                        new RequestMatch(new PathMatch.Exact("/teapot"), List.of()),
                        new RouteAction.Respond(418, "short and stout")),
                new Route(
                        "split",
                        new RequestMatch(new PathMatch.Prefix("/reviews"), List.of()),
                        new RouteAction.Forward(
                                List.of(
                                        new WeightedCluster(v1, 100 - canaryPercent),
                                        new WeightedCluster(v2, canaryPercent)),
                                2)));
    }

    private static RouteAction forward(String cluster, int weight) {
        return new RouteAction.Forward(List.of(new WeightedCluster(cluster, weight)), 2);
    }

    private static RouteTable table(String name, List<Route> routes) {
        return new RouteTable(
                name, List.of(new VirtualHost("any", List.of(VirtualHost.ANY), routes)));
    }

    private String service(
            String name, Map<String, Cluster> clusters, Map<String, EndpointGroup> endpoints) {
        String cluster = ClusterName.outbound(new ServiceName("shop", name), SERVICE.port());
        // One of them in plaintext, as to a pod without a sidecar.
        boolean mtls = !name.equals("reviews-v2");
        clusters.put(
                cluster, new Cluster.Eds(cluster, CONNECT, mtls ? List.of(IDENTITY) : List.of()));
        endpoints.put(
                cluster,
                new EndpointGroup(
                        cluster,
                        List.of(
                                new Endpoint(
                                        endpoint,
                                        Endpoint.Health.HEALTHY,
                                        new Workload("shop", name, "reviews", "v1"),
                                        mtls))));
        return cluster;
    }

    private static void listen(
            Map<String, Listener> listeners, HostPort address, Listener.Protocol protocol) {
        String name = address.host() + "_" + address.port();
        listeners.put(name, new Listener.Destination(name, address, protocol));
    }

    private void passThrough(Map<String, Listener> listeners, Map<String, Cluster> clusters) {
        String inbound = ClusterName.inbound(application);
        listeners.put(
                "virtualOutbound",
                new Listener.Outbound("virtualOutbound", 15001, ClusterName.PASSTHROUGH));
        listeners.put(
                "virtualInbound",
                new Listener.Inbound(
                        "virtualInbound",
                        15006,
                        List.of(
                                new Listener.Inbound.Port(
                                        application,
                                        true,
                                        inbound,
                                        "reviews.shop.svc.cluster.local")),
                        ClusterName.INBOUND_PASSTHROUGH,
                        true));
        clusters.put(
                ClusterName.PASSTHROUGH,
                new Cluster.OriginalDestination(
                        ClusterName.PASSTHROUGH, CONNECT, Optional.empty()));
        for (String name : List.of(ClusterName.INBOUND_PASSTHROUGH, inbound)) {
            clusters.put(
                    name, new Cluster.OriginalDestination(name, CONNECT, Optional.of("127.0.0.6")));
        }
        clusters.put(ClusterName.BLACK_HOLE, new Cluster.BlackHole(ClusterName.BLACK_HOLE));
    }
}
