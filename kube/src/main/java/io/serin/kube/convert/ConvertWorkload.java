// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.convert;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.serin.kube.type.KubeWorkload;
import io.serin.kube.type.KubeWorkload.Budget;
import io.serin.kube.type.KubeWorkload.Kind;
import io.serin.kube.type.KubeWorkload.Template;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What makes pods, with the pods that it has made.
 *
 * @param pods those of its namespace that have not finished
 * @param budgets those of its namespace
 */
public record ConvertWorkload(List<Pod> pods, List<PodDisruptionBudget> budgets) {

    private static final String DEFAULT_SHARE = "25%";

    private List<KubeWorkload.Pod> podsOf(Kind kind, ObjectMeta metadata) {
        return pods.stream()
                .filter(pod ->
                        owner(pod).equals(Optional.of(kind))
                                && Convert.pod(pod).workload().equals(metadata.getName()))
                .map(ConvertWorkload::pod)
                .toList();
    }

    private List<Budget> budgetsOf(PodTemplateSpec template) {
        return budgets.stream()
                .filter(budget ->
                        budget.getStatus() != null
                                && matches(
                                        budget.getSpec().getSelector(),
                                        orEmpty(template.getMetadata().getLabels())))
                .map(budget ->
                        new Budget(
                                budget.getMetadata().getName(),
                                count(budget.getStatus().getExpectedPods())
                                        - count(budget.getStatus().getDesiredHealthy()),
                                count(budget.getStatus().getDisruptionsAllowed())))
                .toList();
    }

    /** An absent selector of a PodDisruptionBudget selects nothing, an empty one everything. */
    private static boolean matches(@Nullable LabelSelector selector, Map<String, String> labels) {
        if (selector == null) {
            return false;
        }
        return labels.entrySet().containsAll(orEmpty(selector.getMatchLabels()).entrySet())
                && selector.getMatchExpressions().stream()
                        .allMatch(wanted -> {
                            String held = labels.get(wanted.getKey());
                            return switch (wanted.getOperator()) {
                                case "In" -> held != null && wanted.getValues().contains(held);
                                case "NotIn" -> held == null || !wanted.getValues().contains(held);
                                case "Exists" -> held != null;
                                default -> held == null;
                            };
                        });
    }

    /** What kind of workload made a pod; empty for another or none. */
    public static Optional<Kind> owner(Pod pod) {
        return pod.getMetadata().getOwnerReferences().stream()
                .findFirst()
                .flatMap(owner ->
                        switch (owner.getKind()) {
                            case "ReplicaSet" -> Optional.of(Kind.DEPLOYMENT);
                            case "StatefulSet" -> Optional.of(Kind.STATEFUL_SET);
                            case "DaemonSet" -> Optional.of(Kind.DAEMON_SET);
                            default -> Optional.empty();
                        });
    }

    public static KubeWorkload.Pod pod(Pod pod) {
        return new KubeWorkload.Pod(
                Convert.name(pod.getMetadata()),
                Convert.pod(pod).revision(),
                Convert.isReady(pod),
                pod.getMetadata().getDeletionTimestamp() != null,
                orEmpty(pod.getMetadata().getAnnotations()));
    }

    /**
     * @param complete whether its rollout is
     * @param waitingFor in words; empty when it is complete
     */
    public KubeWorkload deployment(Deployment deployment, boolean complete, String waitingFor) {
        var spec = deployment.getSpec();
        int wanted = spec.getReplicas() == null ? 1 : spec.getReplicas();
        return workload(
                Kind.DEPLOYMENT,
                deployment.getMetadata(),
                wanted,
                deployment.getStatus() == null
                        ? 0
                        : count(deployment.getStatus().getReadyReplicas()),
                complete,
                waitingFor,
                atOnce(deployment, wanted),
                Boolean.TRUE.equals(spec.getPaused())
                        ? Optional.of("spec.paused is true")
                        : Optional.empty(),
                spec.getTemplate());
    }

    private static int atOnce(Deployment deployment, int wanted) {
        var strategy = deployment.getSpec().getStrategy();
        if (strategy != null && "Recreate".equals(strategy.getType())) {
            return wanted;
        }
        var rolling = strategy == null ? null : strategy.getRollingUpdate();
        int unavailable =
                Share.down(
                        rolling == null ? null : rolling.getMaxUnavailable(),
                        DEFAULT_SHARE,
                        wanted);
        int surge = Share.up(rolling == null ? null : rolling.getMaxSurge(), DEFAULT_SHARE, wanted);
        // Kubernetes too takes one away where neither would let it move.
        return unavailable == 0 && surge == 0 ? 1 : unavailable;
    }

    public KubeWorkload statefulSet(StatefulSet set) {
        var spec = set.getSpec();
        var status = set.getStatus();
        int wanted = spec.getReplicas() == null ? 1 : spec.getReplicas();
        var strategy = spec.getUpdateStrategy();
        int partition =
                strategy == null || strategy.getRollingUpdate() == null
                        ? 0
                        : count(strategy.getRollingUpdate().getPartition());
        int ready = status == null ? 0 : count(status.getReadyReplicas());
        int updated = status == null ? 0 : count(status.getUpdatedReplicas());
        boolean complete =
                status != null
                        && isSeen(status.getObservedGeneration(), set.getMetadata())
                        && ready == wanted
                        && updated == wanted;
        Optional<String> held =
                partition > 0
                        ? Optional.of("spec.updateStrategy.rollingUpdate.partition holds pods back")
                        : heldBy(strategy == null ? null : strategy.getType());
        return workload(
                Kind.STATEFUL_SET,
                set.getMetadata(),
                wanted,
                ready,
                complete,
                complete ? "" : counts(ready, updated, wanted),
                1,
                held,
                spec.getTemplate());
    }

    public KubeWorkload daemonSet(DaemonSet set) {
        var status = set.getStatus();
        var strategy = set.getSpec().getUpdateStrategy();
        var rolling = strategy == null ? null : strategy.getRollingUpdate();
        int wanted = status == null ? 0 : count(status.getDesiredNumberScheduled());
        int ready = status == null ? 0 : count(status.getNumberReady());
        int updated = status == null ? 0 : count(status.getUpdatedNumberScheduled());
        boolean complete =
                status != null
                        && isSeen(status.getObservedGeneration(), set.getMetadata())
                        && ready == wanted
                        && updated == wanted;
        return workload(
                Kind.DAEMON_SET,
                set.getMetadata(),
                wanted,
                ready,
                complete,
                complete ? "" : counts(ready, updated, wanted),
                Share.up(rolling == null ? null : rolling.getMaxUnavailable(), "1", wanted),
                heldBy(strategy == null ? null : strategy.getType()),
                set.getSpec().getTemplate());
    }

    private static Optional<String> heldBy(@Nullable String strategy) {
        return "OnDelete".equals(strategy)
                ? Optional.of("spec.updateStrategy.type is OnDelete")
                : Optional.empty();
    }

    private static boolean isSeen(@Nullable Long observed, ObjectMeta metadata) {
        return observed != null
                && (metadata.getGeneration() == null || observed >= metadata.getGeneration());
    }

    private static String counts(int ready, int updated, int wanted) {
        return updated + " new and " + ready + " ready, of " + wanted + " wanted";
    }

    private KubeWorkload workload(
            Kind kind,
            ObjectMeta metadata,
            int wanted,
            int ready,
            boolean complete,
            String waitingFor,
            int atOnce,
            Optional<String> held,
            PodTemplateSpec template) {
        ObjectMeta pods =
                template.getMetadata() == null ? new ObjectMeta() : template.getMetadata();
        return new KubeWorkload(
                kind,
                Convert.name(metadata),
                wanted,
                ready,
                complete,
                waitingFor,
                atOnce,
                held,
                new Template(
                        orEmpty(pods.getLabels()),
                        orEmpty(pods.getAnnotations()),
                        Boolean.TRUE.equals(template.getSpec().getHostNetwork())),
                podsOf(kind, metadata),
                budgetsOf(template));
    }

    private static int count(@Nullable Integer number) {
        return number == null ? 0 : number;
    }

    private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }
}
