// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.outbound.route;

import io.serin.api.backend.Endpoint;
import io.serin.api.backend.EndpointGroup;
import io.serin.api.name.HostPort;
import io.serin.api.route.RouteTable;
import io.serin.api.snapshot.Listener;
import io.serin.api.snapshot.ProxySnapshot;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One snapshot, made ready for look-ups: built once for each change, off the event loops, and
 * shared by all of them. Immutable.
 */
public final class MeshView {

    private static final String ANY_ADDRESS = "0.0.0.0";

    private final Map<InetSocketAddress, Destination> destinations = new HashMap<>();
    private final Map<Integer, Destination> anyAddress = new HashMap<>();
    private final Set<Target> targets = new HashSet<>();
    private final Destination unknown;

    /**
     * What is spoken at a destination, and where it leads.
     *
     * @param routes null for TCP
     * @param cluster where all that is not HTTP goes; null where the cluster is not there, or the
     *     mesh knows nothing of the destination: to where it was going
     */
    public record Destination(@Nullable Routes routes, @Nullable ClusterView cluster) {}

    public static MeshView of(ProxySnapshot snapshot) {
        return new MeshView(snapshot);
    }

    private MeshView(ProxySnapshot snapshot) {
        Map<String, ClusterView> clusters = clusters(snapshot);
        for (ClusterView cluster : clusters.values()) {
            targets.addAll(cluster.healthy());
            targets.addAll(cluster.draining());
            targets.addAll(cluster.service());
        }
        Map<String, Routes> tables = new HashMap<>();
        for (RouteTable table : snapshot.routeTables().values()) {
            tables.put(table.name(), Routes.of(table, clusters));
        }
        ClusterView rest = null;
        for (Listener listener : snapshot.listeners().values()) {
            switch (listener) {
                case Listener.Destination at ->
                        put(at.address(), destination(at.protocol(), tables, clusters));
                case Listener.Outbound outbound -> rest = clusters.get(outbound.cluster());
                case Listener.Inbound _ -> {
                    // The other direction's.
                }
            }
        }
        unknown = new Destination(null, rest);
    }

    private static Map<String, ClusterView> clusters(ProxySnapshot snapshot) {
        Map<String, InetSocketAddress> services = services(snapshot);
        Map<String, ClusterView> clusters = new HashMap<>();
        snapshot.clusters()
                .forEach((name, cluster) -> {
                    EndpointGroup group = snapshot.endpoints().get(name);
                    List<Endpoint> present = group == null ? List.of() : group.endpoints();
                    clusters.put(name, ClusterView.of(cluster, present, services.get(name)));
                });
        return clusters;
    }

    /** Where clients call the Service that each cluster is of. */
    private static Map<String, InetSocketAddress> services(ProxySnapshot snapshot) {
        Map<String, InetSocketAddress> services = new HashMap<>();
        for (Listener listener : snapshot.listeners().values()) {
            if (listener instanceof Listener.Destination at
                    && !at.address().host().equals(ANY_ADDRESS)) {
                services.put(at.protocol().cluster(), socket(at.address()));
            }
        }
        return services;
    }

    private static InetSocketAddress socket(HostPort address) {
        return new InetSocketAddress(address.host(), address.port());
    }

    private static Destination destination(
            Listener.Protocol protocol,
            Map<String, Routes> tables,
            Map<String, ClusterView> clusters) {
        return switch (protocol) {
            case Listener.Protocol.Http(String table, String cluster) ->
                    new Destination(
                            tables.getOrDefault(table, Routes.EMPTY), clusters.get(cluster));
            case Listener.Protocol.Tcp(String cluster) ->
                    new Destination(null, clusters.get(cluster));
        };
    }

    private void put(HostPort address, Destination destination) {
        if (address.host().equals(ANY_ADDRESS)) {
            anyAddress.put(address.port(), destination);
        } else {
            destinations.put(socket(address), destination);
        }
    }

    /** What the mesh knows of an address: itself, else its port at any address, else the rest. */
    public Destination find(InetSocketAddress address) {
        Destination exact = destinations.get(address);
        return exact != null ? exact : anyAddress.getOrDefault(address.getPort(), unknown);
    }

    /** Every endpoint of every cluster. */
    public Set<Target> targets() {
        return targets;
    }
}
