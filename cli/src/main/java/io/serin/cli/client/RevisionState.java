// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.kube.read.ClusterReader;
import io.serin.kube.type.KubePod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A revision, as a person asks after it.
 *
 * @param ready {@code yes}, what it waits for, or {@code MISSING} when labels name it and it is not
 *     installed
 * @param webhooks whether its MutatingWebhookConfiguration is there
 * @param proxies the pods that it injected
 * @param pending the pods that should be on it by their namespace's label, and are not: to be
 *     restarted
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
        List<KubePod> pods = reader.pods();
        List<ClusterReader.Rollout> rollouts = reader.rollouts(Objects.SYSTEM_NAMESPACE);
        Set<String> names = new TreeSet<>();
        rollouts.stream()
                .map(rollout -> rollout.name().name())
                .filter(name -> name.startsWith(PREFIX))
                .forEach(name -> names.add(name.substring(PREFIX.length())));
        namespaces.values().stream()
                .map(labels -> labels.getOrDefault(Labels.REVISION, ""))
                .filter(revision -> !revision.isEmpty())
                .forEach(names::add);
        List<RevisionState> states = new ArrayList<>();
        for (String name : names) {
            states.add(of(reader, name, namespaces, pods, rollouts));
        }
        return states;
    }

    private static RevisionState of(
            ClusterReader reader,
            String revision,
            Map<String, Map<String, String>> namespaces,
            List<KubePod> pods,
            List<ClusterReader.Rollout> rollouts) {
        List<String> wanting =
                namespaces.entrySet().stream()
                        .filter(entry ->
                                revision.equals(entry.getValue().get(Labels.REVISION))
                                        && !entry.getValue().containsKey(Labels.INJECTION))
                        .map(Map.Entry::getKey)
                        .toList();
        long pending =
                pods.stream()
                        .filter(pod -> wanting.contains(pod.name().namespace()))
                        .filter(pod -> !pod.hostNetwork() && !isOptedOut(pod))
                        .filter(pod -> !pod.revision().equals(revision))
                        .count();
        String ready =
                rollouts.stream()
                        .filter(r -> r.name().name().equals(PREFIX + revision))
                        .map(r -> r.complete() ? "yes" : "no: " + r.waitingFor())
                        .findFirst()
                        .orElse("MISSING");
        boolean webhooks =
                reader.object(
                                "admissionregistration.k8s.io/v1",
                                "MutatingWebhookConfiguration",
                                new io.serin.kube.type.ObjectName(
                                        "", "istio-sidecar-injector-" + revision))
                        .isPresent();
        return new RevisionState(
                revision,
                ready,
                webhooks,
                wanting,
                (int) pods.stream().filter(pod -> pod.revision().equals(revision)).count(),
                (int) pending);
    }

    private static boolean isOptedOut(KubePod pod) {
        return "false".equals(pod.labels().get(Labels.INJECT));
    }
}
