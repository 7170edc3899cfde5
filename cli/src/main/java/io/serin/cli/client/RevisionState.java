// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import io.serin.api.contract.Objects;
import io.serin.kube.read.ClusterReader;
import io.serin.kube.type.KubePod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A revision, as a person asks after it.
 *
 * @param ready {@code yes}, what it waits for, or {@code MISSING} when labels or tags name it and
 *     it is not installed
 * @param webhooks whether its MutatingWebhookConfiguration is there
 * @param tags those that point to it
 * @param namespaces those whose labels mean it, by its name or by a tag's
 * @param proxies the sidecars that are connected to its control plane now
 * @param pending the pods that should be on it by their namespace's label or their own, and are
 *     not: to be restarted
 * @param unmeshed those of them that have no sidecar at all
 */
public record RevisionState(
        String revision,
        String ready,
        boolean webhooks,
        List<String> tags,
        List<String> namespaces,
        int proxies,
        int pending,
        int unmeshed) {

    /** All that are installed, or that somebody asks for. Blocks. */
    public static List<RevisionState> of(ClusterReader reader) {
        return of(MeshView.read(reader), readiness(reader));
    }

    static List<RevisionState> of(MeshView mesh, Map<String, String> ready) {
        SortedMap<String, String> targets = mesh.webhooks().tags();
        Set<String> names = new TreeSet<>(ready.keySet());
        names.addAll(mesh.webhooks().revisions());
        names.addAll(targets.values());
        mesh.namespaces().keySet().forEach(it -> mesh.wanted(it).ifPresent(names::add));
        mesh.pods().forEach(it -> mesh.wanted(it).ifPresent(names::add));
        mesh.proxies().forEach(it -> names.add(it.servedBy()));
        List<RevisionState> states = new ArrayList<>();
        for (String name : names) {
            List<KubePod> pending =
                    mesh.pods().stream()
                            .filter(pod -> mesh.wanted(pod).filter(name::equals).isPresent())
                            .filter(mesh::isPending)
                            .toList();
            states.add(
                    new RevisionState(
                            name,
                            ready.getOrDefault(name, "MISSING"),
                            mesh.webhooks().revisions().contains(name),
                            targets.keySet().stream()
                                    .filter(tag -> name.equals(targets.get(tag)))
                                    .toList(),
                            mesh.namespaces().keySet().stream()
                                    .filter(it -> mesh.wanted(it).filter(name::equals).isPresent())
                                    .toList(),
                            (int) mesh.served().values().stream().filter(name::equals).count(),
                            pending.size(),
                            (int) pending.stream().filter(mesh::isUnmeshed).count()));
        }
        return states;
    }

    /** Of the revisions that have a Deployment: {@code yes}, or what it waits for. Blocks. */
    static Map<String, String> readiness(ClusterReader reader) {
        Map<String, String> ready = new TreeMap<>();
        for (ClusterReader.Rollout rollout : reader.rollouts(Objects.SYSTEM_NAMESPACE)) {
            Objects.revisionOf(rollout.name().name())
                    .ifPresent(revision ->
                            ready.put(
                                    revision,
                                    rollout.complete() ? "yes" : "no: " + rollout.waitingFor()));
        }
        return ready;
    }
}
