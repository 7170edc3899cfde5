// SPDX-License-Identifier: Apache-2.0
package io.serin.control.translate;

import io.serin.api.backend.Endpoint;
import io.serin.api.backend.EndpointGroup;
import io.serin.api.name.ClusterName;
import io.serin.api.name.HostPort;
import io.serin.control.index.MeshIndex;
import io.serin.control.index.ServiceEntry;
import io.serin.control.index.ServicePort;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Who serves each port of each Service; an empty group where nobody does. */
final class Endpoints {

    private static final Comparator<HostPort> BY_ADDRESS =
            Comparator.comparing(HostPort::host).thenComparingInt(HostPort::port);

    private Endpoints() {}

    static Map<String, EndpointGroup> of(MeshIndex index) {
        Map<String, EndpointGroup> groups = new HashMap<>();
        for (ServiceEntry service : index.services().values()) {
            for (ServiceEntry.Port port : service.ports()) {
                String cluster = ClusterName.outbound(service.name(), port.number());
                List<Endpoint> endpoints =
                        index.endpoints()
                                .getOrDefault(
                                        new ServicePort(service.name(), port.number()), List.of());
                groups.put(cluster, new EndpointGroup(cluster, distinct(endpoints)));
            }
        }
        return groups;
    }

    /**
     * Each address once, in an order of their own, so that two replicas of the control plane, which
     * learnt of them in different orders, send the same bytes. While an endpoint moves from one
     * slice to another it stands in both: then the healthy one counts.
     */
    private static List<Endpoint> distinct(List<Endpoint> endpoints) {
        Map<HostPort, Endpoint> byAddress = new TreeMap<>(BY_ADDRESS);
        for (Endpoint endpoint : endpoints) {
            byAddress.merge(
                    endpoint.address(),
                    endpoint,
                    (one, other) -> one.health() == Endpoint.Health.HEALTHY ? one : other);
        }
        return List.copyOf(byAddress.values());
    }
}
