// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

import io.serin.api.backend.Cluster;
import io.serin.api.xds.ClusterXds;
import io.serin.api.xds.CoreXds;
import io.serin.api.xds.EndpointXds;
import java.time.Duration;
import java.util.Optional;

/** {@code envoy.config.cluster.v3.Cluster}. */
final class ClusterCodec {

    /** A static cluster needs a connect timeout too, which nothing ever waits for. */
    private static final Duration BLACK_HOLE_TIMEOUT = Duration.ofSeconds(1);

    /**
     * Envoy's panic mode, which calls endpoints that are not healthy. With its least threshold it
     * starts where fewer than one in a hundred is healthy: what is draining is called when there is
     * nothing else, as a Serin proxy does.
     */
    private static final ClusterXds.Cluster.CommonLbConfig DRAINING_IF_NO_OTHER =
            ClusterXds.Cluster.CommonLbConfig.newBuilder()
                    .setHealthyPanicThreshold(ClusterXds.Percent.newBuilder().setValue(1))
                    .build();

    /** Any port: Envoy wants the choice written down. */
    private static final int ANY_PORT = 0;

    private ClusterCodec() {}

    static ClusterXds.Cluster encode(Cluster cluster) {
        ClusterXds.Cluster.Builder xds = ClusterXds.Cluster.newBuilder().setName(cluster.name());
        return switch (cluster) {
            case Cluster.Eds eds ->
                    xds.setType(ClusterXds.Cluster.DiscoveryType.EDS)
                            .setConnectTimeout(Wire.duration(eds.connectTimeout()))
                            .setEdsClusterConfig(
                                    ClusterXds.Cluster.EdsClusterConfig.newBuilder()
                                            .setEdsConfig(Addresses.ADS)
                                            .setServiceName(eds.name()))
                            .setLbPolicy(ClusterXds.Cluster.LbPolicy.LEAST_REQUEST)
                            .setCommonLbConfig(DRAINING_IF_NO_OTHER)
                            .addAllTransportSocketMatches(MtlsCodec.sockets(eds))
                            .build();
            case Cluster.OriginalDestination original -> {
                xds.setType(ClusterXds.Cluster.DiscoveryType.ORIGINAL_DST)
                        .setConnectTimeout(Wire.duration(original.connectTimeout()))
                        .setLbPolicy(ClusterXds.Cluster.LbPolicy.CLUSTER_PROVIDED);
                original.source()
                        .ifPresent(source ->
                                xds.setUpstreamBindConfig(
                                        CoreXds.BindConfig.newBuilder()
                                                .setSourceAddress(
                                                        CoreXds.SocketAddress.newBuilder()
                                                                .setAddress(source)
                                                                .setPortValue(ANY_PORT))));
                yield xds.build();
            }
            case Cluster.BlackHole hole ->
                    xds.setType(ClusterXds.Cluster.DiscoveryType.STATIC)
                            .setConnectTimeout(Wire.duration(BLACK_HOLE_TIMEOUT))
                            .setLoadAssignment(
                                    EndpointXds.ClusterLoadAssignment.newBuilder()
                                            .setClusterName(hole.name()))
                            .build();
        };
    }

    static Cluster decode(String where, ClusterXds.Cluster xds) throws CodecFault {
        return switch (xds.getType()) {
            case EDS -> {
                Addresses.checkAds(
                        where + ", eds_cluster_config", xds.getEdsClusterConfig().getEdsConfig());
                String service = xds.getEdsClusterConfig().getServiceName();
                if (!service.isEmpty() && !service.equals(xds.getName())) {
                    throw new CodecFault(
                            where
                                    + ", eds_cluster_config.service_name: '"
                                    + service
                                    + "' (expected: the cluster's own name)");
                }
                Duration timeout = timeout(where, xds);
                yield new Cluster.Eds(
                        xds.getName(),
                        timeout,
                        MtlsCodec.identities(
                                where,
                                xds.getName(),
                                timeout,
                                xds.getTransportSocketMatchesList()));
            }
            case ORIGINAL_DST -> {
                Refusal.ifSet(
                        where,
                        "transport_socket_matches",
                        xds.getTransportSocketMatchesCount() > 0);
                yield new Cluster.OriginalDestination(
                        xds.getName(), timeout(where, xds), source(xds));
            }
            case STATIC -> {
                if (xds.getLoadAssignment().getEndpointsCount() > 0) {
                    throw new CodecFault(
                            where + ": STATIC with endpoints (expected: none, or type EDS)");
                }
                yield new Cluster.BlackHole(xds.getName());
            }
            case STRICT_DNS, LOGICAL_DNS, UNRECOGNIZED ->
                    throw new CodecFault(
                            where
                                    + ": type "
                                    + xds.getType().name()
                                    + " (expected: EDS, ORIGINAL_DST or STATIC)");
        };
    }

    private static Duration timeout(String where, ClusterXds.Cluster xds) throws CodecFault {
        return Wire.duration(where + ", connect_timeout", xds.getConnectTimeout());
    }

    private static Optional<String> source(ClusterXds.Cluster xds) {
        String address = xds.getUpstreamBindConfig().getSourceAddress().getAddress();
        return address.isEmpty() ? Optional.empty() : Optional.of(address);
    }
}
