// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.outbound.route;

import io.serin.api.backend.Cluster;
import io.serin.api.backend.Endpoint;
import io.serin.api.backend.Workload;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cluster and its endpoints, at one moment. Told apart by identity: a new view, a new cluster.
 */
public final class ClusterView {

    private final String name;
    private final boolean passthrough;
    private final List<Target> healthy;
    private final List<Target> draining;
    private final List<Target> service;

    private ClusterView(
            String name,
            boolean passthrough,
            List<Target> healthy,
            List<Target> draining,
            List<Target> service) {
        this.name = name;
        this.passthrough = passthrough;
        this.healthy = healthy;
        this.draining = draining;
        this.service = service;
    }

    private static ClusterView without(String name, boolean passthrough) {
        return new ClusterView(name, passthrough, List.of(), List.of(), List.of());
    }

    /**
     * @param service its Service's address; null where it has none
     */
    static ClusterView of(
            Cluster cluster, List<Endpoint> endpoints, @Nullable InetSocketAddress service) {
        return switch (cluster) {
            case Cluster.Eds eds ->
                    new ClusterView(
                            eds.name(),
                            false,
                            targets(eds, endpoints, Endpoint.Health.HEALTHY),
                            targets(eds, endpoints, Endpoint.Health.DRAINING),
                            service(eds, endpoints, service));
            case Cluster.OriginalDestination original -> without(original.name(), true);
            case Cluster.BlackHole hole -> without(hole.name(), false);
        };
    }

    private static List<Target> targets(
            Cluster.Eds cluster, List<Endpoint> endpoints, Endpoint.Health health) {
        return endpoints.stream()
                .filter(endpoint -> endpoint.health() == health)
                .map(endpoint -> target(cluster, endpoint))
                .toList();
    }

    /** It leads to any of the endpoints, and is called as all of them can be. */
    private static List<Target> service(
            Cluster.Eds cluster, List<Endpoint> endpoints, @Nullable InetSocketAddress address) {
        return address == null
                ? List.of()
                : List.of(
                        new Target(
                                address,
                                cluster.name(),
                                cluster.connectTimeout(),
                                Workload.NOT_KNOWN,
                                endpoints.stream().allMatch(Endpoint::mtls)
                                        ? cluster.identities()
                                        : List.of()));
    }

    private static Target target(Cluster.Eds cluster, Endpoint endpoint) {
        return new Target(
                new InetSocketAddress(endpoint.address().host(), endpoint.address().port()),
                cluster.name(),
                cluster.connectTimeout(),
                endpoint.workload(),
                endpoint.mtls() ? cluster.identities() : List.of());
    }

    public String name() {
        return name;
    }

    /** The Service's host, for telemetry: the name's last part. */
    public String serviceHost() {
        return serviceOf(name);
    }

    /** The Service's host in a cluster's name. */
    public static String serviceOf(String cluster) {
        return cluster.substring(cluster.lastIndexOf('|') + 1);
    }

    /** As people write it, for messages: {@code reviews.shop:9080}. */
    public String displayName() {
        String[] parts = name.split("\\|", -1);
        return parts.length == 4
                ? parts[3].replace(".svc.cluster.local", "") + ":" + parts[1]
                : name;
    }

    /** Whether it leads to wherever the connection was going, rather than to endpoints. */
    public boolean isPassthrough() {
        return passthrough;
    }

    public List<Target> healthy() {
        return healthy;
    }

    /** Those that only get requests when nobody is healthy. */
    public List<Target> draining() {
        return draining;
    }

    /** The Service's own address, from where Kubernetes leads on; at most one. */
    public List<Target> service() {
        return service;
    }
}
