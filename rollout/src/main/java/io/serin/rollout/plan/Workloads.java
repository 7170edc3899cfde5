// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.plan;

import io.serin.api.contract.DesiredRevision;
import io.serin.api.contract.Labels;
import io.serin.kube.type.KubeWorkload;
import io.serin.kube.type.KubeWorkload.Budget;
import io.serin.kube.type.KubeWorkload.Pod;
import io.serin.kube.type.KubeWorkload.Template;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What workloads are to a rollout. */
public final class Workloads {

    private static final String AGAIN = ".again";

    private Workloads() {}

    /** {@code Deployment/web}. */
    public static String name(KubeWorkload workload) {
        return workload.kind().text() + "/" + workload.name().name();
    }

    /** The pods that stay. */
    public static List<Pod> living(KubeWorkload workload) {
        return workload.pods().stream().filter(pod -> !pod.ending()).toList();
    }

    /** A pod that is not where it should be; the first of them. */
    public static Optional<Pod> misplaced(KubeWorkload workload, String revision) {
        return living(workload).stream()
                .filter(pod -> !pod.revision().equals(revision))
                .findFirst();
    }

    /** Whether this step has had its pods replaced. */
    public static boolean isMarked(KubeWorkload workload, Written written) {
        String mark = mark(workload);
        return mark.equals(written.mark()) || mark.equals(written.mark() + AGAIN);
    }

    /** Whether its pods were had replaced once, and may be once more. */
    public static boolean isMarkedOnce(KubeWorkload workload, Written written) {
        return mark(workload).equals(written.mark());
    }

    /** The mark that has its pods replaced: the first of this step, or the second. */
    public static String nextMark(KubeWorkload workload, Written written) {
        return isMarked(workload, written) ? written.mark() + AGAIN : written.mark();
    }

    private static String mark(KubeWorkload workload) {
        return workload.template().annotations().getOrDefault(Written.MARK, "");
    }

    /** Why its pods are not replaced; empty when they can be. */
    static Optional<String> leftAlone(KubeWorkload workload) {
        Template template = workload.template();
        if (template.hostNetwork()) {
            return Optional.of("spec.hostNetwork is true: no sidecar");
        }
        if ("false".equals(template.labels().get(Labels.INJECT))
                || "false".equals(template.annotations().get(Labels.INJECT))) {
            return Optional.of(Labels.INJECT + " is false: no sidecar");
        }
        return workload.held().map(held -> held + ": delete its pods yourself");
    }

    /**
     * Why new pods of a workload would not be as those of its namespace, which has no label: their
     * own are heard there. Empty where they would.
     *
     * @param wanted the revision or tag that pods without labels get; empty for none
     */
    static Optional<String> apart(KubeWorkload workload, Optional<String> wanted) {
        Map<String, String> labels = workload.template().labels();
        Optional<String> own = DesiredRevision.of(Map.of(), labels);
        if (own.isPresent()) {
            return own.filter(asked -> !wanted.equals(Optional.of(asked)))
                    .map(asked -> "its own label asks for " + asked);
        }
        return Optional.ofNullable(labels.get(Labels.INJECT))
                .filter(_ -> wanted.isPresent())
                .map(value -> Labels.INJECT + " is " + value + ": no sidecar");
    }

    /** A budget that it would break by itself, though all were well. */
    static Optional<Budget> broken(KubeWorkload workload) {
        return workload.budgets().stream()
                .filter(budget -> workload.atOnce() > budget.atBest())
                .findFirst();
    }

    /** In batches of a size, each of which stays within the budgets that its workloads share. */
    static List<List<String>> batches(List<KubeWorkload> workloads, BatchSize size, int all) {
        List<List<String>> batches = new ArrayList<>();
        List<String> batch = new ArrayList<>();
        Map<String, Integer> away = new HashMap<>();
        for (KubeWorkload workload : workloads) {
            boolean fits =
                    workload.budgets().stream()
                            .allMatch(budget ->
                                    away.getOrDefault(budget.name(), 0) + workload.atOnce()
                                            <= budget.atBest());
            if (!batch.isEmpty() && (batch.size() == size.of(all) || !fits)) {
                batches.add(batch);
                batch = new ArrayList<>();
                away.clear();
            }
            batch.add(name(workload));
            workload.budgets()
                    .forEach(budget -> away.merge(budget.name(), workload.atOnce(), Integer::sum));
        }
        if (!batch.isEmpty()) {
            batches.add(batch);
        }
        return batches;
    }
}
