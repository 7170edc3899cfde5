// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.read;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.serin.kube.Kube;
import io.serin.kube.convert.Convert;
import io.serin.kube.convert.ConvertWorkload;
import io.serin.kube.type.KubeWorkload;
import io.serin.kube.type.KubeWorkload.Kind;
import io.serin.kube.type.MarkedNamespace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads what makes pods, for those who have pods replaced. Blocks. */
public final class WorkloadReader {

    private static final int NOT_FOUND = 404;

    private final KubernetesClient client;
    private final ClusterReader reader;

    public WorkloadReader(Kube kube) {
        this.client = kube.client();
        this.reader = new ClusterReader(kube);
    }

    /** All namespaces. */
    public List<MarkedNamespace> namespaces() {
        return client.namespaces().list().getItems().stream().map(WorkloadReader::marked).toList();
    }

    /** One of them; empty where it is not there. */
    public Optional<MarkedNamespace> namespace(String name) {
        return Optional.ofNullable(client.namespaces().withName(name).get())
                .map(WorkloadReader::marked);
    }

    private static MarkedNamespace marked(Namespace namespace) {
        ObjectMeta metadata = namespace.getMetadata();
        return new MarkedNamespace(
                metadata.getName(),
                metadata.getResourceVersion() == null ? "" : metadata.getResourceVersion(),
                metadata.getDeletionTimestamp() != null,
                orEmpty(metadata.getLabels()),
                orEmpty(metadata.getAnnotations()));
    }

    /** Those of a namespace, by kind and name. */
    public List<KubeWorkload> workloads(String namespace) {
        var apps = client.apps();
        // Pods after what makes them: who is complete has no old pods from then on.
        List<Deployment> deployments = deployments(namespace);
        List<StatefulSet> statefulSets =
                named(() -> apps.statefulSets().inNamespace(namespace).list().getItems());
        List<DaemonSet> daemonSets =
                named(() -> apps.daemonSets().inNamespace(namespace).list().getItems());
        ConvertWorkload convert = new ConvertWorkload(pods(namespace), budgets(namespace));
        List<KubeWorkload> workloads = new ArrayList<>();
        for (Deployment deployment : deployments) {
            ClusterReader.Rollout rollout = reader.rollout(deployment);
            workloads.add(convert.deployment(deployment, rollout.complete(), rollout.waitingFor()));
        }
        statefulSets.forEach(set -> workloads.add(convert.statefulSet(set)));
        daemonSets.forEach(set -> workloads.add(convert.daemonSet(set)));
        return workloads;
    }

    /**
     * Pods of a namespace that none of {@link #workloads} makes and that have not finished; those
     * of ReplicaSets too that no Deployment made, but a person, or a kind of somebody else's.
     */
    public List<KubeWorkload.Pod> others(String namespace) {
        Set<String> deployments =
                deployments(namespace).stream()
                        .map(deployment -> deployment.getMetadata().getName())
                        .collect(Collectors.toSet());
        return pods(namespace).stream()
                .filter(pod ->
                        ConvertWorkload.owner(pod)
                                .map(kind ->
                                        kind == Kind.DEPLOYMENT
                                                && !deployments.contains(
                                                        Convert.pod(pod).workload()))
                                .orElse(true))
                .map(ConvertWorkload::pod)
                .toList();
    }

    private List<Deployment> deployments(String namespace) {
        return named(() -> client.apps().deployments().inNamespace(namespace).list().getItems());
    }

    private List<Pod> pods(String namespace) {
        return client.pods().inNamespace(namespace).list().getItems().stream()
                .filter(pod -> !Convert.pod(pod).finished())
                .toList();
    }

    private List<PodDisruptionBudget> budgets(String namespace) {
        return named(() ->
                client.policy()
                        .v1()
                        .podDisruptionBudget()
                        .inNamespace(namespace)
                        .list()
                        .getItems());
    }

    /** In the order of names; none where the kind is not served. */
    private static <T extends HasMetadata> List<T> named(Supplier<List<T>> list) {
        try {
            return list.get().stream()
                    .sorted((a, b) ->
                            a.getMetadata().getName().compareTo(b.getMetadata().getName()))
                    .toList();
        } catch (KubernetesClientException refused) {
            if (refused.getCode() == NOT_FOUND) {
                return List.of();
            }
            throw refused;
        }
    }

    private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }
}
