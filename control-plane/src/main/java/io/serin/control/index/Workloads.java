// SPDX-License-Identifier: Apache-2.0
package io.serin.control.index;

import io.serin.api.backend.Workload;
import io.serin.api.contract.Labels;
import io.serin.api.name.ServiceName;
import io.serin.api.name.SpiffeId;
import io.serin.kube.type.KubePod;
import io.serin.kube.type.KubeService;
import io.serin.kube.type.KubeSlice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Pods by address, and which of their ports Services point at over IPv4. Pure. */
final class Workloads {

    private Workloads() {}

    static Map<String, WorkloadEntry> of(Cluster cluster) {
        Map<String, List<WorkloadEntry.ServedPort>> served = served(cluster);
        Map<String, WorkloadEntry> workloads = new HashMap<>();
        for (KubePod pod : cluster.pods.values()) {
            if (!pod.ip().isEmpty() && !pod.hostNetwork() && !pod.finished()) {
                workloads.put(
                        pod.ip(),
                        new WorkloadEntry(
                                pod.ip(),
                                pod.name().name(),
                                workload(pod),
                                served.getOrDefault(pod.ip(), List.of()),
                                mtls(pod)));
            }
        }
        return workloads;
    }

    private static Optional<WorkloadEntry.Mtls> mtls(KubePod pod) {
        String mode = pod.labels().getOrDefault(Labels.TLS_MODE, "");
        return mode.equals(Labels.TLS_MODE_MTLS) && !pod.account().isEmpty()
                ? Optional.of(
                        new WorkloadEntry.Mtls(
                                new SpiffeId(
                                        SpiffeId.DEFAULT_TRUST_DOMAIN,
                                        pod.name().namespace(),
                                        pod.account()),
                                pod.capture()))
                : Optional.empty();
    }

    /** In the order of Services, for slices are kept by name. */
    private static Map<String, List<WorkloadEntry.ServedPort>> served(Cluster cluster) {
        Map<String, List<WorkloadEntry.ServedPort>> served = new TreeMap<>();
        for (KubeSlice slice : cluster.slices.values()) {
            KubeService service = Endpoints.service(cluster, slice);
            if (service == null || slice.family() != KubeSlice.Family.IPV4) {
                continue;
            }
            ServiceName name = new ServiceName(service.name().namespace(), service.name().name());
            for (KubeSlice.Port port : slice.ports()) {
                boolean http =
                        service.ports().stream()
                                .filter(other -> other.name().equals(port.name()))
                                .anyMatch(Services::isHttp);
                for (KubeSlice.Endpoint endpoint : slice.endpoints()) {
                    add(
                            served.computeIfAbsent(endpoint.address(), a -> new ArrayList<>()),
                            new WorkloadEntry.ServedPort(port.number(), http, name));
                }
            }
        }
        return served;
    }

    private static void add(List<WorkloadEntry.ServedPort> ports, WorkloadEntry.ServedPort port) {
        for (int i = 0; i < ports.size(); i++) {
            WorkloadEntry.ServedPort other = ports.get(i);
            if (other.number() == port.number()) {
                // Where Services disagree, the one by the first name decides.
                if (port.service().compareTo(other.service()) < 0) {
                    ports.set(i, port);
                }
                return;
            }
        }
        ports.add(port);
    }

    static Workload workload(KubePod pod) {
        return new Workload(
                pod.name().namespace(),
                pod.workload(),
                first(pod, pod.workload(), Labels.CANONICAL_NAME, "app.kubernetes.io/name", "app"),
                first(
                        pod,
                        "latest",
                        Labels.CANONICAL_REVISION,
                        "app.kubernetes.io/version",
                        "version"));
    }

    private static String first(KubePod pod, String otherwise, String... keys) {
        for (String key : keys) {
            String value = pod.labels().getOrDefault(key, "");
            if (!value.isEmpty()) {
                return value;
            }
        }
        return otherwise;
    }
}
