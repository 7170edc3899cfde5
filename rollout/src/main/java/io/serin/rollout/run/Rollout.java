// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.run;

import io.serin.api.contract.Labels;
import io.serin.kube.type.MarkedNamespace;
import io.serin.rollout.fact.Cluster;
import io.serin.rollout.fact.ClusterGone;
import io.serin.rollout.plan.BatchSize;
import io.serin.rollout.plan.Facts;
import io.serin.rollout.plan.Plan;
import io.serin.rollout.plan.Plan.OfNamespace;
import io.serin.rollout.plan.Planning;
import io.serin.rollout.plan.Rollbacks;
import io.serin.rollout.plan.Upgrades;
import io.serin.rollout.plan.Written;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Plans moves and makes them. One thread; blocks. It may be ended anywhere: a later one with the
 * same request looks at the cluster and goes on.
 */
public final class Rollout {

    /** So long an API server may be away. */
    private static final Duration API_PATIENCE = Duration.ofMinutes(5);

    private static final Duration BETWEEN = Duration.ofSeconds(2);

    private final PatientCluster cluster;
    private final Time time;
    private final Guards guards;
    private final OnFailure onFailure;
    private final Consumer<RolloutEvent> events;

    /**
     * @param events is told on the thread that runs
     */
    public Rollout(
            Cluster cluster,
            Time time,
            Guards guards,
            OnFailure onFailure,
            Consumer<RolloutEvent> events) {
        this.cluster = new PatientCluster(cluster, time, API_PATIENCE, events);
        this.time = time;
        this.guards = guards;
        this.onFailure = onFailure;
        this.events = events;
    }

    public Planning plan(Upgrades.Request request) {
        return Upgrades.plan(request, facts(request::isAbout));
    }

    public Planning plan(Rollbacks.Request request) {
        return Rollbacks.plan(request, facts(request::isAbout));
    }

    private Facts facts(Predicate<MarkedNamespace> isLookedAt) {
        return Facts.of(cluster, isLookedAt);
    }

    /**
     * Does it.
     *
     * @throws ClusterGone when the API server stays away
     */
    public Outcome run(Plan plan) {
        for (OfNamespace part : plan.namespaces()) {
            Optional<String> failure = run(part);
            if (failure.isPresent()) {
                return failed(plan, part.namespace(), failure.get());
            }
        }
        return new Outcome.Done();
    }

    private Outcome failed(Plan plan, String namespace, String reason) {
        events.accept(new RolloutEvent.Stopped(namespace, reason));
        if (onFailure != OnFailure.ROLLBACK || plan.verb() == Written.Verb.ROLLBACK) {
            return new Outcome.Stopped(namespace, reason);
        }
        events.accept(new RolloutEvent.GoingBack(reason));
        Planning back = plan(new Rollbacks.Request(begun(plan), BatchSize.ONE, time.now()));
        return switch (back) {
            case Planning.Planned planned ->
                    switch (run(planned.plan())) {
                        case Outcome.Done _ -> new Outcome.WentBack(namespace, reason);
                        case Outcome.Stopped stopped -> stopped;
                        case Outcome.WentBack back2 -> back2;
                    };
            case Planning.NothingToDo _ -> new Outcome.WentBack(namespace, reason);
            case Planning.Refused refused ->
                    new Outcome.Stopped(
                            namespace,
                            reason
                                    + "; and there is no way back: "
                                    + refused.problems().stream()
                                            .map(Planning.Problem::what)
                                            .collect(Collectors.joining("; ")));
        };
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

    /** Why it stopped; empty when it is done. */
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
