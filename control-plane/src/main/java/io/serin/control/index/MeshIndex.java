// SPDX-License-Identifier: Apache-2.0
package io.serin.control.index;

import io.serin.api.backend.Endpoint;
import io.serin.api.name.ServiceName;
import java.util.List;
import java.util.Map;

/**
 * All that translation needs to know of the cluster, at one moment.
 *
 * @param services every Service, by name
 * @param endpoints where each Service's port is served; a port without endpoints may be absent
 * @param workloads every pod with an address, by address; hostNetwork pods left out
 * @param routes the accepted routes of each Service, oldest first, then by namespace and name
 */
public record MeshIndex(
        Map<ServiceName, ServiceEntry> services,
        Map<ServicePort, List<Endpoint>> endpoints,
        Map<String, WorkloadEntry> workloads,
        Map<ServiceName, List<ServiceRoute>> routes) {

    public static final MeshIndex EMPTY = new MeshIndex(Map.of(), Map.of(), Map.of(), Map.of());

    public MeshIndex {
        services = Map.copyOf(services);
        endpoints = Map.copyOf(endpoints);
        workloads = Map.copyOf(workloads);
        routes = Map.copyOf(routes);
    }
}
