// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.channel;

import io.serin.api.contract.Channel;
import io.serin.api.contract.DesiredRevision;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import io.serin.kube.type.KubeRevision;
import io.serin.kube.type.MarkedNamespace;
import io.serin.rollout.channel.ChannelObjects.Held;
import io.serin.rollout.channel.ChannelState.Phase;
import io.serin.rollout.fact.Cluster;
import io.serin.rollout.fact.ClusterGone;
import io.serin.rollout.plan.Facts;
import io.serin.rollout.plan.Plan;
import io.serin.rollout.plan.Planning;
import io.serin.rollout.plan.Planning.Problem;
import io.serin.rollout.plan.Rollbacks;
import io.serin.rollout.plan.Upgrades;
import io.serin.rollout.plan.Workloads;
import io.serin.rollout.plan.Written;
import io.serin.rollout.run.Holder;
import io.serin.rollout.run.OnFailure;
import io.serin.rollout.run.Outcome;
import io.serin.rollout.run.Rollout;
import io.serin.rollout.run.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Keeps one channel. One thread; blocks. What it is at is in the cluster, never here alone: it may
 * be ended anywhere, and another one goes on.
 */
public final class ChannelKeeper {

    /** So long API servers may take to learn of what a tag says now. */
    private static final Duration PROOF = Duration.ofSeconds(60);

    private static final Duration BETWEEN = Duration.ofSeconds(1);

    private static final Planning NOBODY = new Planning.NothingToDo("no namespace is concerned");

    private final Channel channel;
    private final Cluster cluster;
    private final ChannelObjects objects;
    private final Time time;
    private final Holder holder;
    private final Progress progress;
    private Terms terms = Terms.of(Map.of());

    /**
     * @param replica of the control plane that it is part of
     */
    public ChannelKeeper(
            Channel channel, Cluster cluster, ChannelObjects objects, Time time, String replica) {
        this.channel = channel;
        this.cluster = cluster;
        this.objects = objects;
        this.time = time;
        this.holder = Holder.ofDuty("channel " + channel, replica);
        this.progress = new Progress(channel, objects);
    }

    /**
     * Looks whether there is something to do, and does it to its end.
     *
     * @throws ClusterGone when the API server stays away; the next look goes on
     */
    public void look() {
        Held held = objects.read();
        progress.begin(ChannelState.of(held.data()));
        try {
            terms = Terms.of(held.annotations());
        } catch (IllegalArgumentException unreadable) {
            progress.write(progress.state().at(String.valueOf(unreadable.getMessage())));
            return;
        }
        if (terms.isPaused()) {
            progress.write(progress.state().at("paused by annotation " + Labels.CHANNEL_PAUSED));
            return;
        }
        List<KubeRevision> revisions = cluster.revisions();
        ChannelState known = progress.state().remembering(revisions);
        switch (Decision.of(channel, known, revisions)) {
            case Decision.Rest rest -> progress.write(rested(known, rest.target()));
            case Decision.Wait wait -> waitFor(known, wait.reason());
            case Decision.Move move -> move(known, move);
            case Decision.GoBack back -> {
                if (known.phase() != Phase.GOING_BACK) {
                    turnBack("revision " + back.from() + " is of the channel no more");
                }
                goBack(back);
            }
        }
    }

    private ChannelState rested(ChannelState known, String target) {
        boolean isRefusing = known.phase() == Phase.STOPPED && !known.failed().isEmpty();
        return isRefusing && known.target().equals(target)
                ? known.at("")
                : known.current(target, time.now());
    }

    private void waitFor(ChannelState known, String reason) {
        ChannelState next = known.waiting(reason, time.now());
        if (!next.reason().equals(progress.state().reason())) {
            objects.tell(true, Progress.WAITING, "channel " + channel + ": " + reason);
        }
        progress.write(next);
    }

    private void move(ChannelState known, Decision.Move move) {
        Revision target = new Revision(move.target());
        if (known.phase() != Phase.MOVING) {
            Optional<String> obstacle = obstacle(target, move.from());
            if (obstacle.isPresent()) {
                waitFor(
                        known,
                        "revision "
                                + target
                                + " is newer, and is not moved to yet: "
                                + obstacle.get());
                return;
            }
            progress.write(known.moving(move.target(), move.from(), time.now()));
            objects.tell(false, Progress.MOVING, progress.moves());
        }
        Optional<String> failure = point(target, move.from());
        if (move.from().isEmpty()) {
            // There is nothing to go back to, and nothing that has followed: it is tried again.
            if (failure.isPresent()) {
                progress.write(progress.state().at(failure.get()));
                return;
            }
        } else {
            failure = failure.or(() -> bring(target));
        }
        if (failure.isPresent()) {
            turnBack(failure.get());
            goBack(new Decision.GoBack(move.target(), move.from()));
            return;
        }
        objects.tell(false, Progress.MOVED, "channel " + channel + " is on revision " + target);
        progress.write(progress.state().current(move.target(), time.now()));
    }

    private void turnBack(String reason) {
        progress.write(progress.state().goingBack(reason, time.now()));
        objects.tell(
                true, Progress.STOPPED, progress.moves() + ": it stops, and goes back: " + reason);
    }

    /** What would stop the move, found before anything moves. */
    private Optional<String> obstacle(Revision target, String from) {
        String missing = objects.missing(target);
        if (!missing.isEmpty()) {
            return Optional.of("it waits for " + missing);
        }
        List<String> followers = followers();
        if (from.isEmpty() || followers.isEmpty()) {
            return Optional.empty();
        }
        Upgrades.Request request = request(target, followers);
        Facts then =
                Facts.of(cluster, request::isAbout)
                        .asIfTagged(channel.tag().value(), target.value());
        List<Problem> problems =
                switch (Upgrades.plan(request, then)) {
                    case Planning.Refused refused -> refused.problems();
                    case Planning.NothingToDo _ -> List.of();
                    case Planning.Planned(Plan plan) ->
                            rollout().obstacle(plan).stream()
                                    // Without the seconds that are left: one reason, said once.
                                    .map(other -> new Problem(other.what(), "it is waited for"))
                                    .toList();
                };
        return problems.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        words(problems)
                                + "; or leave the namespace out: kubectl annotate namespace NAME "
                                + Labels.CHANNEL_PAUSED
                                + "=true");
    }

    private static String words(List<Problem> problems) {
        return problems.stream()
                .map(problem -> problem.what() + " (" + problem.remedy() + ")")
                .collect(Collectors.joining("; "));
    }

    private Rollout rollout() {
        return new Rollout(
                cluster,
                time,
                terms.guards(),
                OnFailure.STOP,
                holder,
                tag -> {
                    throw new IllegalStateException("not asked for: " + tag);
                },
                progress::accept);
    }

    private Upgrades.Request request(Revision target, List<String> namespaces) {
        return new Upgrades.Request(target, namespaces, terms.batch(), time.now());
    }

    /** Why the tag can't be relied upon there; empty when new pods get that revision's sidecar. */
    private Optional<String> point(Revision target, String previous) {
        if (cluster.revisions().stream()
                .noneMatch(known -> known.revision().equals(target.value()))) {
            return Optional.of("revision " + target + " is not installed");
        }
        objects.point(target, previous);
        Instant end = time.now().plus(PROOF);
        for (String missing = objects.missingByTag(target);
                !missing.isEmpty();
                missing = objects.missingByTag(target)) {
            if (time.now().isAfter(end)) {
                return Optional.of("tag " + channel.tag() + " waited in vain for " + missing);
            }
            progress.write(progress.state().at("waits for " + missing));
            time.pass(BETWEEN);
        }
        objects.serve(target);
        return Optional.empty();
    }

    /** Has pods follow; why that did not go well, or empty. */
    private Optional<String> bring(Revision target) {
        return run(rollout -> plan(rollout, target, followers()));
    }

    private Planning plan(Rollout rollout, Revision to, List<String> namespaces) {
        return namespaces.isEmpty() ? NOBODY : rollout.plan(request(to, namespaces));
    }

    /** Asked again after a wait, in which people may have bound namespaces elsewhere. */
    private interface Intent {
        Planning plan(Rollout rollout);
    }

    /**
     * Plans and does it. A refusal may pass, e.g. while the target's pods are replaced; and whoever
     * else moves one of the namespaces is waited for, however long that takes.
     */
    private Optional<String> run(Intent intent) {
        Rollout rollout = rollout();
        Instant end = time.now().plus(terms.guards().ready());
        while (true) {
            switch (intent.plan(rollout)) {
                case Planning.NothingToDo _ -> {
                    return Optional.empty();
                }
                case Planning.Planned(Plan plan) -> {
                    count(plan);
                    switch (rollout.run(plan)) {
                        case Outcome.Done _ -> {
                            return Optional.empty();
                        }
                        case Outcome.Stopped stopped -> {
                            return Optional.of(words(stopped));
                        }
                        case Outcome.Yielded(String reason, String _) -> {
                            waitFor(reason);
                            end = time.now().plus(terms.guards().ready());
                        }
                        case Outcome.WentBack back ->
                                throw new IllegalStateException("not asked for: " + back);
                    }
                }
                case Planning.Refused(List<Problem> problems) -> {
                    if (time.now().isAfter(end)) {
                        return Optional.of(words(problems));
                    }
                    waitFor(words(problems));
                }
            }
        }
    }

    private void waitFor(String reason) {
        progress.write(progress.state().at("waits: " + reason));
        time.pass(BETWEEN);
    }

    private static String words(Outcome.Stopped stopped) {
        return "namespace " + stopped.namespace() + ": " + stopped.reason();
    }

    private void count(Plan plan) {
        int there = plan.namespaces().stream().mapToInt(part -> part.there().size()).sum();
        int going =
                plan.namespaces().stream()
                        .flatMap(part -> part.batches().stream())
                        .mapToInt(List::size)
                        .sum();
        progress.write(progress.state().at("", there, there + going));
    }

    /** Where the failure is what it says on the object until all is back. */
    private void goBack(Decision.GoBack back) {
        Revision to = new Revision(back.to());
        Optional<String> trouble = point(to, "").or(() -> takeBack(back.from(), to));
        if (trouble.isPresent()) {
            progress.write(
                    progress.state()
                            .at("not all is back, and it is tried again: " + trouble.get()));
            return;
        }
        Optional<KubeRevision> tried =
                cluster.revisions().stream()
                        .filter(known -> known.revision().equals(back.from()))
                        .findFirst();
        ChannelState stopped = progress.state().stopped(tried, time.now());
        objects.tell(
                true,
                Progress.WENT_BACK,
                "channel "
                        + channel
                        + " is back on revision "
                        + to
                        + ", and does not try "
                        + back.from()
                        + " again until that is changed: "
                        + stopped.reason());
        progress.write(stopped);
    }

    /** Has the pods that went follow the tag back. */
    private Optional<String> takeBack(String from, Revision to) {
        return run(rollout -> planBack(rollout, from, to)).or(() -> rescue(from, to));
    }

    private Planning planBack(Rollout rollout, String from, Revision to) {
        List<String> moved =
                bound().stream()
                        .filter(namespace -> hasMoved(namespace, from, to.value()))
                        .map(MarkedNamespace::namespace)
                        .toList();
        return moved.isEmpty()
                ? NOBODY
                : rollout.plan(
                        new Rollbacks.Request(moved, terms.batch(), time.now(), Optional.of(to)));
    }

    private static boolean hasMoved(MarkedNamespace namespace, String from, String to) {
        return Written.of(namespace)
                .filter(written ->
                        switch (written.verb()) {
                            case UPGRADE -> written.to().equals(from);
                            case ROLLBACK -> written.to().equals(to);
                        })
                .isPresent();
    }

    /** Pods that were made meanwhile where nothing had been restarted yet. */
    private Optional<String> rescue(String from, Revision to) {
        return run(rollout -> plan(rollout, to, stranded(from)));
    }

    private List<String> stranded(String from) {
        return followers().stream()
                .filter(namespace ->
                        cluster.workloads(namespace).stream()
                                .flatMap(workload -> Workloads.living(workload).stream())
                                .anyMatch(pod -> pod.revision().equals(from)))
                .toList();
    }

    /** The namespaces that the tag binds, but for those that are being deleted. */
    private List<MarkedNamespace> bound() {
        return cluster.namespaces().stream()
                .filter(namespace ->
                        !namespace.ending()
                                && !namespace.namespace().equals(Objects.SYSTEM_NAMESPACE))
                .filter(namespace ->
                        DesiredRevision.of(namespace.labels())
                                .filter(channel.tag().value()::equals)
                                .isPresent())
                .toList();
    }

    /** Those of them whose pods are to follow. */
    private List<String> followers() {
        return bound().stream()
                .filter(namespace -> !isPaused(namespace))
                .map(MarkedNamespace::namespace)
                .toList();
    }

    /** Who wrote something that can't be read meant it to be left alone, rather than not. */
    private static boolean isPaused(MarkedNamespace namespace) {
        try {
            return Terms.isPaused(namespace.annotations());
        } catch (IllegalArgumentException unreadable) {
            return true;
        }
    }
}
