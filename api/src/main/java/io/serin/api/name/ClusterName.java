// SPDX-License-Identifier: Apache-2.0
package io.serin.api.name;

/**
 * The names of clusters, in Istio's form, so that a person's tools keep working: {@code
 * outbound|9080||reviews.shop.svc.cluster.local} and {@code inbound|8080||}.
 */
public final class ClusterName {

    /** Where traffic goes that the mesh does not know: its original destination. */
    public static final String PASSTHROUGH = "PassthroughCluster";

    /** As {@link #PASSTHROUGH}, inbound: the application, called from 127.0.0.6. */
    public static final String INBOUND_PASSTHROUGH = "InboundPassthroughCluster";

    /** Has no endpoint and never gets one. */
    public static final String BLACK_HOLE = "BlackHoleCluster";

    /**
     * Stands in for a backend that can't be resolved. No cluster of this name is ever served, so
     * that its share of the requests is answered with the route's code for a missing cluster, 500.
     */
    public static final String UNRESOLVED = "UnresolvedBackend";

    private ClusterName() {}

    public static String outbound(ServiceName service, int port) {
        return "outbound|" + HostPort.checkPort(port) + "||" + service.host();
    }

    public static String inbound(int port) {
        return "inbound|" + HostPort.checkPort(port) + "||";
    }

    /** The route table of a Service's port: {@code reviews.shop.svc.cluster.local:9080}. */
    public static String routeTable(ServiceName service, int port) {
        return service.host() + ":" + HostPort.checkPort(port);
    }
}
