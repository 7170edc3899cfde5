// SPDX-License-Identifier: Apache-2.0
package io.serin.local.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.Meta;
import io.serin.local.api.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a Deployment's status says of a rollout. Pure. */
final class DeploymentStatus {

    private static final int NO_DEADLINE = Integer.MAX_VALUE;
    private static final String PROGRESSING = "Progressing";
    private static final String DONE = "NewReplicaSetAvailable";

    private final Rollout rollout;
    private final Instant now;
    private final String stamp;

    DeploymentStatus(Rollout rollout, Instant now) {
        this.rollout = rollout;
        this.now = now;
        this.stamp = Times.text(now);
    }

    /**
     * The new status.
     *
     * @param held the one before
     * @param news what has just been done to the current ReplicaSet: a reason for {@code
     *     Progressing}, or empty
     */
    ObjectNode after(JsonNode held, String news) {
        ObjectNode status = held.isObject() ? held.deepCopy() : rollout.deployment().objectNode();
        List<ObjectNode> all = rollout.all();
        int replicas = Rollout.sum(all, set -> count(set, "replicas"));
        int updated = rollout.current().map(set -> count(set, "replicas")).orElse(0);
        int ready = Rollout.sum(all, set -> count(set, "readyReplicas"));
        int available = Rollout.sum(all, Rollout::available);
        int total = Rollout.sum(all, Rollout::wanted);
        status.put("observedGeneration", Meta.generation(rollout.deployment()));
        ReplicaSets.count(status, "replicas", replicas);
        ReplicaSets.count(status, "updatedReplicas", updated);
        ReplicaSets.count(status, "readyReplicas", ready);
        ReplicaSets.count(status, "availableReplicas", available);
        ReplicaSets.count(status, "unavailableReplicas", Math.max(0, total - available));
        status.put(
                "terminatingReplicas", Rollout.sum(all, set -> count(set, "terminatingReplicas")));
        available(status, available);
        progressing(status, held, news);
        failure(status);
        return status;
    }

    /** When the update will have taken longer than it may, if nothing happens. */
    Optional<Duration> deadline(JsonNode status) {
        Optional<ObjectNode> progressing = Conditions.find(status, PROGRESSING);
        if (deadlineSeconds() == NO_DEADLINE
                || progressing.isEmpty()
                || progressing.get().path("reason").asText().equals(DONE)
                || isComplete(status)) {
            return Optional.empty();
        }
        Instant end =
                Times.of(progressing.get().path("lastUpdateTime")).plusSeconds(deadlineSeconds());
        Duration left = Duration.between(now, end);
        return left.isPositive() ? Optional.of(left.plusSeconds(1)) : Optional.empty();
    }

    private void available(ObjectNode status, int available) {
        boolean enough = available >= rollout.wanted() - Surge.of(rollout.deployment()).below();
        set(
                status,
                "Available",
                enough,
                enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
                enough
                        ? "Deployment has minimum availability."
                        : "Deployment does not have minimum availability.");
    }

    private void progressing(ObjectNode status, JsonNode held, String news) {
        if (deadlineSeconds() == NO_DEADLINE) {
            Conditions.remove(status, PROGRESSING);
            return;
        }
        String name =
                rollout.current()
                        .map(set -> "ReplicaSet \"" + Meta.name(set) + "\"")
                        .orElse("Deployment \"" + Meta.name(rollout.deployment()) + "\"");
        String plain = rollout.current().map(set -> Meta.name(set)).orElse("");
        if (news.equals("NewReplicaSetCreated")) {
            set(status, PROGRESSING, true, news, "Created new replica set \"" + plain + "\"");
        } else if (news.equals("FoundNewReplicaSet")
                && Conditions.find(status, PROGRESSING).isEmpty()) {
            set(status, PROGRESSING, true, news, "Found new replica set \"" + plain + "\"");
        }
        Optional<ObjectNode> before = Conditions.find(status, PROGRESSING);
        boolean wasDone =
                count0(status, "replicas") == count0(status, "updatedReplicas")
                        && before.filter(c -> c.path("reason").asText().equals(DONE)).isPresent();
        if (wasDone) {
            return;
        }
        if (isComplete(status)) {
            set(status, PROGRESSING, true, DONE, name + " has successfully progressed.");
        } else if (hasProgressed(status, held)) {
            String since =
                    before.filter(c -> c.path("status").asText().equals("True"))
                            .map(c -> c.path("lastTransitionTime").asText())
                            .orElse(stamp);
            Conditions.remove(status, PROGRESSING);
            set(status, PROGRESSING, true, "ReplicaSetUpdated", name + " is progressing.");
            Conditions.find(status, PROGRESSING)
                    .ifPresent(condition -> condition.put("lastTransitionTime", since));
        } else if (before.isPresent() && isLate(before.get())) {
            set(
                    status,
                    PROGRESSING,
                    false,
                    "ProgressDeadlineExceeded",
                    name + " has timed out progressing.");
        }
    }

    private boolean isLate(JsonNode progressing) {
        return Times.of(progressing.path("lastUpdateTime"))
                .plusSeconds(deadlineSeconds())
                .isBefore(now);
    }

    private void failure(ObjectNode status) {
        Optional<ObjectNode> failure =
                rollout.current()
                        .flatMap(set -> Conditions.find(set.path("status"), "ReplicaFailure"))
                        .or(() ->
                                rollout.old().stream()
                                        .flatMap(set ->
                                                Conditions.find(
                                                        set.path("status"), "ReplicaFailure")
                                                        .stream())
                                        .findFirst());
        if (failure.isPresent()) {
            set(
                    status,
                    "ReplicaFailure",
                    true,
                    failure.get().path("reason").asText(),
                    failure.get().path("message").asText());
        } else {
            Conditions.remove(status, "ReplicaFailure");
        }
    }

    private boolean isComplete(JsonNode status) {
        int wanted = rollout.wanted();
        return count0(status, "updatedReplicas") == wanted
                && count0(status, "replicas") == wanted
                && count0(status, "availableReplicas") == wanted;
    }

    private static boolean hasProgressed(JsonNode status, JsonNode held) {
        return count0(status, "updatedReplicas") > count0(held, "updatedReplicas")
                || old(status) < old(held)
                || count0(status, "readyReplicas") > count0(held, "readyReplicas")
                || count0(status, "availableReplicas") > count0(held, "availableReplicas");
    }

    private static int old(JsonNode status) {
        return count0(status, "replicas") - count0(status, "updatedReplicas");
    }

    private int deadlineSeconds() {
        return rollout.deployment().path("spec").path("progressDeadlineSeconds").asInt(600);
    }

    private void set(ObjectNode status, String type, boolean holds, String reason, String message) {
        Optional<ObjectNode> held = Conditions.find(status, type);
        if (held.isPresent()
                && held.get().path("reason").asText().equals(reason)
                && held.get().path("status").asText().equals(holds ? "True" : "False")) {
            return;
        }
        ObjectNode condition = Conditions.of(status, type, holds, reason, message, stamp);
        condition.put("lastUpdateTime", stamp);
        Conditions.set(status, condition);
    }

    private static int count(JsonNode object, String field) {
        return count0(object.path("status"), field);
    }

    private static int count0(JsonNode status, String field) {
        return status.path(field).asInt(0);
    }
}
