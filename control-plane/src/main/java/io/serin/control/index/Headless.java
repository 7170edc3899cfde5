// SPDX-License-Identifier: Apache-2.0
package io.serin.control.index;

import io.serin.api.name.ServiceName;
import io.serin.kube.type.KubeService;
import io.serin.kube.type.KubeSlice;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where the ready pods of headless Services are, from their slices: the port does not matter, and
 * there may be none. Pure.
 */
final class Headless {

    private Headless() {}

    /**
     * By Service, then by address of either family: what the pod is called below it, or nothing.
     */
    static Map<ServiceName, SortedMap<String, String>> of(Cluster cluster) {
        Map<ServiceName, SortedMap<String, String>> pods = new HashMap<>();
        for (KubeSlice slice : cluster.slices.values()) {
            KubeService service = Endpoints.service(cluster, slice);
            if (service == null || service.clusterIp().isPresent()) {
                continue;
            }
            ServiceName name = new ServiceName(service.name().namespace(), service.name().name());
            for (KubeSlice.Endpoint endpoint : slice.endpoints()) {
                if (endpoint.ready()) {
                    pods.computeIfAbsent(name, _ -> new TreeMap<>())
                            .put(endpoint.address(), endpoint.hostname());
                }
            }
        }
        return pods;
    }
}
