// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.bench;

import io.serin.api.backend.Cluster;
import io.serin.api.backend.Endpoint;
import io.serin.api.backend.EndpointGroup;
import io.serin.api.backend.Workload;
import io.serin.api.name.HostPort;
import io.serin.api.route.RequestMatch;
import io.serin.api.route.Route;
import io.serin.api.route.RouteAction;
import io.serin.api.route.RouteTable;
import io.serin.api.route.VirtualHost;
import io.serin.api.route.WeightedCluster;
import io.serin.api.snapshot.Listener;
import io.serin.api.snapshot.ProxySnapshot;
import io.serin.proxy.config.watch.WatchSource;
import io.serin.proxy.drain.Drain;
import io.serin.proxy.inbound.Inbound;
import io.serin.proxy.outbound.Outbound;
import io.serin.proxy.telemetry.Telemetry;
import io.serin.proxy.transport.Loops;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * The request path alone, without redirection and control plane: every connection seems to have
 * been going to one Service, whose one endpoint is given. Runs until it is killed.
 *
 * <p>{@code FixedProxy outbound|outbound-tcp|inbound|inbound-tcp <port to listen at> <port of the
 * endpoint>}
 */
public final class FixedProxy {

    private static final InetSocketAddress SERVICE = new InetSocketAddress("10.96.0.7", 9080);
    private static final String HOST = "reviews.shop.svc.cluster.local";
    private static final String CLUSTER = "outbound|9080||" + HOST;
    private static final String TABLE = HOST + ":9080";
    private static final Workload SELF = new Workload("shop", "web", "web", "v1");

    private FixedProxy() {}

    public static void main(String[] args) throws InterruptedException {
        InetSocketAddress listen = new InetSocketAddress("127.0.0.1", Integer.parseInt(args[1]));
        int endpoint = Integer.parseInt(args[2]);
        boolean http = !args[0].endsWith("-tcp");
        Loops loops = new Loops(1);
        Drain drain = new Drain();
        Telemetry telemetry = new Telemetry();
        if (args[0].startsWith("outbound")) {
            new Outbound(
                            listen,
                            accepted -> SERVICE,
                            SELF,
                            loops,
                            new WatchSource<>(outbound(endpoint, http)),
                            telemetry,
                            drain)
                    .start()
                    .sync();
        } else {
            InetSocketAddress application = new InetSocketAddress("127.0.0.1", endpoint);
            new Inbound(
                            listen,
                            accepted -> application,
                            SELF,
                            loops,
                            new WatchSource<>(inbound(endpoint, http)),
                            telemetry,
                            drain)
                    .start()
                    .sync();
        }
        System.out.println("listening");
        new CountDownLatch(1).await();
    }

    private static ProxySnapshot outbound(int endpoint, boolean http) {
        Route all =
                new Route(
                        "all",
                        RequestMatch.ANY,
                        new RouteAction.Forward(List.of(new WeightedCluster(CLUSTER, 1)), 2));
        Listener.Protocol protocol =
                http
                        ? new Listener.Protocol.Http(TABLE, CLUSTER)
                        : new Listener.Protocol.Tcp(CLUSTER);
        String address = SERVICE.getAddress().getHostAddress();
        return new ProxySnapshot(
                Map.of(
                        "service",
                        new Listener.Destination(
                                "service", new HostPort(address, SERVICE.getPort()), protocol)),
                Map.of(
                        TABLE,
                        new RouteTable(
                                TABLE,
                                List.of(
                                        new VirtualHost(
                                                "any", List.of(VirtualHost.ANY), List.of(all))))),
                Map.of(CLUSTER, new Cluster.Eds(CLUSTER, Duration.ofSeconds(1))),
                Map.of(
                        CLUSTER,
                        new EndpointGroup(
                                CLUSTER,
                                List.of(
                                        new Endpoint(
                                                new HostPort("127.0.0.1", endpoint),
                                                Endpoint.Health.HEALTHY,
                                                new Workload(
                                                        "shop", "reviews-v1", "reviews", "v1"))))));
    }

    private static ProxySnapshot inbound(int port, boolean http) {
        return new ProxySnapshot(
                Map.of(
                        "virtualInbound",
                        new Listener.Inbound(
                                "virtualInbound",
                                15006,
                                List.of(
                                        new Listener.Inbound.Port(
                                                port, http, "inbound|" + port + "||", HOST)),
                                "InboundPassthroughCluster")),
                Map.of(),
                Map.of(),
                Map.of());
    }
}
