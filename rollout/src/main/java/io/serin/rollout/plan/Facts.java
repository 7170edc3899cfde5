// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.plan;

import io.serin.kube.type.KubeRevision;
import io.serin.kube.type.KubeWorkload;
import io.serin.kube.type.MarkedNamespace;
import io.serin.rollout.fact.Cluster;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

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

    /** Asks a cluster, and looks into some of its namespaces. */
    public static Facts of(Cluster cluster, Predicate<MarkedNamespace> isLookedAt) {
        List<MarkedNamespace> namespaces = cluster.namespaces();
        Map<String, List<KubeWorkload>> workloads = new TreeMap<>();
        Map<String, List<KubeWorkload.Pod>> others = new TreeMap<>();
        namespaces.stream()
                .filter(isLookedAt)
                .map(MarkedNamespace::namespace)
                .forEach(name -> {
                    workloads.put(name, cluster.workloads(name));
                    others.put(name, cluster.others(name));
                });
        return new Facts(cluster.revisions(), namespaces, workloads, others);
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

    Optional<MarkedNamespace> namespace(String name) {
        return namespaces.stream()
                .filter(namespace -> namespace.namespace().equals(name))
                .findFirst();
    }

    Optional<KubeRevision> revision(String name) {
        return revisions.stream().filter(known -> known.revision().equals(name)).findFirst();
    }

    /** The revision that a tag stands for. */
    Optional<KubeRevision> tagged(String tag) {
        return revisions.stream().filter(known -> known.tags().contains(tag)).findFirst();
    }
}
