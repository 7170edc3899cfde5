// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.run;

import io.serin.kube.type.MarkedNamespace;
import io.serin.rollout.fact.Cluster;
import io.serin.rollout.fact.ClusterGone;
import io.serin.rollout.plan.Planning.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The namespaces that a run holds, so that no other moves them meanwhile. Each is written on the
 * namespace itself, by requests that are refused where somebody else has written since it was read:
 * of two who want it, one has it.
 *
 * <p>Until when it is held is told by the holder's clock. One whose clock is more than {@link #TTL}
 * less {@link #RENEW} behind another's may lose to that one what it still holds; it learns of it
 * within {@link #RENEW}, and ends. One thread.
 */
public final class Claims {

    /** So long after its last sign of life what a run held is anybody's. */
    static final Duration TTL = Duration.ofSeconds(60);

    static final Duration RENEW = Duration.ofSeconds(10);

    private static final Duration BETWEEN = Duration.ofMillis(200);

    private final Cluster cluster;
    private final Time time;
    private final Holder holder;
    private final Set<String> held = new TreeSet<>();
    private Instant renewed = Instant.MIN;

    /** Holds nothing yet. */
    public Claims(Cluster cluster, Time time, Holder holder) {
        this.cluster = cluster;
        this.time = time;
        this.holder = holder;
    }

    /** Who else holds one of these, and what to do; empty when all can be taken. */
    public Optional<Problem> obstacle(Set<String> namespaces) {
        return cluster.namespaces().stream()
                .filter(namespace -> namespaces.contains(namespace.namespace()))
                .flatMap(namespace -> obstacle(namespace).stream())
                .findFirst();
    }

    private Optional<Problem> obstacle(MarkedNamespace namespace) {
        Instant now = time.now();
        return Claim.of(namespace)
                .filter(claim -> !isOwn(claim) && !claim.isOver(now))
                .filter(claim -> !holder.isHeir().test(claim))
                .map(claim ->
                        new Problem(
                                "namespace "
                                        + namespace.namespace()
                                        + " is being moved by "
                                        + claim.holder()
                                        + " since "
                                        + claim.since(),
                                "wait until that is done, or end it there; should it not run any"
                                        + " more, this goes on in "
                                        + Duration.between(now, Instant.parse(claim.until()))
                                                .plusSeconds(1)
                                                .toSeconds()
                                        + " s at the latest"));
    }

    private boolean isOwn(Claim claim) {
        return claim.run().equals(holder.run());
    }

    /** Whether it is held; what is gone is let go of. */
    public boolean holds(String namespace) {
        return held.contains(namespace);
    }

    /**
     * Takes them, those besides that it holds already; not those that are not there, or go.
     *
     * @return who else holds one of them; then those before it are held
     * @throws ClusterGone when nobody answers; it may be asked again
     */
    public Optional<Problem> take(Collection<String> namespaces) {
        if (held.isEmpty()) {
            renewed = time.now();
        }
        for (String name : new TreeSet<>(namespaces)) {
            Optional<Problem> problem = held.contains(name) ? Optional.empty() : take(name);
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    private Optional<Problem> take(String name) {
        for (; ; time.pass(BETWEEN)) {
            Optional<MarkedNamespace> now = there(name);
            if (now.isEmpty()) {
                return Optional.empty();
            }
            Optional<Problem> problem = obstacle(now.get());
            if (problem.isPresent()) {
                return problem;
            }
            if (write(now.get(), Optional.of(claim(time.now())))) {
                held.add(name);
                return Optional.empty();
            }
        }
    }

    /** One that is being deleted is gone: nothing can be moved in it. */
    private Optional<MarkedNamespace> there(String name) {
        return cluster.namespace(name).filter(namespace -> !namespace.ending());
    }

    private Claim claim(Instant since) {
        return new Claim(
                holder.name(),
                holder.run(),
                since.truncatedTo(ChronoUnit.SECONDS).toString(),
                time.now().plus(TTL).truncatedTo(ChronoUnit.SECONDS).toString());
    }

    private boolean write(MarkedNamespace namespace, Optional<Claim> claim) {
        return cluster.markUnchanged(
                namespace.namespace(),
                namespace.version(),
                Map.of(Claim.HOLDER, claim.map(Claim::json)));
    }

    /**
     * Renews what is held, where that is due, and lets go of what is gone. Whoever has not done so
     * for long, since he was stopped or nobody answered, learns here whether it is still his.
     *
     * @throws ClaimLost when one of them is there, and not held any more
     * @throws ClusterGone when nobody answers; it has to be asked again before anything is changed
     */
    public void keep() {
        Instant now = time.now();
        if (held.isEmpty() || now.isBefore(renewed.plus(RENEW))) {
            return;
        }
        List.copyOf(held).forEach(this::renew);
        renewed = now;
    }

    private void renew(String name) {
        for (; ; time.pass(BETWEEN)) {
            Optional<MarkedNamespace> now = there(name);
            if (now.isEmpty()) {
                held.remove(name);
                return;
            }
            Optional<Claim> claim = Claim.of(now.get());
            if (claim.filter(this::isOwn).isEmpty()) {
                throw new ClaimLost(
                        "namespace "
                                + name
                                + claim.map(other ->
                                                " was taken over by "
                                                        + other.holder()
                                                        + " at "
                                                        + other.since())
                                        .orElse(
                                                " is not held any more: annotation "
                                                        + Claim.HOLDER
                                                        + " was taken away"));
            }
            if (write(now.get(), Optional.of(claim(Instant.parse(claim.get().since()))))) {
                return;
            }
        }
    }

    /**
     * Lets all go, so that another need not wait; also on a thread that is interrupted. Where
     * nobody answers they run out by themselves.
     */
    public void release() {
        boolean isInterrupted = Thread.interrupted();
        try {
            held.forEach(this::release);
        } catch (ClusterGone away) {
            // No reason to keep whoever leaves.
        } finally {
            held.clear();
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void release(String name) {
        while (true) {
            Optional<MarkedNamespace> now = cluster.namespace(name);
            if (now.flatMap(Claim::of).filter(this::isOwn).isEmpty()
                    || write(now.get(), Optional.empty())) {
                return;
            }
        }
    }
}
