// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.outbound.pick;

import io.serin.api.backend.Endpoint;
import io.serin.api.backend.Workload;
import io.serin.proxy.outbound.route.ClusterView;
import io.serin.proxy.outbound.route.MeshView;
import io.serin.proxy.pool.UpstreamHost;
import io.serin.proxy.pool.Upstreams;
import io.serin.proxy.stack.LoopScope;
import io.serin.proxy.stack.Upstream;
import io.serin.proxy.telemetry.Labels;
import io.serin.proxy.telemetry.Meter;
import java.util.IdentityHashMap;
import java.util.List;

/** The clusters of the latest view, with the endpoints as one event loop knows them. */
public final class LoopClusters {

    private final LoopScope scope;
    private final Upstreams<Upstream> upstreams;
    private final Workload self;
    private final IdentityHashMap<ClusterView, Hosts> hosts = new IdentityHashMap<>();

    /** The endpoints of one cluster: those that serve, and those on their way out. */
    @SuppressWarnings("ArrayRecordComponent") // indexed on the request path, never changed
    record Hosts(UpstreamHost<Upstream>[] healthy, UpstreamHost<Upstream>[] draining) {}

    public LoopClusters(LoopScope scope, Upstreams<Upstream> upstreams, Workload self) {
        this.scope = scope;
        this.upstreams = upstreams;
        this.self = self;
    }

    /** Lets go of what the new view no longer has. On the loop. */
    public void become(MeshView view) {
        hosts.clear();
        upstreams.retain(view.endpoints());
    }

    /** Endpoints for one request. */
    public PickedEndpoints endpoints(ClusterView cluster) {
        return new PickedEndpoints(scope, cluster, hostsOf(cluster), this);
    }

    private Hosts hostsOf(ClusterView cluster) {
        Hosts known = hosts.get(cluster);
        if (known == null) {
            known =
                    new Hosts(
                            hosts(cluster, Endpoint.Health.HEALTHY),
                            hosts(cluster, Endpoint.Health.DRAINING));
            hosts.put(cluster, known);
        }
        return known;
    }

    // The array is ours and holds nothing else.
    @SuppressWarnings({"unchecked", "rawtypes"})
    private UpstreamHost<Upstream>[] hosts(ClusterView cluster, Endpoint.Health health) {
        List<Endpoint> some =
                cluster.endpoints().stream().filter(e -> e.health() == health).toList();
        UpstreamHost<Upstream>[] result = new UpstreamHost[some.size()];
        for (int i = 0; i < result.length; i++) {
            Endpoint endpoint = some.get(i);
            result[i] =
                    upstreams.host(
                            ClusterView.address(endpoint),
                            cluster.name(),
                            null,
                            cluster.connectTimeout(),
                            () -> meter(endpoint.workload(), cluster.service()));
        }
        return result;
    }

    /** Counts what goes from this workload to another. */
    public Meter meter(Workload destination, String service) {
        return scope.meter().of(new Labels(Labels.Reporter.SOURCE, self, destination, service));
    }
}
