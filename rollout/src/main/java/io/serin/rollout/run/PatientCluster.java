// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.run;

import io.serin.kube.type.KubeRevision;
import io.serin.kube.type.KubeWorkload;
import io.serin.kube.type.MarkedNamespace;
import io.serin.kube.type.ObjectName;
import io.serin.rollout.fact.Cluster;
import io.serin.rollout.fact.ClusterGone;
import io.serin.rollout.fact.NamespaceGone;
import io.serin.rollout.fact.ProxyState;
import io.serin.rollout.fact.RequestCounts;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Waits out an API server that does not answer any more, for so long, and says so; one that never
 * did is not waited for, since nothing is under way then. Asking twice is harmless: every operation
 * is the same done twice. Nothing is asked, or asked again after a wait, before it is sure that
 * what the run holds is still its own.
 */
final class PatientCluster implements Cluster {

    private static final Duration BETWEEN = Duration.ofSeconds(2);
    private static final Duration SLICE = Duration.ofSeconds(5);

    private final Cluster cluster;
    private final Claims claims;
    private final Time time;
    private final Duration patience;
    private final Consumer<RolloutEvent> events;
    private Duration lost = Duration.ZERO;
    private boolean hasAnswered;

    PatientCluster(
            Cluster cluster,
            Claims claims,
            Time time,
            Duration patience,
            Consumer<RolloutEvent> events) {
        this.cluster = cluster;
        this.claims = claims;
        this.time = time;
        this.patience = patience;
        this.events = events;
    }

    /** How long nobody has answered, all in all: it is not the workloads' time. */
    Duration lost() {
        return lost;
    }

    /** The clock; while it passes, what is held stays held. */
    Time time() {
        return new Time() {
            @Override
            public Instant now() {
                return time.now();
            }

            @Override
            public void pass(Duration duration) {
                Instant end = now().plus(duration);
                for (Instant now = now(); now.isBefore(end); now = now()) {
                    Duration left = Duration.between(now, end);
                    time.pass(left.compareTo(SLICE) < 0 ? left : SLICE);
                    tell(() -> {});
                }
            }
        };
    }

    /**
     * Asks anything.
     *
     * @throws ClaimLost when another run has what this one held
     * @throws ClusterGone when nobody has answered for so long, or ever
     */
    <T> T ask(Supplier<T> question) {
        Instant start = time.now();
        boolean isGone = false;
        while (true) {
            try {
                claims.keep();
                T answer = question.get();
                hasAnswered = true;
                if (isGone) {
                    Duration away = Duration.between(start, time.now());
                    lost = lost.plus(away);
                    events.accept(new RolloutEvent.ApiBack(away.toSeconds()));
                }
                return answer;
            } catch (ClusterGone gone) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("interrupted");
                }
                if (!hasAnswered) {
                    throw gone;
                }
                if (!isGone) {
                    events.accept(new RolloutEvent.ApiGone(gone.reason()));
                    isGone = true;
                }
                if (Duration.between(start, time.now()).compareTo(patience) >= 0) {
                    throw gone;
                }
                time.pass(BETWEEN);
            }
        }
    }

    /**
     * Looks whether a namespace that was taken can still be moved.
     *
     * @throws NamespaceGone when it is not there any more, or goes, or was not when it was to be
     *     taken
     */
    void checkThere(String namespace) {
        boolean isThere =
                ask(() ->
                        claims.holds(namespace)
                                && cluster.namespace(namespace)
                                        .filter(found -> !found.ending())
                                        .isPresent());
        if (!isThere) {
            throw new NamespaceGone(namespace);
        }
    }

    private void tell(Runnable order) {
        var _ =
                ask(() -> {
                    order.run();
                    return true;
                });
    }

    @Override
    public List<KubeRevision> revisions() {
        return ask(cluster::revisions);
    }

    @Override
    public List<MarkedNamespace> namespaces() {
        return ask(cluster::namespaces);
    }

    @Override
    public Optional<MarkedNamespace> namespace(String name) {
        return ask(() -> cluster.namespace(name));
    }

    @Override
    public List<KubeWorkload> workloads(String namespace) {
        return ask(() -> cluster.workloads(namespace));
    }

    @Override
    public List<KubeWorkload.Pod> others(String namespace) {
        return ask(() -> cluster.others(namespace));
    }

    @Override
    public Optional<Map<ObjectName, ProxyState>> proxies(String revision) {
        return ask(() -> cluster.proxies(revision));
    }

    @Override
    public RequestCounts requests(Collection<ObjectName> pods) {
        return ask(() -> cluster.requests(pods));
    }

    @Override
    public void mark(
            String namespace,
            Map<String, Optional<String>> labels,
            Map<String, Optional<String>> annotations) {
        tell(() -> cluster.mark(namespace, labels, annotations));
    }

    @Override
    public boolean markUnchanged(
            String namespace, String version, Map<String, Optional<String>> annotations) {
        return ask(() -> cluster.markUnchanged(namespace, version, annotations));
    }

    @Override
    public void restart(KubeWorkload workload, String mark) {
        tell(() -> cluster.restart(workload, mark));
    }
}
