// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.outbound.pick;

import io.serin.api.backend.Workload;
import io.serin.proxy.balance.TwoChoices;
import io.serin.proxy.outbound.route.ClusterView;
import io.serin.proxy.outbound.route.MeshView;
import io.serin.proxy.outbound.route.Target;
import io.serin.proxy.pool.UpstreamHost;
import io.serin.proxy.pool.Upstreams;
import io.serin.proxy.stack.LoopScope;
import io.serin.proxy.stack.Upstream;
import io.serin.proxy.telemetry.Labels;
import io.serin.proxy.telemetry.Meter;
import io.serin.proxy.tls.EndpointTls;
import io.serin.proxy.tls.MeshTls;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The clusters of the latest view, with the endpoints as one event loop knows them. */
public final class LoopClusters {

    private final LoopScope scope;
    private final TwoChoices choice;
    private final Upstreams<Upstream> upstreams;
    private final Workload self;
    private final Supplier<Optional<MeshTls>> own;
    private final BooleanSupplier current;
    private final IdentityHashMap<ClusterView, Hosts> hosts = new IdentityHashMap<>();

    /**
     * The endpoints of one cluster.
     *
     * @param healthy those that serve
     * @param draining those on their way out
     * @param service behind which Kubernetes has those that it knows of; one or none
     */
    @SuppressWarnings("ArrayRecordComponent") // indexed on the request path, never changed
    record Hosts(
            UpstreamHost<Upstream>[] healthy,
            UpstreamHost<Upstream>[] draining,
            UpstreamHost<Upstream>[] service) {}

    /**
     * @param own what this proxy proves now; empty where it can't
     * @param current whether the view is what the control plane would say now
     */
    public LoopClusters(
            LoopScope scope,
            Upstreams<Upstream> upstreams,
            Workload self,
            Supplier<Optional<MeshTls>> own,
            BooleanSupplier current) {
        this.scope = scope;
        this.choice = new TwoChoices(scope.random());
        this.upstreams = upstreams;
        this.self = self;
        this.own = own;
        this.current = current;
    }

    /** Lets go of what the new view no longer has. On the loop. */
    public void become(MeshView view) {
        hosts.clear();
        upstreams.retain(view.targets());
    }

    /** Endpoints for one request. */
    public PickedEndpoints endpoints(ClusterView cluster) {
        Hosts known = hosts.get(cluster);
        if (known == null) {
            known =
                    new Hosts(
                            hosts(cluster.healthy()),
                            hosts(cluster.draining()),
                            hosts(cluster.service()));
            hosts.put(cluster, known);
        }
        return new PickedEndpoints(scope, choice, cluster, known, this);
    }

    // The array is ours and holds nothing else.
    @SuppressWarnings({"unchecked", "rawtypes"})
    private UpstreamHost<Upstream>[] hosts(List<Target> targets) {
        UpstreamHost<Upstream>[] result = new UpstreamHost[targets.size()];
        for (int i = 0; i < result.length; i++) {
            Target target = targets.get(i);
            String service = ClusterView.serviceOf(target.cluster());
            result[i] =
                    upstreams.host(
                            target,
                            target.address(),
                            null,
                            target.connectTimeout(),
                            () -> tls(target),
                            () -> meter(target.workload(), service));
        }
        return result;
    }

    private Optional<EndpointTls> tls(Target target) {
        return target.identities().isEmpty()
                ? Optional.empty()
                : own.get().map(mtls -> new EndpointTls(mtls, target.identities()));
    }

    boolean isCurrent() {
        return current.getAsBoolean();
    }

    /** Counts what goes from this workload to another. */
    public Meter meter(Workload destination, String service) {
        return scope.meter().of(new Labels(Labels.Reporter.SOURCE, self, destination, service));
    }
}
