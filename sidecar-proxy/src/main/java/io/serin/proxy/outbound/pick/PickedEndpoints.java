// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.outbound.pick;

import io.serin.api.backend.Workload;
import io.serin.proxy.balance.TwoChoices;
import io.serin.proxy.fault.FaultCode;
import io.serin.proxy.fault.ProxyFault;
import io.serin.proxy.outbound.route.ClusterView;
import io.serin.proxy.pool.UpstreamHost;
import io.serin.proxy.stack.Dispatch;
import io.serin.proxy.stack.LoopScope;
import io.serin.proxy.stack.Upstream;
import io.serin.proxy.telemetry.Meter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cluster's endpoints for one request: the healthy ones first, each once. While no control plane
 * is heard they may all be gone: after one in vain the request goes by the Service's address, for
 * what Kubernetes knows by then.
 */
public final class PickedEndpoints implements Dispatch.Endpoints {

    private final LoopScope scope;
    private final TwoChoices choice;
    private final ClusterView cluster;
    private final LoopClusters.Hosts hosts;
    private final LoopClusters clusters;
    // Nearly every request is done after the first, which so needs no list.
    private @Nullable UpstreamHost<Upstream> first;
    private List<UpstreamHost<Upstream>> tried = List.of();

    PickedEndpoints(
            LoopScope scope,
            TwoChoices choice,
            ClusterView cluster,
            LoopClusters.Hosts hosts,
            LoopClusters clusters) {
        this.scope = scope;
        this.choice = choice;
        this.cluster = cluster;
        this.hosts = hosts;
        this.clusters = clusters;
    }

    @Override
    public @Nullable UpstreamHost<Upstream> next() {
        if (first != null && tried.isEmpty()) {
            tried = new ArrayList<>();
            tried.add(first);
        }
        long now = scope.now();
        boolean outdated = !clusters.isCurrent();
        UpstreamHost<Upstream> host =
                outdated && first != null ? choice.pick(hosts.service(), tried, now) : null;
        if (host == null) {
            host = choice.pick(hosts.healthy(), tried, now);
        }
        if (host == null) {
            host = choice.pick(hosts.draining(), tried, now);
        }
        if (host == null && outdated) {
            host = choice.pick(hosts.service(), tried, now);
        }
        if (first == null) {
            first = host;
        } else if (host != null) {
            tried.add(host);
        }
        return host;
    }

    @Override
    public ProxyFault none() {
        int ready = cluster.healthy().size();
        return new ProxyFault(
                FaultCode.NO_HEALTHY_ENDPOINT,
                "no healthy endpoint for "
                        + cluster.displayName()
                        + " ("
                        + ready
                        + " of "
                        + (ready + cluster.draining().size())
                        + " ready)");
    }

    @Override
    public Meter meter() {
        return clusters.meter(Workload.NOT_KNOWN, cluster.serviceHost());
    }
}
