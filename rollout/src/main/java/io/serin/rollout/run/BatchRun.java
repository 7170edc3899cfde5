// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.run;

import io.serin.kube.type.KubeWorkload;
import io.serin.kube.type.KubeWorkload.Budget;
import io.serin.kube.type.KubeWorkload.Pod;
import io.serin.kube.type.ObjectName;
import io.serin.rollout.fact.NamespaceGone;
import io.serin.rollout.fact.ProxyState;
import io.serin.rollout.fact.RequestCounts;
import io.serin.rollout.plan.Workloads;
import io.serin.rollout.plan.Written;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;

/** One batch: restarts what is not restarted yet, and sees whether it is well. */
final class BatchRun {

    private static final Duration BETWEEN = Duration.ofSeconds(1);

    /** For workloads that were not healthy before: so long, and the others go on. */
    private static final Duration BROKEN_READY = Duration.ofSeconds(30);

    /** A batch that did not do well before has to do about as well, not better. */
    private static final double ONE_POINT = 1;

    private final PatientCluster cluster;
    private final Time time;
    private final Guards guards;
    private final Consumer<RolloutEvent> events;
    private final String namespace;
    private final Written written;
    private final List<String> names;
    private final int number;
    private final int of;
    private final Set<String> givenUp = new HashSet<>();
    private String lastReason = "";

    BatchRun(
            PatientCluster cluster,
            Time time,
            Guards guards,
            Consumer<RolloutEvent> events,
            String namespace,
            Written written,
            List<String> names,
            int number,
            int of) {
        this.cluster = cluster;
        this.time = time;
        this.guards = guards;
        this.events = events;
        this.namespace = namespace;
        this.written = written;
        this.names = names;
        this.number = number;
        this.of = of;
    }

    /**
     * Why it is not well; empty when it is.
     *
     * @throws NamespaceGone when the namespace is deleted meanwhile
     */
    Optional<String> run() {
        Deadline deadline = new Deadline(guards.ready());
        OptionalDouble before = cluster.requests(pods(workloads())).successPercent();
        Optional<String> failure = restart(deadline).or(() -> awaitReady(deadline));
        if (failure.isPresent()) {
            return failure;
        }
        awaitGone(deadline);
        Watched watched = watch(before);
        if (watched.failure().isEmpty()) {
            events.accept(
                    new RolloutEvent.BatchHealthy(
                            namespace, names, number, of, watched.requests()));
        }
        return watched.failure();
    }

    /** Waits until the budgets have room, then restarts all at once. */
    private Optional<String> restart(Deadline deadline) {
        for (; ; time.pass(BETWEEN)) {
            List<KubeWorkload> waiting =
                    workloads().stream()
                            .filter(workload -> !Workloads.isMarked(workload, written))
                            .toList();
            Optional<String> full = fullBudget(waiting);
            if (full.isEmpty()) {
                waiting.forEach(this::restart);
                return Optional.empty();
            }
            if (deadline.isOver()) {
                return full;
            }
            waitFor(full.get());
        }
    }

    private void restart(KubeWorkload workload) {
        cluster.restart(workload, Workloads.nextMark(workload, written));
        events.accept(new RolloutEvent.Restarted(namespace, Workloads.name(workload), number, of));
    }

    private Optional<String> fullBudget(List<KubeWorkload> workloads) {
        Map<String, Integer> needed = new HashMap<>();
        for (KubeWorkload workload : workloads) {
            if (isBroken(workload)) {
                continue;
            }
            for (Budget budget : workload.budgets()) {
                // One that would never have room is no reason to wait: the plan has said so.
                if (workload.atOnce() > budget.atBest()) {
                    continue;
                }
                int sum = needed.merge(budget.name(), workload.atOnce(), Integer::sum);
                if (sum > budget.now()) {
                    return Optional.of(
                            "PodDisruptionBudget "
                                    + budget.name()
                                    + " lets "
                                    + budget.now()
                                    + " of its pods go now, and a restart of "
                                    + Workloads.name(workload)
                                    + " may take "
                                    + workload.atOnce());
                }
            }
        }
        return Optional.empty();
    }

    private boolean isBroken(KubeWorkload workload) {
        return written.notHealthyBefore().contains(Workloads.name(workload));
    }

    private Optional<String> awaitReady(Deadline deadline) {
        Deadline brokenDeadline =
                new Deadline(
                        BROKEN_READY.compareTo(guards.ready()) < 0 ? BROKEN_READY : guards.ready());
        for (; ; time.pass(BETWEEN)) {
            List<KubeWorkload> workloads = workloads();
            workloads.forEach(this::restartMisplaced);
            Optional<Missing> missing = missing(workloads);
            if (missing.isPresent() && missing.get().isBroken() && brokenDeadline.isOver()) {
                givenUp.add(missing.get().workload());
                events.accept(
                        new RolloutEvent.NotAwaited(
                                namespace, missing.get().workload(), missing.get().reason()));
                missing = missing(workloads);
            }
            if (missing.isEmpty()) {
                return Optional.empty();
            }
            if (deadline.isOver() && !missing.get().isBroken()) {
                return Optional.of(
                        missing.get().describe() + " (after " + guards.ready().toSeconds() + " s)");
            }
            waitFor(missing.get().describe());
        }
    }

    /** Old pods may take their time to go: the next batch would only make it longer. */
    private void awaitGone(Deadline deadline) {
        for (; !deadline.isOver(); time.pass(BETWEEN)) {
            Optional<Pod> going =
                    workloads().stream()
                            .flatMap(workload -> workload.pods().stream())
                            .filter(Pod::ending)
                            .findFirst();
            if (going.isEmpty()) {
                return;
            }
            waitFor("pod " + going.get().name().name() + " to be gone");
        }
    }

    /**
     * Pods that were made before the API server had heard of the namespace's new label are of the
     * old revision, and nothing would ever replace them. Once: a second time it is something else.
     */
    private void restartMisplaced(KubeWorkload workload) {
        if (workload.complete()
                && Workloads.isMarkedOnce(workload, written)
                && Workloads.misplaced(workload, written.to()).isPresent()) {
            restart(workload);
        }
    }

    private record Missing(String workload, boolean isBroken, String reason) {

        String describe() {
            return workload + ": " + reason;
        }
    }

    /** Of healthy ones first. */
    private Optional<Missing> missing(List<KubeWorkload> workloads) {
        Optional<Map<ObjectName, ProxyState>> proxies =
                written.to().isEmpty() ? Optional.empty() : cluster.proxies(written.to());
        return workloads.stream()
                .filter(workload -> !givenUp.contains(Workloads.name(workload)))
                .flatMap(workload ->
                        missing(workload, proxies)
                                .map(reason ->
                                        new Missing(
                                                Workloads.name(workload),
                                                isBroken(workload),
                                                reason))
                                .stream())
                .min((a, b) -> Boolean.compare(a.isBroken(), b.isBroken()));
    }

    private Optional<String> missing(
            KubeWorkload workload, Optional<Map<ObjectName, ProxyState>> proxies) {
        if (!workload.complete()) {
            return Optional.of(workload.waitingFor());
        }
        Optional<Pod> misplaced = Workloads.misplaced(workload, written.to());
        if (misplaced.isPresent()) {
            return misplaced.map(pod ->
                    "pod "
                            + pod.name().name()
                            + (pod.revision().isEmpty()
                                    ? " has no sidecar"
                                    : " is on " + pod.revision()));
        }
        return proxies.flatMap(known ->
                Workloads.living(workload).stream()
                        .flatMap(pod -> unsynced(pod, known).stream())
                        .findFirst());
    }

    private Optional<String> unsynced(Pod pod, Map<ObjectName, ProxyState> known) {
        ProxyState proxy = known.get(pod.name());
        if (proxy == null) {
            return Optional.of(
                    "the proxy of pod "
                            + pod.name().name()
                            + " is not connected to revision "
                            + written.to());
        }
        return proxy.isSynced()
                ? Optional.empty()
                : Optional.of("the proxy of pod " + pod.name().name() + ": " + proxy.waitingFor());
    }

    private record Watched(Optional<String> failure, String requests) {}

    private Watched watch(OptionalDouble before) {
        if (guards.successPercent().isEmpty()) {
            return new Watched(Optional.empty(), "not watched");
        }
        List<ObjectName> pods = pods(workloads());
        RequestCounts start = cluster.requests(pods);
        time.pass(guards.watch());
        // Not one look: where pods come and go, a proxy is behind for a moment now and then.
        Optional<String> unwell = awaitReady(new Deadline(guards.ready()));
        if (unwell.isPresent()) {
            return new Watched(unwell, "");
        }
        RequestCounts during = cluster.requests(pods).since(start);
        OptionalDouble success = during.successPercent();
        if (success.isEmpty()) {
            return new Watched(Optional.empty(), "no requests");
        }
        double wanted = guards.successPercent().getAsDouble();
        double bar =
                before.isPresent() && before.getAsDouble() < wanted
                        ? before.getAsDouble() - ONE_POINT
                        : wanted;
        String requests =
                during.total() + " requests, " + Percent.text(success.getAsDouble()) + " good";
        return success.getAsDouble() >= bar
                ? new Watched(Optional.empty(), requests)
                : new Watched(
                        Optional.of(
                                String.join(", ", names)
                                        + ": of "
                                        + during.total()
                                        + " requests "
                                        + during.failed()
                                        + " failed with a status of 500 or more (success "
                                        + Percent.text(success.getAsDouble())
                                        + ", expected: "
                                        + Percent.text(bar)
                                        + " or more)"),
                        requests);
    }

    private static List<ObjectName> pods(List<KubeWorkload> workloads) {
        return workloads.stream()
                .flatMap(workload -> Workloads.living(workload).stream())
                .filter(pod -> pod.ready() && !pod.revision().isEmpty())
                .map(Pod::name)
                .toList();
    }

    /**
     * Those that are still there.
     *
     * @throws NamespaceGone when nothing is
     */
    private List<KubeWorkload> workloads() {
        cluster.checkThere(namespace);
        return cluster.workloads(namespace).stream()
                .filter(workload -> names.contains(Workloads.name(workload)))
                .toList();
    }

    private void waitFor(String reason) {
        if (!reason.equals(lastReason)) {
            events.accept(new RolloutEvent.Waiting(namespace, reason));
            lastReason = reason;
        }
    }

    /** The time without an API server does not count. */
    private final class Deadline {

        private final Instant end;
        private final Duration lostBefore = cluster.lost();

        Deadline(Duration from) {
            end = time.now().plus(from);
        }

        boolean isOver() {
            return time.now().minus(cluster.lost().minus(lostBefore)).isAfter(end);
        }
    }
}
