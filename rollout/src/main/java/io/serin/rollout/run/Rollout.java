// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.run;

import io.serin.api.contract.Labels;
import io.serin.kube.type.KubeRevision;
import io.serin.kube.type.MarkedNamespace;
import io.serin.rollout.fact.Cluster;
import io.serin.rollout.fact.ClusterGone;
import io.serin.rollout.fact.NamespaceGone;
import io.serin.rollout.plan.BatchSize;
import io.serin.rollout.plan.Facts;
import io.serin.rollout.plan.Plan;
import io.serin.rollout.plan.Plan.OfNamespace;
import io.serin.rollout.plan.Plan.TagBack;
import io.serin.rollout.plan.Planning;
import io.serin.rollout.plan.Planning.Problem;
import io.serin.rollout.plan.Rollbacks;
import io.serin.rollout.plan.Upgrades;
import io.serin.rollout.plan.Written;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Plans moves and makes them. One thread; blocks. It may be ended anywhere: a later one with the
 * same request looks at the cluster and goes on.
 */
public final class Rollout {

    /** So long an API server may be away. */
    private static final Duration API_PATIENCE = Duration.ofMinutes(5);

    private static final Duration BETWEEN = Duration.ofSeconds(2);

    private final Claims claims;
    private final PatientCluster cluster;
    private final Time time;
    private final Guards guards;
    private final OnFailure onFailure;
    private final TagsBack tags;
    private final Consumer<RolloutEvent> events;

    /**
     * @param holder who holds namespaces while they move
     * @param events is told on the thread that runs
     */
    public Rollout(
            Cluster cluster,
            Time time,
            Guards guards,
            OnFailure onFailure,
            Holder holder,
            TagsBack tags,
            Consumer<RolloutEvent> events) {
        this.claims = new Claims(cluster, time, holder);
        this.cluster = new PatientCluster(cluster, claims, time, API_PATIENCE, events);
        this.time = this.cluster.time();
        this.guards = guards;
        this.onFailure = onFailure;
        this.tags = tags;
        this.events = events;
    }

    /** Where it is to go back by itself, one that could not is refused. */
    public Planning plan(Upgrades.Request request) {
        Planning planning = Upgrades.plan(request, facts(request::isAbout));
        return onFailure == OnFailure.ROLLBACK && planning instanceof Planning.Planned(Plan plan)
                ? withWayBack(plan)
                : planning;
    }

    private Planning withWayBack(Plan plan) {
        List<String> namespaces = plan.namespaces().stream().map(OfNamespace::namespace).toList();
        Planning back =
                wayBack(
                        new Rollbacks.Request(namespaces, BatchSize.ONE, time.now()),
                        facts -> facts.after(plan));
        return switch (back) {
            case Planning.Planned(Plan known) -> new Planning.Planned(plan.goingBack(known.tags()));
            case Planning.NothingToDo _ -> new Planning.Planned(plan);
            case Planning.Refused(List<Problem> problems) ->
                    new Planning.Refused(
                            problems.stream()
                                    .map(problem ->
                                            new Problem(
                                                    "it could not go back by itself: "
                                                            + problem.what(),
                                                    "leave out --on-failure rollback: it stops"
                                                            + " then where a guard does not hold"))
                                    .toList());
        };
    }

    public Planning plan(Rollbacks.Request request) {
        return wayBack(request, UnaryOperator.identity());
    }

    /** Where a tag has to go back, what else it binds counts too. */
    private Planning wayBack(Rollbacks.Request request, UnaryOperator<Facts> as) {
        Planning planning =
                Rollbacks.plan(
                        request, as.apply(facts((namespace, _) -> request.isAbout(namespace))));
        return planning instanceof Planning.Planned(Plan plan) && !plan.tags().isEmpty()
                ? Rollbacks.plan(
                        request,
                        as.apply(
                                facts((namespace, revisions) ->
                                        request.isAbout(namespace)
                                                || plan.tags().stream()
                                                        .anyMatch(tag ->
                                                                tag.binds(namespace, revisions)))))
                : planning;
    }

    private Facts facts(BiPredicate<MarkedNamespace, List<KubeRevision>> isLookedAt) {
        return Facts.of(cluster, isLookedAt);
    }

    /** Who else is at work in a plan's namespaces, and what to do; empty for nobody. */
    public Optional<Problem> obstacle(Plan plan) {
        return claims.obstacle(
                plan.namespaces().stream().map(OfNamespace::namespace).collect(Collectors.toSet()));
    }

    /**
     * Does it, while it holds all of its namespaces.
     *
     * @throws ClusterGone when the API server stays away
     */
    public Outcome run(Plan plan) {
        try {
            Optional<Problem> obstacle =
                    take(plan.namespaces().stream().map(OfNamespace::namespace).toList())
                            .or(() -> change(plan));
            return obstacle.isPresent()
                    ? new Outcome.Yielded(
                            "nothing was changed: " + obstacle.get().what(),
                            obstacle.get().remedy())
                    : carryOut(plan);
        } catch (ClaimLost lost) {
            return new Outcome.Yielded(
                    "it ends here: " + lost.getMessage(), "look at what is going on there");
        } finally {
            claims.release();
        }
    }

    private Optional<Problem> take(List<String> namespaces) {
        return cluster.ask(() -> claims.take(namespaces));
    }

    /** What somebody has done between the plan and now, but for what is gone. */
    private Optional<Problem> change(Plan plan) {
        Map<String, MarkedNamespace> now =
                cluster.namespaces().stream()
                        .collect(Collectors.toMap(MarkedNamespace::namespace, known -> known));
        return plan.namespaces().stream()
                .filter(part ->
                        Optional.ofNullable(now.get(part.namespace()))
                                .filter(found -> !found.ending() && !part.isAsPlanned(found))
                                .isPresent())
                .findFirst()
                .map(part ->
                        new Problem(
                                "namespace "
                                        + part.namespace()
                                        + " is not as it was when this was planned",
                                "plan anew: type it again"));
    }

    private Outcome carryOut(Plan plan) {
        if (plan.verb() == Written.Verb.ROLLBACK) {
            for (TagBack tag : plan.tags()) {
                Optional<String> failure = point(tag);
                if (failure.isPresent()) {
                    return new Outcome.Stopped(
                            plan.namespaces().getFirst().namespace(),
                            "tag " + tag.tag() + " did not go back: " + failure.get());
                }
            }
        }
        for (OfNamespace part : plan.namespaces()) {
            Optional<String> failure = runWhileThere(part);
            if (failure.isPresent()) {
                return failed(plan, part.namespace(), failure.get());
            }
        }
        return new Outcome.Done();
    }

    /** Nobody is to follow a tag at the moment that goes the other way. */
    private Optional<String> point(TagBack tag) {
        List<KubeRevision> revisions = cluster.revisions();
        List<String> bound =
                cluster.namespaces().stream()
                        .filter(namespace -> tag.binds(namespace, revisions))
                        .map(MarkedNamespace::namespace)
                        .toList();
        Optional<String> failure =
                take(bound).map(Problem::what).or(() -> cluster.ask(() -> tags.point(tag)));
        if (failure.isEmpty() && !tag.isBack()) {
            events.accept(new RolloutEvent.TagWentBack(tag.tag(), tag.from(), tag.to()));
        }
        return failure;
    }

    private Outcome failed(Plan plan, String namespace, String reason) {
        events.accept(new RolloutEvent.Stopped(namespace, reason));
        if (onFailure != OnFailure.ROLLBACK || plan.verb() == Written.Verb.ROLLBACK) {
            return new Outcome.Stopped(namespace, reason);
        }
        events.accept(new RolloutEvent.GoingBack(reason));
        List<String> begun = begun(plan);
        Optional<Problem> obstacle = take(begun);
        if (obstacle.isPresent()) {
            return noWayBack(namespace, reason, List.of(obstacle.get()));
        }
        List<String> there = begun.stream().filter(claims::holds).toList();
        // None named would be all that an earlier step has moved.
        if (there.isEmpty()) {
            return new Outcome.WentBack(namespace, reason);
        }
        return switch (plan(new Rollbacks.Request(there, BatchSize.ONE, time.now()))) {
            case Planning.Planned planned ->
                    switch (carryOut(planned.plan())) {
                        case Outcome.Done _ -> new Outcome.WentBack(namespace, reason);
                        case Outcome.Stopped stopped -> stopped;
                        case Outcome.Yielded yielded -> yielded;
                        case Outcome.WentBack back -> back;
                    };
            case Planning.NothingToDo _ -> new Outcome.WentBack(namespace, reason);
            case Planning.Refused(List<Problem> problems) -> noWayBack(namespace, reason, problems);
        };
    }

    private static Outcome noWayBack(String namespace, String reason, List<Problem> problems) {
        return new Outcome.Stopped(
                namespace,
                reason
                        + "; and there is no way back: "
                        + problems.stream()
                                .map(problem -> problem.what() + " (" + problem.remedy() + ")")
                                .collect(Collectors.joining("; ")));
    }

    /** The namespaces that the plan's step has touched, by this run or an earlier one. */
    private List<String> begun(Plan plan) {
        Set<String> steps =
                plan.namespaces().stream()
                        .map(part -> part.written().step())
                        .collect(Collectors.toSet());
        return cluster.namespaces().stream()
                .filter(namespace ->
                        Written.of(namespace)
                                .map(written -> steps.contains(written.step()))
                                .orElse(false))
                .map(MarkedNamespace::namespace)
                .toList();
    }

    /** Why it stopped; empty when it is done, or there is nothing left to be moved. */
    private Optional<String> runWhileThere(OfNamespace part) {
        try {
            cluster.checkThere(part.namespace());
            return run(part);
        } catch (NamespaceGone gone) {
            events.accept(new RolloutEvent.NamespaceGone(part.namespace()));
            return Optional.empty();
        }
    }

    private Optional<String> run(OfNamespace part) {
        String namespace = part.namespace();
        Written written = part.written();
        Map<String, Optional<String>> notes = new HashMap<>(part.notes());
        notes.put(Written.ROLLOUT, Optional.of(written.json()));
        // New pods are at home where they are injected, wherever the running ones were moved to.
        notes.put(Labels.LIVE_REVISION, Optional.empty());
        notes.put(Labels.LIVE_BEFORE, Optional.empty());
        // In one request: there is never a label without the way back.
        cluster.mark(namespace, part.then().change(), notes);
        events.accept(
                new RolloutEvent.NamespaceBound(
                        namespace, part.now().toString(), part.then().toString()));
        int number = 0;
        Optional<String> first = Optional.empty();
        for (List<String> names : part.batches()) {
            number++;
            Optional<String> failure =
                    batch(namespace, written, names, number, part.batches().size());
            if (failure.isEmpty()) {
                written = written.with(names);
                write(namespace, written);
                continue;
            }
            first = first.or(() -> failure);
            write(namespace, written.stopped(failure.get()));
            // On the way back the others are not left where nobody wants to be.
            if (written.verb() == Written.Verb.UPGRADE) {
                return failure;
            }
            events.accept(new RolloutEvent.LeftBehind(namespace, failure.get()));
        }
        if (first.isPresent()) {
            write(namespace, written.stopped(first.get()));
            return first;
        }
        finish(namespace, written);
        events.accept(new RolloutEvent.NamespaceDone(namespace, written.to()));
        return Optional.empty();
    }

    private Optional<String> batch(
            String namespace, Written written, List<String> names, int number, int of) {
        Guards held = written.verb() == Written.Verb.ROLLBACK ? guards.withoutRequests() : guards;
        boolean wasPaused = false;
        String said = "";
        while (true) {
            Optional<String> failure =
                    new BatchRun(cluster, time, held, events, namespace, written, names, number, of)
                            .run();
            if (failure.isEmpty() || onFailure != OnFailure.PAUSE) {
                if (wasPaused) {
                    events.accept(new RolloutEvent.Resumed(namespace));
                }
                return failure;
            }
            if (!failure.get().equals(said)) {
                said = failure.get();
                write(namespace, written.stopped(said));
                events.accept(new RolloutEvent.Paused(namespace, said));
            }
            wasPaused = true;
            time.pass(BETWEEN);
        }
    }

    private void write(String namespace, Written written) {
        cluster.mark(namespace, Map.of(), Map.of(Written.ROLLOUT, Optional.of(written.json())));
    }

    /** After the way back nothing is left to be undone, and nothing to be read. */
    private void finish(String namespace, Written written) {
        switch (written.verb()) {
            case UPGRADE -> write(namespace, written.finished());
            case ROLLBACK ->
                    cluster.mark(
                            namespace,
                            Map.of(),
                            Map.of(
                                    Written.ROLLOUT,
                                    Optional.empty(),
                                    Written.PREVIOUS,
                                    Optional.empty()));
        }
    }
}
