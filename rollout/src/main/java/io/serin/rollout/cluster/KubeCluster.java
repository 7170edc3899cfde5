// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.kube.Kube;
import io.serin.kube.KubeFault;
import io.serin.kube.read.RevisionReader;
import io.serin.kube.read.WorkloadReader;
import io.serin.kube.type.KubeRevision;
import io.serin.kube.type.KubeWorkload;
import io.serin.kube.type.MarkedNamespace;
import io.serin.kube.type.ObjectName;
import io.serin.kube.write.Rollouts;
import io.serin.rollout.fact.Cluster;
import io.serin.rollout.fact.ClusterGone;
import io.serin.rollout.fact.NamespaceGone;
import io.serin.rollout.fact.ProxyState;
import io.serin.rollout.fact.RequestCounts;
import io.serin.rollout.plan.Written;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A cluster by its API server. Blocks; one thread. */
public final class KubeCluster implements Cluster {

    /**
     * For so long after its return an API server is believed to refuse everybody, since it has not
     * read yet who may do what.
     */
    private static final Duration RETURNING = Duration.ofMinutes(1);

    private final WorkloadReader workloads;
    private final RevisionReader revisions;
    private final Rollouts rollouts;
    private Instant gone = Instant.MIN;

    public KubeCluster(Kube kube) {
        this.workloads = new WorkloadReader(kube);
        this.revisions = new RevisionReader(kube);
        this.rollouts = new Rollouts(kube);
    }

    /**
     * Asks anything of its API server.
     *
     * @throws ClusterGone when that does not answer
     */
    public <T> T ask(Supplier<T> question) {
        try {
            return question.get();
        } catch (RuntimeException fault) {
            if (KubeFault.isPassing(fault)) {
                gone = Instant.now();
            } else if (!KubeFault.isForbidden(fault)
                    || Instant.now().minus(RETURNING).isAfter(gone)) {
                throw fault;
            }
            throw new ClusterGone(KubeFault.reason(fault), fault);
        }
    }

    void tell(Runnable order) {
        var _ =
                ask(() -> {
                    order.run();
                    return true;
                });
    }

    @Override
    public List<KubeRevision> revisions() {
        return ask(revisions::revisions);
    }

    @Override
    public List<MarkedNamespace> namespaces() {
        return ask(workloads::namespaces);
    }

    @Override
    public Optional<MarkedNamespace> namespace(String name) {
        return ask(() -> workloads.namespace(name));
    }

    @Override
    public List<KubeWorkload> workloads(String namespace) {
        return ask(() -> workloads.workloads(namespace));
    }

    @Override
    public List<KubeWorkload.Pod> others(String namespace) {
        return ask(() -> workloads.others(namespace));
    }

    @Override
    public Optional<Map<ObjectName, ProxyState>> proxies(String revision) {
        List<KubeRevision.Replica> replicas = ask(() -> revisions.replicas(revision));
        if (replicas.stream().anyMatch(replica -> !replica.ours())) {
            return Optional.empty();
        }
        Map<ObjectName, ProxyState> proxies = new HashMap<>();
        for (KubeRevision.Replica replica : replicas) {
            ask(() -> revisions.proxies(replica.pod()))
                    .ifPresent(page -> page.path("proxies").forEach(proxy -> add(proxies, proxy)));
        }
        return Optional.of(proxies);
    }

    private static void add(Map<ObjectName, ProxyState> proxies, JsonNode proxy) {
        ObjectName pod =
                new ObjectName(proxy.path("namespace").asText(), proxy.path("pod").asText());
        proxies.put(pod, ProxyPage.state(proxy));
    }

    @Override
    public RequestCounts requests(Collection<ObjectName> pods) {
        RequestCounts sum = RequestCounts.NONE;
        for (ObjectName pod : pods) {
            sum =
                    sum.plus(
                            ask(() -> revisions.metrics(pod))
                                    .map(MetricsPage::requests)
                                    .orElse(RequestCounts.NONE));
        }
        return sum;
    }

    @Override
    public void mark(
            String namespace,
            Map<String, Optional<String>> labels,
            Map<String, Optional<String>> annotations) {
        boolean isThere =
                askThere(() -> {
                    rollouts.mark(namespace, labels, annotations);
                    return true;
                });
        if (!isThere) {
            throw new NamespaceGone(namespace);
        }
    }

    @Override
    public boolean markUnchanged(
            String namespace, String version, Map<String, Optional<String>> annotations) {
        return askThere(() -> rollouts.markUnchanged(namespace, version, annotations));
    }

    @Override
    public void restart(KubeWorkload workload, String mark) {
        var _ =
                askThere(() -> {
                    rollouts.markTemplate(workload.kind(), workload.name(), Written.MARK, mark);
                    return true;
                });
    }

    /** Changes an object; false where that is gone. */
    private boolean askThere(Supplier<Boolean> change) {
        try {
            return ask(change);
        } catch (RuntimeException fault) {
            if (KubeFault.isNotFound(fault)) {
                return false;
            }
            throw fault;
        }
    }
}
