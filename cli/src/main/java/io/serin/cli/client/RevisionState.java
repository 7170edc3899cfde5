// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import io.serin.api.contract.Objects;
import io.serin.kube.read.ClusterReader;
import io.serin.kube.type.KubePod;
import io.serin.kube.type.ObjectName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A revision, as a person asks after it.
 *
 * @param ready {@code yes}, what it waits for, or {@code MISSING} when labels name it and it is not
 *     installed
 * @param webhooks whether its MutatingWebhookConfiguration is there
 * @param namespaces those whose labels name it
 * @param proxies the sidecars that are connected to its control plane now
 * @param pending the pods that should be on it by their namespace's label or their own, and were
 *     not injected by it: to be restarted
 */
public record RevisionState(
        String revision,
        String ready,
        boolean webhooks,
        List<String> namespaces,
        int proxies,
        int pending) {

    private static final String PREFIX = "istiod-";

    public static List<RevisionState> of(ClusterReader reader) {
        Map<String, Map<String, String>> namespaces = reader.namespaceLabels();
        Map<String, List<String>> wanting = new TreeMap<>();
        namespaces.forEach((namespace, labels) ->
                DesiredRevision.of(labels)
                        .ifPresent(wanted -> list(wanting, wanted).add(namespace)));
        Map<String, List<String>> pending = new TreeMap<>();
        Set<String> names = new TreeSet<>(wanting.keySet());
        for (KubePod pod : reader.pods()) {
            Optional<String> wanted = wanted(pod, namespaces);
            wanted.ifPresent(names::add);
            wanted.filter(revision -> !revision.equals(pod.revision()))
                    .ifPresent(revision -> list(pending, revision).add(pod.name().toString()));
        }
        Map<String, Set<String>> connected = new TreeMap<>();
        for (ProxySync proxy : ProxySync.of(reader)) {
            connected
                    .computeIfAbsent(proxy.servedBy(), _ -> new TreeSet<>())
                    .add(proxy.namespace() + "/" + proxy.pod());
        }
        Map<String, String> ready = new TreeMap<>();
        for (ClusterReader.Rollout rollout : reader.rollouts(Objects.SYSTEM_NAMESPACE)) {
            if (rollout.name().name().startsWith(PREFIX)) {
                ready.put(
                        rollout.name().name().substring(PREFIX.length()),
                        rollout.complete() ? "yes" : "no: " + rollout.waitingFor());
            }
        }
        names.addAll(ready.keySet());
        names.addAll(connected.keySet());
        return names.stream()
                .map(revision ->
                        new RevisionState(
                                revision,
                                ready.getOrDefault(revision, "MISSING"),
                                hasWebhooks(reader, revision),
                                wanting.getOrDefault(revision, List.of()),
                                connected.getOrDefault(revision, Set.of()).size(),
                                pending.getOrDefault(revision, List.of()).size()))
                .toList();
    }

    private static List<String> list(Map<String, List<String>> lists, String key) {
        return lists.computeIfAbsent(key, _ -> new ArrayList<>());
    }

    private static Optional<String> wanted(
            KubePod pod, Map<String, Map<String, String>> namespaces) {
        return pod.hostNetwork()
                ? Optional.empty()
                : DesiredRevision.of(
                        namespaces.getOrDefault(pod.name().namespace(), Map.of()), pod.labels());
    }

    private static boolean hasWebhooks(ClusterReader reader, String revision) {
        return reader.object(
                        "admissionregistration.k8s.io/v1",
                        "MutatingWebhookConfiguration",
                        new ObjectName("", "istio-sidecar-injector-" + revision))
                .isPresent();
    }
}
