// SPDX-License-Identifier: Apache-2.0
package io.serin.api.snapshot;

import io.serin.api.backend.Cluster;
import io.serin.api.backend.EndpointGroup;
import io.serin.api.route.RouteTable;
import java.util.Map;

/**
 * All that one proxy is told, each kind by name. Names need not resolve: a route to a cluster that
 * is not there answers 500 or 503, as xDS has it, and is no reason to refuse a snapshot.
 */
public record ProxySnapshot(
        Map<String, Listener> listeners,
        Map<String, RouteTable> routeTables,
        Map<String, Cluster> clusters,
        Map<String, EndpointGroup> endpoints) {

    public static final ProxySnapshot EMPTY =
            new ProxySnapshot(Map.of(), Map.of(), Map.of(), Map.of());

    public ProxySnapshot {
        listeners = Map.copyOf(listeners);
        routeTables = Map.copyOf(routeTables);
        clusters = Map.copyOf(clusters);
        endpoints = Map.copyOf(endpoints);
    }
}
