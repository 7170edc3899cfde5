// SPDX-License-Identifier: Apache-2.0
package io.serin.control.translate;

import io.serin.api.backend.Cluster;
import io.serin.api.backend.Endpoint;
import io.serin.api.contract.Objects;
import io.serin.api.contract.Ports;
import io.serin.api.name.ClusterName;
import io.serin.api.name.HostPort;
import io.serin.api.name.ServiceName;
import io.serin.api.name.SpiffeId;
import io.serin.api.snapshot.Listener;
import io.serin.control.index.MeshIndex;
import io.serin.control.index.ServiceEntry;
import io.serin.control.index.ServicePort;
import io.serin.control.index.WorkloadEntry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Where a proxy's outbound traffic is met, and where it can go: every Service of the mesh. */
final class Outbound {

    static final String LISTENER = "virtualOutbound";

    /** Long enough for the first packet to be lost once: it is sent again after a second. */
    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

    /** What passes through may be far away, and isn't retried elsewhere. */
    static final Duration PASSTHROUGH_TIMEOUT = Duration.ofSeconds(10);

    private Outbound() {}

    static Map<String, Listener> listeners(MeshIndex index) {
        Map<String, Listener> listeners = new HashMap<>();
        listeners.put(
                LISTENER, new Listener.Outbound(LISTENER, Ports.OUTBOUND, ClusterName.PASSTHROUGH));
        for (ServiceEntry service : index.services().values()) {
            service.clusterIp()
                    .ifPresent(ip ->
                            service.ports()
                                    .forEach(port -> {
                                        Listener listener = destination(service, port, ip);
                                        listeners.put(listener.name(), listener);
                                    }));
        }
        return listeners;
    }

    private static Listener destination(ServiceEntry service, ServiceEntry.Port port, String ip) {
        String cluster = ClusterName.outbound(service.name(), port.number());
        Listener.Protocol protocol =
                port.http()
                        ? new Listener.Protocol.Http(
                                ClusterName.routeTable(service.name(), port.number()), cluster)
                        : new Listener.Protocol.Tcp(cluster);
        return new Listener.Destination(
                ip + "_" + port.number(), new HostPort(ip, port.number()), protocol);
    }

    /** Who serves a port behind a sidecar that takes mTLS, each once. */
    private static List<SpiffeId> identities(MeshIndex index, ServiceName service, int port) {
        return index.endpoints().getOrDefault(new ServicePort(service, port), List.of()).stream()
                .filter(Endpoint::mtls)
                .map(endpoint -> index.workloads().get(endpoint.address().host()))
                .flatMap(workload -> Stream.ofNullable(workload))
                .flatMap(workload -> workload.mtls().stream())
                .map(WorkloadEntry.Mtls::identity)
                .distinct()
                .sorted()
                .toList();
    }

    /**
     * Where it can go.
     *
     * @param mtls whether the proxy can prove who it is
     */
    static Map<String, Cluster> clusters(MeshIndex index, boolean mtls) {
        Map<String, Cluster> clusters = new HashMap<>();
        put(clusters, passthrough(ClusterName.PASSTHROUGH, Optional.empty()));
        put(
                clusters,
                passthrough(ClusterName.INBOUND_PASSTHROUGH, Optional.of(Objects.INBOUND_SOURCE)));
        put(clusters, new Cluster.BlackHole(ClusterName.BLACK_HOLE));
        for (ServiceEntry service : index.services().values()) {
            for (ServiceEntry.Port port : service.ports()) {
                String name = ClusterName.outbound(service.name(), port.number());
                put(
                        clusters,
                        new Cluster.Eds(
                                name,
                                CONNECT_TIMEOUT,
                                mtls
                                        ? identities(index, service.name(), port.number())
                                        : List.of()));
            }
        }
        return clusters;
    }

    static Cluster passthrough(String name, Optional<String> source) {
        return new Cluster.OriginalDestination(name, PASSTHROUGH_TIMEOUT, source);
    }

    private static void put(Map<String, Cluster> clusters, Cluster cluster) {
        clusters.put(cluster.name(), cluster);
    }
}
