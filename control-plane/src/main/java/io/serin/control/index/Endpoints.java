// SPDX-License-Identifier: Apache-2.0
package io.serin.control.index;

import io.serin.api.backend.Endpoint;
import io.serin.api.backend.Workload;
import io.serin.api.name.HostPort;
import io.serin.api.name.ServiceName;
import io.serin.kube.type.KubeService;
import io.serin.kube.type.KubeSlice;
import io.serin.kube.type.ObjectName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Where each Service's port is served over IPv4, from its slices. Pure. */
final class Endpoints {

    private Endpoints() {}

    static Map<ServicePort, List<Endpoint>> of(
            Cluster cluster, Map<String, WorkloadEntry> workloads) {
        Map<ServicePort, Map<String, Endpoint>> byAddress = new HashMap<>();
        for (KubeSlice slice : cluster.slices.values()) {
            KubeService service = service(cluster, slice);
            if (service == null || slice.family() != KubeSlice.Family.IPV4) {
                continue;
            }
            ServiceName name = new ServiceName(service.name().namespace(), service.name().name());
            for (KubeService.Port port : service.ports()) {
                for (KubeSlice.Port target : slice.ports()) {
                    if (target.name().equals(port.name())) {
                        Map<String, Endpoint> known =
                                byAddress.computeIfAbsent(
                                        new ServicePort(name, port.number()),
                                        key -> new TreeMap<>());
                        add(known, slice, target.number(), workloads);
                    }
                }
            }
        }
        Map<ServicePort, List<Endpoint>> endpoints = new HashMap<>();
        byAddress.forEach((port, known) -> endpoints.put(port, List.copyOf(known.values())));
        return endpoints;
    }

    private static void add(
            Map<String, Endpoint> known,
            KubeSlice slice,
            int port,
            Map<String, WorkloadEntry> workloads) {
        for (KubeSlice.Endpoint endpoint : slice.endpoints()) {
            Endpoint.Health health;
            if (endpoint.ready() && !endpoint.terminating()) {
                health = Endpoint.Health.HEALTHY;
            } else if (endpoint.serving() && endpoint.terminating()) {
                health = Endpoint.Health.DRAINING;
            } else {
                continue;
            }
            WorkloadEntry workload = workloads.get(endpoint.address());
            known.put(
                    endpoint.address(),
                    new Endpoint(
                            new HostPort(endpoint.address(), port),
                            health,
                            workload == null ? Workload.NOT_KNOWN : workload.workload(),
                            workload != null && workload.takesMtls(port)));
        }
    }

    /** The Service that a slice belongs to. */
    static @Nullable KubeService service(Cluster cluster, KubeSlice slice) {
        return slice.service().isEmpty()
                ? null
                : cluster.services.get(new ObjectName(slice.name().namespace(), slice.service()));
    }
}
