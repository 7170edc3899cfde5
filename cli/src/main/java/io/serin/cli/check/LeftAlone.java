// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static io.serin.cli.check.Source.DEPLOYMENTS;
import static io.serin.cli.check.Source.STATEFUL_SETS;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.cli.check.Finding.Flaw;
import io.serin.kube.type.KubeWorkload;
import io.serin.kube.type.ObjectName;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Pods that an upgrade's restarts do not reach, by the rule of its plan. */
final class LeftAlone {

    private final Map<ObjectName, Item> deployments;
    private final Map<ObjectName, Item> statefulSets;

    private LeftAlone(Map<ObjectName, Item> deployments, Map<ObjectName, Item> statefulSets) {
        this.deployments = deployments;
        this.statefulSets = statefulSets;
    }

    /** Of meshed pods that stay and are not on the target yet; each that makes pods once. */
    static List<Flaw> flaws(Mesh mesh, String target) {
        LeftAlone leftAlone =
                new LeftAlone(byName(mesh.items(DEPLOYMENTS)), byName(mesh.items(STATEFUL_SETS)));
        return mesh.meshedPods().stream()
                .filter(pod -> !pod.item().isEnding() && !pod.revision().equals(target))
                .flatMap(pod -> leftAlone.flaw(pod).stream())
                .distinct()
                .toList();
    }

    private static Map<ObjectName, Item> byName(List<Item> items) {
        return items.stream()
                .collect(
                        Collectors.toMap(
                                item -> new ObjectName(item.namespace(), item.name()),
                                Function.identity()));
    }

    private Optional<Flaw> flaw(MeshPod pod) {
        Optional<JsonNode> owner = pod.controller();
        if (owner.isEmpty()) {
            return Optional.of(
                    new Flaw(
                            "pod " + pod.place() + " belongs to no workload",
                            "a restart does not reach it; make it part of a Deployment, or apply"
                                    + " it anew by hand"));
        }
        String kind = owner.get().path("kind").asText();
        String name = owner.get().path("name").asText();
        return switch (kind) {
            case "ReplicaSet" ->
                    ofDeployment(
                            new ObjectName(
                                    pod.namespace(), KubeWorkload.deployment(name, pod.labels())),
                            new ObjectName(pod.namespace(), name));
            case "StatefulSet" -> ofStatefulSet(new ObjectName(pod.namespace(), name));
            case "DaemonSet" -> Optional.empty();
            default ->
                    Optional.of(
                            flaw(
                                    kind.toLowerCase(Locale.ROOT),
                                    new ObjectName(pod.namespace(), name),
                                    "is no Deployment, StatefulSet or DaemonSet"));
        };
    }

    private Optional<Flaw> ofDeployment(ObjectName name, ObjectName replicaSet) {
        Item deployment = deployments.get(name);
        if (deployment == null) {
            return Optional.of(flaw("replicaset", replicaSet, "is of no Deployment"));
        }
        return deployment.spec().path("paused").asBoolean(false)
                ? Optional.of(flaw("deployment", name, "has spec.paused: true"))
                : Optional.empty();
    }

    private Optional<Flaw> ofStatefulSet(ObjectName name) {
        Item set = statefulSets.get(name);
        if (set == null) {
            return Optional.empty();
        }
        JsonNode strategy = set.spec().path("updateStrategy");
        if (strategy.at("/rollingUpdate/partition").asInt(0) > 0) {
            return Optional.of(
                    flaw(
                            "statefulset",
                            name,
                            "has a spec.updateStrategy.rollingUpdate.partition that holds pods"
                                    + " back"));
        }
        return strategy.path("type").asText().equals("OnDelete")
                ? Optional.of(flaw("statefulset", name, "has spec.updateStrategy.type: OnDelete"))
                : Optional.empty();
    }

    private static Flaw flaw(String kind, ObjectName name, String reason) {
        return new Flaw(
                kind + " " + name + " " + reason,
                "an upgrade does not restart its pods: have them made anew yourself, once the"
                        + " namespace is moved: kubectl delete pod -n "
                        + name.namespace()
                        + " NAME");
    }
}
