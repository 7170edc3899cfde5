// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.serin.api.backend.Cluster;
import io.serin.api.backend.Endpoint;
import io.serin.api.backend.EndpointGroup;
import io.serin.api.backend.Workload;
import io.serin.api.name.HostPort;
import io.serin.api.name.SpiffeId;
import io.serin.api.route.RequestMatch;
import io.serin.api.route.Route;
import io.serin.api.route.RouteAction;
import io.serin.api.route.RouteTable;
import io.serin.api.route.VirtualHost;
import io.serin.api.route.WeightedCluster;
import io.serin.api.snapshot.Listener;
import io.serin.api.snapshot.ProxySnapshot;
import io.serin.proxy.config.watch.Watch;
import io.serin.proxy.drain.Drain;
import io.serin.proxy.inbound.Inbound;
import io.serin.proxy.outbound.Outbound;
import io.serin.proxy.telemetry.Telemetry;
import io.serin.proxy.tls.MeshTls;
import io.serin.proxy.transport.Loops;
import io.serin.proxy.transport.OriginalDestination;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A proxy on loopback, whose connections all seem to have been going to one place. */
final class ProxyHarness implements AutoCloseable {

    static final InetSocketAddress SERVICE = new InetSocketAddress("10.96.0.7", 9080);
    static final String CLUSTER = "outbound|9080||reviews.shop.svc.cluster.local";
    static final String TABLE = "reviews.shop.svc.cluster.local:9080";

    private final Loops loops = new Loops(1);
    private final List<Consumer<? super ProxySnapshot>> observers = new CopyOnWriteArrayList<>();
    private volatile ProxySnapshot snapshot;
    private volatile boolean current = true;
    final Drain drain = new Drain();
    final Telemetry telemetry = new Telemetry();
    final int port;

    private final Watch<ProxySnapshot> watch =
            new Watch<>() {
                @Override
                public ProxySnapshot get() {
                    return snapshot;
                }

                @Override
                public boolean isCurrent() {
                    return current;
                }

                @Override
                public Runnable subscribe(Consumer<? super ProxySnapshot> observer) {
                    observers.add(observer);
                    observer.accept(snapshot);
                    return () -> observers.remove(observer);
                }
            };

    private ProxyHarness(ProxySnapshot first, OriginalDestination destination, boolean inbound) {
        this(first, destination, inbound, Optional::empty);
    }

    private ProxyHarness(
            ProxySnapshot first,
            OriginalDestination destination,
            boolean inbound,
            Supplier<Optional<MeshTls>> own) {
        snapshot = first;
        InetSocketAddress any = new InetSocketAddress("127.0.0.1", 0);
        Workload self = new Workload("shop", "web", "web", "v1");
        var bound =
                inbound
                        ? new Inbound(any, destination, self, own, loops, watch, telemetry, drain)
                                .start()
                        : new Outbound(any, destination, self, own, loops, watch, telemetry, drain)
                                .start();
        port = ((InetSocketAddress) bound.syncUninterruptibly().channel().localAddress()).getPort();
    }

    static ProxyHarness outbound(ProxySnapshot first) {
        return new ProxyHarness(first, accepted -> SERVICE, false);
    }

    /** The same, of a proxy that can prove who it is. */
    static ProxyHarness outbound(ProxySnapshot first, MeshTls own) {
        return new ProxyHarness(first, accepted -> SERVICE, false, () -> Optional.of(own));
    }

    /** Connections to an address that the configuration does not name. */
    static ProxyHarness outboundTo(InetSocketAddress destination) {
        return new ProxyHarness(ProxySnapshot.EMPTY, accepted -> destination, false);
    }

    /** Connections that were not redirected, but came here by themselves. */
    static ProxyHarness called(boolean inbound) {
        return new ProxyHarness(
                ProxySnapshot.EMPTY,
                accepted -> (InetSocketAddress) accepted.localAddress(),
                inbound);
    }

    static ProxyHarness inbound(InetSocketAddress application, boolean http) {
        return new ProxyHarness(inbound(application, http, false), accepted -> application, true);
    }

    /** The same, where mTLS is taken too. */
    static ProxyHarness inbound(InetSocketAddress application, boolean http, MeshTls own) {
        return inbound(application, http, () -> own);
    }

    static ProxyHarness inbound(
            InetSocketAddress application, boolean http, Supplier<MeshTls> own) {
        return new ProxyHarness(
                inbound(application, http, true),
                accepted -> application,
                true,
                () -> Optional.of(own.get()));
    }

    private static ProxySnapshot inbound(
            InetSocketAddress application, boolean http, boolean mtls) {
        Listener.Inbound listener =
                new Listener.Inbound(
                        "virtualInbound",
                        15006,
                        List.of(
                                new Listener.Inbound.Port(
                                        application.getPort(),
                                        http,
                                        "inbound|" + application.getPort() + "||",
                                        "reviews.shop.svc.cluster.local")),
                        "InboundPassthroughCluster",
                        mtls);
        return new ProxySnapshot(Map.of("in", listener), Map.of(), Map.of(), Map.of());
    }

    /** The same, for a port that the configuration does not name. */
    static ProxyHarness inboundUndeclared(InetSocketAddress application) {
        return new ProxyHarness(ProxySnapshot.EMPTY, accepted -> application, true);
    }

    /** The same, where mTLS is taken too. */
    static ProxyHarness inboundUndeclared(InetSocketAddress application, MeshTls own) {
        return new ProxyHarness(
                inbound(new InetSocketAddress(application.getAddress(), 1), true, true),
                accepted -> application,
                true,
                () -> Optional.of(own));
    }

    /** The same, with endpoints that take mTLS and prove one of these. */
    static ProxySnapshot mtls(ProxySnapshot plain, List<SpiffeId> identities) {
        return mtls(plain, identities, Duration.ofSeconds(1));
    }

    static ProxySnapshot mtls(
            ProxySnapshot plain, List<SpiffeId> identities, Duration connectTimeout) {
        Map<String, Cluster> clusters = new HashMap<>();
        Map<String, EndpointGroup> endpoints = new HashMap<>();
        plain.clusters()
                .forEach((name, _) ->
                        clusters.put(name, new Cluster.Eds(name, connectTimeout, identities)));
        plain.endpoints()
                .forEach((name, group) ->
                        endpoints.put(
                                name,
                                new EndpointGroup(
                                        name,
                                        group.endpoints().stream()
                                                .map(it ->
                                                        new Endpoint(
                                                                it.address(),
                                                                it.health(),
                                                                it.workload(),
                                                                true))
                                                .toList())));
        return new ProxySnapshot(plain.listeners(), plain.routeTables(), clusters, endpoints);
    }

    /** The same, where a connection is waited for as long as this. */
    static ProxySnapshot patient(ProxySnapshot plain, Duration connectTimeout) {
        Map<String, Cluster> clusters = new HashMap<>();
        plain.clusters()
                .forEach((name, _) -> clusters.put(name, new Cluster.Eds(name, connectTimeout)));
        return new ProxySnapshot(
                plain.listeners(), plain.routeTables(), clusters, plain.endpoints());
    }

    /** Returns when every loop goes by it. */
    void become(ProxySnapshot next) {
        snapshot = next;
        observers.forEach(observer -> observer.accept(next));
        loops.group().forEach(loop -> loop.submit(() -> {}).syncUninterruptibly());
    }

    /** Hears nothing new for now. */
    void loseControlPlane() {
        current = false;
    }

    /** The Service's routes over clusters {@code v1}, {@code v2} ... of these ports. */
    static ProxySnapshot config(List<Route> routes, Map<String, List<Integer>> clusters) {
        return config(SERVICE, routes, clusters);
    }

    private static ProxySnapshot config(
            InetSocketAddress service, List<Route> routes, Map<String, List<Integer>> clusters) {
        Map<String, Cluster> eds = new HashMap<>();
        Map<String, EndpointGroup> endpoints = new HashMap<>();
        clusters.forEach((name, ports) -> {
            eds.put(name, new Cluster.Eds(name, Duration.ofSeconds(1)));
            endpoints.put(
                    name,
                    new EndpointGroup(
                            name,
                            ports.stream()
                                    .map(p ->
                                            new Endpoint(
                                                    new HostPort("127.0.0.1", p),
                                                    Endpoint.Health.HEALTHY,
                                                    Workload.NOT_KNOWN))
                                    .toList()));
        });
        return new ProxySnapshot(
                Map.of(
                        "l",
                        new Listener.Destination(
                                "l",
                                new HostPort(
                                        service.getAddress().getHostAddress(), service.getPort()),
                                new Listener.Protocol.Http(TABLE, CLUSTER))),
                Map.of(
                        TABLE,
                        new RouteTable(
                                TABLE,
                                List.of(new VirtualHost("any", List.of(VirtualHost.ANY), routes)))),
                eds,
                endpoints);
    }

    /** Before one endpoint, and another that is asked only where the first is not to be had. */
    static ProxyHarness preferring(int first, int other, Duration connectTimeout) {
        return outbound(
                patient(
                        withHealth(
                                Map.of(
                                        first,
                                        Endpoint.Health.HEALTHY,
                                        other,
                                        Endpoint.Health.DRAINING)),
                        connectTimeout));
    }

    /** One service whose endpoints, by their ports here, are more or less well. */
    static ProxySnapshot withHealth(Map<Integer, Endpoint.Health> ports) {
        ProxySnapshot plain = service();
        List<Endpoint> endpoints =
                ports.entrySet().stream()
                        .map(port ->
                                new Endpoint(
                                        new HostPort("127.0.0.1", port.getKey()),
                                        port.getValue(),
                                        Workload.NOT_KNOWN))
                        .toList();
        return new ProxySnapshot(
                plain.listeners(),
                plain.routeTables(),
                plain.clusters(),
                Map.of(CLUSTER, new EndpointGroup(CLUSTER, endpoints)));
    }

    /** A Service whose one route leads to these endpoints, for HTTP and for all else. */
    static ProxySnapshot service(int... ports) {
        return serviceAt(SERVICE, ports);
    }

    static ProxySnapshot serviceAt(InetSocketAddress address, int... ports) {
        Route all =
                new Route(
                        "all",
                        RequestMatch.ANY,
                        new RouteAction.Forward(List.of(new WeightedCluster(CLUSTER, 1)), 2));
        return config(
                address, List.of(all), Map.of(CLUSTER, Arrays.stream(ports).boxed().toList()));
    }

    /** Stops, and finds out whether every buffer was given back. */
    @Override
    public void close() {
        loops.close();
        PooledByteBufAllocator memory = (PooledByteBufAllocator) loops.allocator();
        assertThat(memory.metric().directArenas())
                .allSatisfy(arena -> assertThat(arena.numActiveAllocations()).isZero());
    }
}
