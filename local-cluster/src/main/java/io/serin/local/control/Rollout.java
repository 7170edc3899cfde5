// SPDX-License-Identifier: Apache-2.0
package io.serin.local.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.Meta;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A Deployment and its ReplicaSets at one moment, and what a rolling update would do next. Pure.
 *
 * @param current the one of the present template, if it is there
 * @param old the others, oldest first
 */
record Rollout(ObjectNode deployment, Optional<ObjectNode> current, List<ObjectNode> old) {

    static final Comparator<ObjectNode> OLDEST_FIRST =
            Comparator.<ObjectNode, String>comparing(Meta::creation).thenComparing(Meta::name);

    Rollout {
        old = old.stream().sorted(OLDEST_FIRST).toList();
    }

    static Rollout of(ObjectNode deployment, List<ObjectNode> sets) {
        ObjectNode template = TemplateHash.without(deployment.path("spec").path("template"));
        Optional<ObjectNode> current =
                sets.stream()
                        .filter(set ->
                                TemplateHash.without(set.path("spec").path("template"))
                                        .equals(template))
                        .min(OLDEST_FIRST);
        return new Rollout(
                deployment,
                current,
                sets.stream().filter(set -> current.filter(set::equals).isEmpty()).toList());
    }

    /** A number of replicas for a ReplicaSet. */
    record Scale(ObjectNode set, int replicas) {}

    List<ObjectNode> all() {
        List<ObjectNode> all = new ArrayList<>(old);
        current.ifPresent(all::add);
        return all;
    }

    int wanted() {
        return wanted(deployment);
    }

    static int wanted(JsonNode object) {
        return object.path("spec").path("replicas").asInt(1);
    }

    static int available(JsonNode set) {
        return set.path("status").path("availableReplicas").asInt(0);
    }

    static int sum(List<ObjectNode> sets, java.util.function.ToIntFunction<ObjectNode> count) {
        return sets.stream().mapToInt(count).sum();
    }

    /** How many the current ReplicaSet may have now: up as far as the surge allows, or down. */
    int nextOfCurrent(int has) {
        if (has >= wanted()) {
            return wanted();
        }
        int most = wanted() + Surge.of(deployment).above();
        int pods = sum(all(), Rollout::wanted);
        return pods >= most ? has : has + Math.min(most - pods, wanted() - has);
    }

    /**
     * How many the old ReplicaSets may have now: first those that are not available go, since
     * nobody misses them, then as many as the others can do without.
     */
    List<Scale> nextOfOld() {
        int least = wanted() - Surge.of(deployment).below();
        int unavailableCurrent = current.map(set -> wanted(set) - available(set)).orElse(0);
        int spare = sum(all(), Rollout::wanted) - least - unavailableCurrent;
        if (sum(old, Rollout::wanted) == 0 || spare <= 0) {
            return List.of();
        }
        int[] replicas = old.stream().mapToInt(Rollout::wanted).toArray();
        for (int i = 0; i < replicas.length && spare > 0; i++) {
            int broken = Math.max(0, replicas[i] - available(old.get(i)));
            int gone = Math.min(spare, broken);
            replicas[i] -= gone;
            spare -= gone;
        }
        int healthy = sum(all(), Rollout::available) - least;
        for (int i = 0; i < replicas.length && healthy > 0; i++) {
            int gone = Math.min(replicas[i], healthy);
            replicas[i] -= gone;
            healthy -= gone;
        }
        List<Scale> scales = new ArrayList<>();
        for (int i = 0; i < replicas.length; i++) {
            if (replicas[i] != wanted(old.get(i))) {
                scales.add(new Scale(old.get(i), replicas[i]));
            }
        }
        return scales;
    }

    /** When only the number of replicas changed: each active ReplicaSet gets its share of it. */
    List<Scale> proportional() {
        List<ObjectNode> active = all().stream().filter(set -> wanted(set) > 0).toList();
        if (active.size() <= 1) {
            return active.stream()
                    .findFirst()
                    .or(() -> current)
                    .filter(set -> wanted(set) != wanted())
                    .map(set -> List.of(new Scale(set, wanted())))
                    .orElse(List.of());
        }
        if (current.filter(set -> wanted(set) == wanted() && available(set) == wanted())
                .isPresent()) {
            return old.stream()
                    .filter(set -> wanted(set) > 0)
                    .map(set -> new Scale(set, 0))
                    .toList();
        }
        int most = wanted() == 0 ? 0 : wanted() + Surge.of(deployment).above();
        int left = most - sum(active, Rollout::wanted);
        // The biggest first, and among equals the newest when growing, the oldest when shrinking.
        Comparator<ObjectNode> order =
                Comparator.<ObjectNode>comparingInt(set -> -wanted(set))
                        .thenComparing(left > 0 ? OLDEST_FIRST.reversed() : OLDEST_FIRST);
        List<ObjectNode> sorted = active.stream().sorted(order).toList();
        int[] replicas = sorted.stream().mapToInt(Rollout::wanted).toArray();
        for (int i = 0; i < replicas.length && left != 0; i++) {
            int before =
                    sorted.get(i)
                            .path("metadata")
                            .path("annotations")
                            .path(Deployments.MAX)
                            .asInt(wanted(deployment));
            long share = Math.round((double) replicas[i] * most / Math.max(1, before));
            int change = (int) share - replicas[i];
            change =
                    left > 0
                            ? Math.max(0, Math.min(change, left))
                            : Math.min(0, Math.max(change, left));
            replicas[i] += change;
            left -= change;
        }
        if (replicas.length > 0) {
            replicas[0] = Math.max(0, replicas[0] + left);
        }
        List<Scale> scales = new ArrayList<>();
        for (int i = 0; i < replicas.length; i++) {
            scales.add(new Scale(sorted.get(i), replicas[i]));
        }
        return scales;
    }
}
