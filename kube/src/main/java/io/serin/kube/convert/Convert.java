// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.convert;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.serin.api.contract.Labels;
import io.serin.kube.type.InboundCapture;
import io.serin.kube.type.KubeNamespace;
import io.serin.kube.type.KubePod;
import io.serin.kube.type.KubeService;
import io.serin.kube.type.KubeSlice;
import io.serin.kube.type.KubeWorkload;
import io.serin.kube.type.ObjectName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Namespaces, Services, EndpointSlices and pods. */
public final class Convert {

    private static final String SERVICE_NAME = "kubernetes.io/service-name";

    private Convert() {}

    public static ObjectName name(ObjectMeta metadata) {
        return new ObjectName(orEmpty(metadata.getNamespace()), metadata.getName());
    }

    public static KubeService service(Service service) {
        String ip = orEmpty(service.getSpec().getClusterIP());
        boolean hasIp = !ip.isEmpty() && !ip.equals("None");
        List<KubeService.Port> ports =
                service.getSpec().getPorts().stream()
                        .filter(port -> isTcp(port.getProtocol()))
                        .map(port ->
                                new KubeService.Port(
                                        orEmpty(port.getName()),
                                        port.getPort(),
                                        Optional.ofNullable(port.getAppProtocol())))
                        .toList();
        if (!hasIp) {
            return new KubeService(name(service.getMetadata()), Optional.empty(), ports);
        }
        List<String> ips = service.getSpec().getClusterIPs();
        return new KubeService(
                name(service.getMetadata()),
                Optional.of(ip),
                ips.isEmpty() ? List.of(ip) : ips,
                ports);
    }

    public static KubeSlice slice(EndpointSlice slice) {
        List<KubeSlice.Port> ports =
                slice.getPorts().stream()
                        .filter(port -> isTcp(port.getProtocol()) && port.getPort() != null)
                        .map(port -> new KubeSlice.Port(orEmpty(port.getName()), port.getPort()))
                        .toList();
        KubeSlice.Family family =
                switch (orEmpty(slice.getAddressType())) {
                    case "IPv4" -> KubeSlice.Family.IPV4;
                    case "IPv6" -> KubeSlice.Family.IPV6;
                    default -> KubeSlice.Family.NONE;
                };
        List<KubeSlice.Endpoint> endpoints = new ArrayList<>();
        if (family != KubeSlice.Family.NONE) {
            for (Endpoint endpoint : slice.getEndpoints()) {
                // Of several addresses all are the same endpoint: the first will do.
                if (!endpoint.getAddresses().isEmpty()) {
                    endpoints.add(endpoint(endpoint));
                }
            }
        }
        String service = orEmpty(labels(slice.getMetadata()).get(SERVICE_NAME));
        return new KubeSlice(name(slice.getMetadata()), service, family, ports, endpoints);
    }

    private static KubeSlice.Endpoint endpoint(Endpoint endpoint) {
        var conditions = endpoint.getConditions();
        // discovery.k8s.io/v1: absent means ready, and serving is what ready says.
        boolean ready = conditions == null || !Boolean.FALSE.equals(conditions.getReady());
        Boolean serving = conditions == null ? null : conditions.getServing();
        return new KubeSlice.Endpoint(
                endpoint.getAddresses().getFirst(),
                ready,
                serving == null ? ready : serving,
                conditions != null && Boolean.TRUE.equals(conditions.getTerminating()),
                orEmpty(endpoint.getHostname()));
    }

    public static KubeNamespace namespace(Namespace namespace) {
        ObjectMeta metadata = namespace.getMetadata();
        return new KubeNamespace(
                metadata.getName(),
                orEmpty(metadata.getUid()),
                orEmpty(metadata.getResourceVersion()),
                labels(metadata),
                annotation(metadata, Labels.LIVE_REVISION));
    }

    public static KubePod pod(Pod pod) {
        ObjectMeta metadata = pod.getMetadata();
        String phase = pod.getStatus() == null ? "" : orEmpty(pod.getStatus().getPhase());
        return new KubePod(
                name(metadata),
                orEmpty(metadata.getUid()),
                pod.getStatus() == null ? "" : orEmpty(pod.getStatus().getPodIP()),
                Boolean.TRUE.equals(pod.getSpec().getHostNetwork()),
                phase.equals("Succeeded") || phase.equals("Failed"),
                workload(metadata),
                labels(metadata),
                annotation(metadata, Labels.REVISION),
                annotation(metadata, Labels.INJECT),
                orEmpty(pod.getSpec().getServiceAccountName()),
                InboundCapture.of(
                        annotation(metadata, Labels.INCLUDE_INBOUND_PORTS, "*"),
                        annotation(metadata, Labels.EXCLUDE_INBOUND_PORTS)));
    }

    private static String annotation(ObjectMeta metadata, String key) {
        return annotation(metadata, key, "");
    }

    private static String annotation(ObjectMeta metadata, String key, String otherwise) {
        return metadata.getAnnotations() == null
                ? otherwise
                : metadata.getAnnotations().getOrDefault(key, otherwise);
    }

    public static boolean isReady(Pod pod) {
        return pod.getStatus() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(condition ->
                                condition.getType().equals("Ready")
                                        && condition.getStatus().equals("True"));
    }

    private static String workload(ObjectMeta metadata) {
        if (metadata.getOwnerReferences().isEmpty()) {
            return metadata.getName();
        }
        OwnerReference owner = metadata.getOwnerReferences().getFirst();
        if (owner.getKind().equals("ReplicaSet")) {
            return KubeWorkload.deployment(owner.getName(), labels(metadata));
        }
        if (owner.getKind().equals("Job") && owner.getName().matches(".+-[0-9]{8,10}")) {
            return owner.getName().substring(0, owner.getName().lastIndexOf('-'));
        }
        return owner.getName();
    }

    static Map<String, String> labels(ObjectMeta metadata) {
        return metadata.getLabels() == null ? Map.of() : metadata.getLabels();
    }

    private static boolean isTcp(@Nullable String protocol) {
        return protocol == null || protocol.equals("TCP");
    }

    static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    /** Why a container waits, for people: {@code ImagePullBackOff: ...}. */
    public static Optional<String> waiting(@Nullable ContainerState state) {
        return state == null || state.getWaiting() == null
                ? Optional.empty()
                : Optional.of(
                        state.getWaiting().getReason()
                                + (state.getWaiting().getMessage() == null
                                        ? ""
                                        : ": " + state.getWaiting().getMessage()));
    }
}
