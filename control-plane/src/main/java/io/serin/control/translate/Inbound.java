// SPDX-License-Identifier: Apache-2.0
package io.serin.control.translate;

import io.serin.api.backend.Cluster;
import io.serin.api.contract.Objects;
import io.serin.api.contract.Ports;
import io.serin.api.name.ClusterName;
import io.serin.api.snapshot.Listener;
import io.serin.control.index.WorkloadEntry.ServedPort;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where a workload's inbound traffic is met, and how it reaches the application. */
final class Inbound {

    static final String LISTENER = "virtualInbound";

    private Inbound() {}

    static Listener listener(List<ServedPort> served, boolean mtls) {
        return new Listener.Inbound(
                LISTENER,
                Ports.INBOUND,
                served.stream().map(Inbound::port).toList(),
                ClusterName.INBOUND_PASSTHROUGH,
                mtls);
    }

    private static Listener.Inbound.Port port(ServedPort served) {
        return new Listener.Inbound.Port(
                served.number(),
                served.http(),
                ClusterName.inbound(served.number()),
                served.service().host());
    }

    static Map<String, Cluster> clusters(List<ServedPort> served) {
        Map<String, Cluster> clusters = new HashMap<>();
        for (ServedPort port : served) {
            String name = ClusterName.inbound(port.number());
            clusters.put(name, Outbound.passthrough(name, Optional.of(Objects.INBOUND_SOURCE)));
        }
        return clusters;
    }
}
