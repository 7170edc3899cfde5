// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.plan;

import io.serin.api.contract.Channel;
import io.serin.kube.type.KubeRevision;
import io.serin.kube.type.KubeWorkload;
import io.serin.kube.type.MarkedNamespace;
import io.serin.rollout.fact.Cluster;
import io.serin.rollout.plan.Plan.OfNamespace;
import io.serin.rollout.plan.Planning.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/**
 * What a plan is made from.
 *
 * @param workloads of the namespaces that were looked at
 * @param others their pods that no workload makes
 */
public record Facts(
        List<KubeRevision> revisions,
        List<MarkedNamespace> namespaces,
        Map<String, List<KubeWorkload>> workloads,
        Map<String, List<KubeWorkload.Pod>> others) {

    /**
     * Asks a cluster, and looks into some of its namespaces; not into those that are being deleted.
     *
     * @param isLookedAt of a namespace, where there are these revisions
     */
    public static Facts of(
            Cluster cluster, BiPredicate<MarkedNamespace, List<KubeRevision>> isLookedAt) {
        List<KubeRevision> revisions = cluster.revisions();
        List<MarkedNamespace> namespaces = cluster.namespaces();
        Map<String, List<KubeWorkload>> workloads = new TreeMap<>();
        Map<String, List<KubeWorkload.Pod>> others = new TreeMap<>();
        namespaces.stream()
                .filter(namespace -> !namespace.ending() && isLookedAt.test(namespace, revisions))
                .map(MarkedNamespace::namespace)
                .forEach(name -> {
                    workloads.put(name, cluster.workloads(name));
                    others.put(name, cluster.others(name));
                });
        return new Facts(revisions, namespaces, workloads, others);
    }

    /** As they would be if a tag pointed to this revision. */
    public Facts asIfTagged(String tag, String revision) {
        return new Facts(
                revisions.stream()
                        .map(known -> known.tagged(tag, known.revision().equals(revision)))
                        .toList(),
                namespaces,
                workloads,
                others);
    }

    /** As they would be if a plan were done, as far as it is written down on namespaces. */
    public Facts after(Plan plan) {
        Map<String, OfNamespace> parts =
                plan.namespaces().stream()
                        .collect(Collectors.toMap(OfNamespace::namespace, part -> part));
        return new Facts(
                revisions,
                namespaces.stream()
                        .map(namespace ->
                                Optional.ofNullable(parts.get(namespace.namespace()))
                                        .map(part -> after(part, namespace))
                                        .orElse(namespace))
                        .toList(),
                workloads,
                others);
    }

    private static MarkedNamespace after(OfNamespace part, MarkedNamespace namespace) {
        Map<String, Optional<String>> notes = new TreeMap<>(part.notes());
        notes.put(Written.ROLLOUT, Optional.of(part.written().json()));
        return new MarkedNamespace(
                namespace.namespace(),
                namespace.version(),
                namespace.ending(),
                changed(namespace.labels(), part.then().change()),
                changed(namespace.annotations(), notes));
    }

    private static Map<String, String> changed(
            Map<String, String> marks, Map<String, Optional<String>> change) {
        Map<String, String> changed = new TreeMap<>(marks);
        change.forEach((key, value) -> {
            changed.remove(key);
            value.ifPresent(set -> changed.put(key, set));
        });
        return changed;
    }

    Optional<MarkedNamespace> namespace(String name) {
        return namespaces.stream()
                .filter(namespace -> namespace.namespace().equals(name))
                .findFirst();
    }

    /** Why one that somebody has named can't be moved, wherever to; empty where it can. */
    Optional<Problem> obstacle(String name) {
        Optional<MarkedNamespace> named = namespace(name);
        if (named.isEmpty()) {
            return Optional.of(
                    new Problem(
                            "there is no namespace " + name,
                            "see which there are: kubectl get namespaces"));
        }
        return named.filter(MarkedNamespace::ending)
                .map(_ ->
                        new Problem(
                                "namespace " + name + " is being deleted",
                                "leave it out; where it does not go, this says what it waits"
                                        + " for: kubectl describe namespace "
                                        + name));
    }

    Optional<KubeRevision> revision(String name) {
        return revisions.stream().filter(known -> known.revision().equals(name)).findFirst();
    }

    /** What a binding of a namespace means: a revision or a tag, installed or not. */
    Optional<String> wanted(MarkedNamespace namespace, Binding binding) {
        return binding.wanted(namespace.namespace(), revisions);
    }

    /** What a label means. The tag {@code default} takes the place of a revision of that name. */
    Optional<KubeRevision> named(String name) {
        return tagged(name).or(() -> revision(name));
    }

    /** The channel that moves a tag, and nobody else. */
    Optional<Channel> channel(String tag) {
        return Channel.ofTag(tag)
                .filter(channel ->
                        revisions.stream()
                                .anyMatch(known ->
                                        known.release().channel().equals(channel.value())));
    }

    /** The revision that a tag stands for. */
    Optional<KubeRevision> tagged(String tag) {
        return revisions.stream().filter(known -> known.tags().contains(tag)).findFirst();
    }
}
