// SPDX-License-Identifier: Apache-2.0
package io.serin.local.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ApiFault;
import io.serin.local.api.ClusterApi;
import io.serin.local.api.DeleteOptions;
import io.serin.local.api.Events;
import io.serin.local.api.Meta;
import io.serin.local.api.Resources;
import io.serin.local.api.Times;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A ReplicaSet for each template a Deployment has had, and the pods moved to the present one. */
final class Deployments implements Reconciler {

    static final String REVISION = "deployment.kubernetes.io/revision";
    static final String DESIRED = "deployment.kubernetes.io/desired-replicas";
    static final String MAX = "deployment.kubernetes.io/max-replicas";

    private static final String HISTORY = "deployment.kubernetes.io/revision-history";
    private static final int DEFAULT_HISTORY_LIMIT = 10;
    private static final Set<String> NOT_COPIED =
            Set.of(
                    "kubectl.kubernetes.io/last-applied-configuration",
                    "deprecated.deployment.rollback.to",
                    REVISION,
                    HISTORY,
                    DESIRED,
                    MAX);

    private final ClusterApi api;
    private final Events events;
    private final Owned owned;
    private final InstantSource clock;

    Deployments(ClusterApi api, Events events, InstantSource clock) {
        this.api = api;
        this.events = events;
        this.owned =
                new Owned(
                        api,
                        Resources.DEPLOYMENTS,
                        Resources.REPLICA_SETS,
                        set -> !Meta.isTerminating(set));
        this.clock = clock;
    }

    @Override
    public Optional<Duration> reconcile(Key key) {
        Optional<ObjectNode> held = api.get(Resources.DEPLOYMENTS, key.namespace(), key.name());
        if (held.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode deployment = held.get();
        Rollout rollout = Rollout.of(deployment, owned.by(deployment));
        if (Meta.isTerminating(deployment)) {
            return tell(rollout, "");
        }
        boolean paused = deployment.path("spec").path("paused").asBoolean();
        if (paused || isScaled(rollout)) {
            rollout.proportional().forEach(scale -> scale(deployment, scale));
            return tell(again(deployment), "");
        }
        return deployment.path("spec").path("strategy").path("type").asText().equals("Recreate")
                ? recreate(rollout)
                : roll(rollout);
    }

    private Optional<Duration> roll(Rollout rollout) {
        Current current = current(rollout, true);
        if (current.changed()) {
            return tell(current.rollout(), current.news());
        }
        ObjectNode set = current.set();
        int next = current.rollout().nextOfCurrent(Rollout.wanted(set));
        if (scale(rollout.deployment(), new Rollout.Scale(set, next))) {
            return tell(again(rollout.deployment()), current.news());
        }
        List<Rollout.Scale> down = current.rollout().nextOfOld();
        down.forEach(scale -> scale(rollout.deployment(), scale));
        forgetHistory(current.rollout());
        return tell(
                down.isEmpty() ? current.rollout() : again(rollout.deployment()), current.news());
    }

    private Optional<Duration> recreate(Rollout rollout) {
        List<Rollout.Scale> down =
                rollout.old().stream()
                        .filter(set -> Rollout.wanted(set) > 0)
                        .map(set -> new Rollout.Scale(set, 0))
                        .toList();
        if (!down.isEmpty()) {
            down.forEach(scale -> scale(rollout.deployment(), scale));
            return tell(again(rollout.deployment()), "");
        }
        if (rollout.old().stream().anyMatch(this::hasPods)) {
            return tell(rollout, "");
        }
        Current current = current(rollout, false);
        if (!current.changed()) {
            scale(rollout.deployment(), new Rollout.Scale(current.set(), rollout.wanted()));
            forgetHistory(current.rollout());
        }
        return tell(again(rollout.deployment()), current.news());
    }

    /** Also those that have been told to go and have not gone yet: none may meet a new one. */
    private boolean hasPods(ObjectNode set) {
        return !api.list(
                        Resources.PODS,
                        Meta.namespace(set),
                        pod -> Meta.isControlledBy(pod, set) && !Pods.isOver(pod))
                .isEmpty();
    }

    private Rollout again(ObjectNode deployment) {
        return Rollout.of(deployment, owned.by(deployment));
    }

    /** Whether the number of replicas is another than the active ReplicaSets were made for. */
    private static boolean isScaled(Rollout rollout) {
        return rollout.all().stream()
                .filter(set -> Rollout.wanted(set) > 0)
                .map(set -> Meta.annotation(set, DESIRED))
                .anyMatch(desired ->
                        !desired.isEmpty() && !desired.equals(Integer.toString(rollout.wanted())));
    }

    // ---- the current ReplicaSet ----

    /**
     * The ReplicaSet of the present template.
     *
     * @param news a reason for {@code Progressing}
     * @param changed whether it was made or written just now
     */
    private record Current(Rollout rollout, ObjectNode set, String news, boolean changed) {}

    private Current current(Rollout rollout, boolean rolling) {
        ObjectNode deployment = rollout.deployment();
        String revision =
                Long.toString(
                        rollout.old().stream().mapToLong(Deployments::revision).max().orElse(0)
                                + 1);
        if (rollout.current().isPresent()) {
            ObjectNode set = rollout.current().get();
            boolean stale =
                    revision(set) < Long.parseLong(revision)
                            || set.path("spec").path("minReadySeconds").asInt(0)
                                    != deployment.path("spec").path("minReadySeconds").asInt(0);
            if (stale) {
                set = refresh(deployment, set, revision);
            }
            announce(deployment, Meta.annotation(set, REVISION));
            return new Current(
                    new Rollout(deployment, Optional.of(set), rollout.old()),
                    set,
                    "FoundNewReplicaSet",
                    false);
        }
        ObjectNode set = make(rollout, revision, rolling);
        announce(deployment, revision);
        return new Current(
                new Rollout(deployment, Optional.of(set), rollout.old()),
                set,
                "NewReplicaSetCreated",
                true);
    }

    /** A ReplicaSet that comes back, e.g. by {@code rollout undo}, gets the newest number. */
    private ObjectNode refresh(ObjectNode deployment, ObjectNode set, String revision) {
        return api.edit(
                Resources.REPLICA_SETS,
                Meta.namespace(set),
                Meta.name(set),
                found -> {
                    ObjectNode annotations =
                            found.withObject("/metadata").withObject("/annotations");
                    String before = annotations.path(REVISION).asText();
                    if (!before.isEmpty() && Long.parseLong(before) < Long.parseLong(revision)) {
                        String history = annotations.path(HISTORY).asText();
                        annotations.put(
                                HISTORY, history.isEmpty() ? before : history + "," + before);
                    }
                    copyAnnotations(deployment, annotations);
                    annotations.put(REVISION, revision);
                    copyMinReady(deployment, found);
                    return found;
                });
    }

    private ObjectNode make(Rollout rollout, String revision, boolean rolling) {
        ObjectNode deployment = rollout.deployment();
        JsonNode template = deployment.path("spec").path("template");
        int collisions = deployment.path("status").path("collisionCount").asInt(0);
        String hash = TemplateHash.of(template, collisions);
        int replicas = rolling ? rollout.nextOfCurrent(0) : rollout.wanted();
        ObjectNode set = deployment.objectNode();
        set.put("apiVersion", Resources.REPLICA_SETS.apiVersion());
        set.put("kind", Resources.REPLICA_SETS.kind());
        ObjectNode metadata = set.putObject("metadata");
        metadata.put("name", Meta.name(deployment) + "-" + hash);
        metadata.put("namespace", Meta.namespace(deployment));
        metadata.set("labels", template.path("metadata").path("labels").deepCopy());
        metadata.withObject("/labels").put(TemplateHash.LABEL, hash);
        ObjectNode annotations = metadata.putObject("annotations");
        copyAnnotations(deployment, annotations);
        annotations.put(REVISION, revision);
        annotations.put(DESIRED, Integer.toString(rollout.wanted()));
        annotations.put(MAX, Integer.toString(most(deployment)));
        Meta.setController(set, Resources.DEPLOYMENTS, deployment);
        ObjectNode spec = set.putObject("spec");
        spec.put("replicas", replicas);
        copyMinReady(deployment, set);
        spec.set("selector", deployment.path("spec").path("selector").deepCopy());
        spec.withObject("/selector").withObject("/matchLabels").put(TemplateHash.LABEL, hash);
        spec.set("template", template.deepCopy());
        spec.withObject("/template")
                .withObject("/metadata")
                .withObject("/labels")
                .put(TemplateHash.LABEL, hash);
        try {
            ObjectNode created = api.create(Resources.REPLICA_SETS, set);
            events.normal(
                    deployment,
                    "ScalingReplicaSet",
                    "Scaled up replica set " + Meta.name(created) + " from 0 to " + replicas);
            return created;
        } catch (ApiFault refused) {
            if (refused.code() == 409) {
                collide(deployment);
            } else {
                fail(deployment, refused);
            }
            throw refused;
        }
    }

    /** Another template has this name: the next attempt takes another. */
    private void collide(ObjectNode deployment) {
        api.editStatus(
                Resources.DEPLOYMENTS,
                Meta.namespace(deployment),
                Meta.name(deployment),
                found -> {
                    ObjectNode status = found.withObject("/status");
                    status.put("collisionCount", status.path("collisionCount").asInt(0) + 1);
                    return found;
                });
    }

    private void fail(ObjectNode deployment, ApiFault refused) {
        api.editStatus(
                Resources.DEPLOYMENTS,
                Meta.namespace(deployment),
                Meta.name(deployment),
                found -> {
                    ObjectNode status = found.withObject("/status");
                    ObjectNode condition =
                            Conditions.of(
                                    status,
                                    "Progressing",
                                    false,
                                    "ReplicaSetCreateError",
                                    String.valueOf(refused.getMessage()),
                                    Times.text(clock.instant()));
                    condition.put("lastUpdateTime", Times.text(clock.instant()));
                    Conditions.set(status, condition);
                    return found;
                });
    }

    private void announce(ObjectNode deployment, String revision) {
        if (Meta.annotation(deployment, REVISION).equals(revision)) {
            return;
        }
        api.edit(
                Resources.DEPLOYMENTS,
                Meta.namespace(deployment),
                Meta.name(deployment),
                found -> {
                    found.withObject("/metadata")
                            .withObject("/annotations")
                            .put(REVISION, revision);
                    return found;
                });
    }

    private static long revision(JsonNode set) {
        String held = Meta.annotation(set, REVISION);
        return held.matches("[0-9]{1,18}") ? Long.parseLong(held) : 0;
    }

    private static void copyAnnotations(JsonNode deployment, ObjectNode into) {
        Meta.strings(deployment.path("metadata").path("annotations"))
                .forEach((key, value) -> {
                    if (!NOT_COPIED.contains(key)) {
                        into.put(key, value);
                    }
                });
    }

    private static void copyMinReady(JsonNode deployment, ObjectNode set) {
        int seconds = deployment.path("spec").path("minReadySeconds").asInt(0);
        if (seconds > 0) {
            set.withObject("/spec").put("minReadySeconds", seconds);
        } else {
            set.withObject("/spec").remove("minReadySeconds");
        }
    }

    // ---- scale, history, status ----

    private static int most(JsonNode deployment) {
        int above =
                deployment.path("spec").path("strategy").path("type").asText().equals("Recreate")
                        ? 0
                        : Surge.of(deployment).above();
        return Rollout.wanted(deployment) + above;
    }

    /** Whether there was something to do. */
    private boolean scale(ObjectNode deployment, Rollout.Scale scale) {
        ObjectNode set = scale.set();
        int before = Rollout.wanted(set);
        String desired = Integer.toString(Rollout.wanted(deployment));
        String most = Integer.toString(most(deployment));
        if (before == scale.replicas()
                && Meta.annotation(set, DESIRED).equals(desired)
                && Meta.annotation(set, MAX).equals(most)) {
            return false;
        }
        api.edit(
                Resources.REPLICA_SETS,
                Meta.namespace(set),
                Meta.name(set),
                found -> {
                    ObjectNode annotations =
                            found.withObject("/metadata").withObject("/annotations");
                    annotations.put(DESIRED, desired);
                    annotations.put(MAX, most);
                    found.withObject("/spec").put("replicas", scale.replicas());
                    return found;
                });
        if (before != scale.replicas()) {
            events.normal(
                    deployment,
                    "ScalingReplicaSet",
                    "Scaled %s replica set %s from %d to %d"
                            .formatted(
                                    before < scale.replicas() ? "up" : "down",
                                    Meta.name(set),
                                    before,
                                    scale.replicas()));
        }
        return before != scale.replicas();
    }

    private void forgetHistory(Rollout rollout) {
        int limit =
                rollout.deployment()
                        .path("spec")
                        .path("revisionHistoryLimit")
                        .asInt(DEFAULT_HISTORY_LIMIT);
        List<ObjectNode> idle =
                rollout.old().stream()
                        .filter(set ->
                                Rollout.wanted(set) == 0
                                        && set.path("status").path("replicas").asInt(0) == 0
                                        && !Meta.isTerminating(set))
                        .sorted(java.util.Comparator.comparingLong(Deployments::revision))
                        .toList();
        for (ObjectNode set : idle.subList(0, Math.max(0, idle.size() - limit))) {
            api.delete(
                    Resources.REPLICA_SETS,
                    Meta.namespace(set),
                    Meta.name(set),
                    DeleteOptions.BACKGROUND);
        }
    }

    private Optional<Duration> tell(Rollout rollout, String news) {
        DeploymentStatus status = new DeploymentStatus(rollout, clock.instant());
        ObjectNode deployment = rollout.deployment();
        ObjectNode told =
                api.editStatus(
                        Resources.DEPLOYMENTS,
                        Meta.namespace(deployment),
                        Meta.name(deployment),
                        found -> {
                            found.set("status", status.after(found.path("status"), news));
                            return found;
                        });
        return status.deadline(told.path("status"));
    }
}
