// SPDX-License-Identifier: Apache-2.0
package io.serin.control.index;

import io.serin.api.backend.Endpoint;
import io.serin.api.name.Revision;
import io.serin.api.name.ServiceName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * All that translation needs to know of the cluster, at one moment.
 *
 * @param services every Service, by name
 * @param endpoints where each Service's port is served; a port without endpoints may be absent
 * @param workloads every pod with an address, by address; hostNetwork pods left out
 * @param routes the accepted routes of each Service, oldest first, then by namespace and name
 * @param headless where the ready pods of Services without an address of their own are: by address,
 *     what each is called below the Service, or nothing
 * @param homes the revision that a namespace's proxies are to be at; absent where each is to be at
 *     the one that injected it
 */
public record MeshIndex(
        Map<ServiceName, ServiceEntry> services,
        Map<ServicePort, List<Endpoint>> endpoints,
        Map<String, WorkloadEntry> workloads,
        Map<ServiceName, List<ServiceRoute>> routes,
        Map<ServiceName, SortedMap<String, String>> headless,
        Map<String, Revision> homes) {

    public static final MeshIndex EMPTY =
            new MeshIndex(Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of());

    public MeshIndex {
        services = Map.copyOf(services);
        endpoints = Map.copyOf(endpoints);
        workloads = Map.copyOf(workloads);
        routes = Map.copyOf(routes);
        headless = Map.copyOf(headless);
        homes = Map.copyOf(homes);
    }

    /** One in which every proxy is to be where it was injected, and no Service is headless. */
    public MeshIndex(
            Map<ServiceName, ServiceEntry> services,
            Map<ServicePort, List<Endpoint>> endpoints,
            Map<String, WorkloadEntry> workloads,
            Map<ServiceName, List<ServiceRoute>> routes) {
        this(services, endpoints, workloads, routes, Map.of(), Map.of());
    }

    /** The pod of this name; empty where it has no address, or is finished or of hostNetwork. */
    public Optional<WorkloadEntry> pod(String name, String namespace) {
        return workloads.values().stream()
                .filter(workload -> workload.pod().equals(name))
                .filter(workload -> workload.workload().namespace().equals(namespace))
                .findFirst();
    }
}
