// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout;

import io.serin.kube.type.KubeWorkload;
import io.serin.kube.type.KubeWorkload.Budget;
import io.serin.kube.type.KubeWorkload.Kind;
import io.serin.kube.type.KubeWorkload.Pod;
import io.serin.kube.type.KubeWorkload.Template;
import io.serin.kube.type.ObjectName;
import io.serin.rollout.fact.RequestCounts;
import io.serin.rollout.plan.Written;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A Deployment of a {@link FakeCluster}, in the words of the tests. Its pods are replaced one every
 * two seconds once it is restarted.
 */
public final class FakeDeployment {

    private static final Duration POD_STARTS = Duration.ofSeconds(2);

    private final ObjectName name;
    private final int replicas;
    private final List<Pod> pods = new ArrayList<>();
    private String mark = "";
    private boolean crashes;
    private double failing;
    private int atOnce;
    private Optional<String> held = Optional.empty();
    private Map<String, String> labels = Map.of();
    private List<Budget> budgets = List.of();
    private Instant replacedSince = Instant.MIN;
    private int made;

    /** With pods on a revision. */
    FakeDeployment(ObjectName name, int replicas, String revision) {
        this.name = name;
        this.replicas = replicas;
        for (int i = 0; i < replicas; i++) {
            pods.add(pod(revision));
        }
    }

    /** Its pods are in CrashLoopBackOff, and so will new ones be. */
    public FakeDeployment crashing() {
        crashes = true;
        pods.replaceAll(
                pod -> new Pod(pod.name(), pod.revision(), false, false, pod.annotations()));
        return this;
    }

    /** All its pods are well, as are new ones. */
    public FakeDeployment mended() {
        crashes = false;
        pods.replaceAll(pod -> new Pod(pod.name(), pod.revision(), true, false, pod.annotations()));
        return this;
    }

    /** How its new pods are. */
    public void newPodsCrash(boolean crash) {
        crashes = crash;
    }

    /** So many percent of its requests fail. */
    public FakeDeployment failing(double percent) {
        this.failing = percent;
        return this;
    }

    public FakeDeployment budget(String budgetName, int atBest, int nowFree, int takesAway) {
        this.budgets = List.of(new Budget(budgetName, atBest, nowFree));
        this.atOnce = takesAway;
        return this;
    }

    public FakeDeployment held(String reason) {
        this.held = Optional.of(reason);
        return this;
    }

    public FakeDeployment labels(Map<String, String> given) {
        this.labels = given;
        return this;
    }

    public boolean isMarked() {
        return !mark.isEmpty();
    }

    ObjectName name() {
        return name;
    }

    /** Those of its pods. */
    Map<String, String> labels() {
        return labels;
    }

    List<Pod> pods() {
        return List.copyOf(pods);
    }

    /** Each pod gets a hundred requests a second. */
    RequestCounts requestsOfPod(Duration counted) {
        long seconds = counted.toSeconds();
        return new RequestCounts(100 * seconds, (long) (failing * seconds));
    }

    /** Has its pods replaced from now on, unless they are of this mark. */
    void restart(String given, Instant now) {
        if (!mark.equals(given)) {
            mark = given;
            replacedSince = now;
        }
    }

    /**
     * Replaces one pod, if one is to be replaced by now.
     *
     * @param bind the revision of the new pod, given that of the old
     */
    void replace(Instant now, UnaryOperator<String> bind) {
        if (now.isBefore(replacedSince.plus(POD_STARTS))) {
            return;
        }
        Optional<Pod> old = pods.stream().filter(pod -> !isCurrent(pod)).findFirst();
        if (old.isEmpty()) {
            return;
        }
        replacedSince = now;
        String revision = bind.apply(old.get().revision());
        long current = pods.stream().filter(this::isCurrent).count();
        boolean isStuck = crashes && current > 0;
        if (!isStuck && current < replicas) {
            pods.add(pod(revision));
        }
        if (!crashes) {
            pods.remove(old.get());
        }
    }

    KubeWorkload workload() {
        boolean complete =
                pods.size() == replicas
                        && pods.stream().allMatch(pod -> pod.ready() && isCurrent(pod));
        return new KubeWorkload(
                Kind.DEPLOYMENT,
                name,
                replicas,
                (int) pods.stream().filter(Pod::ready).count(),
                complete,
                complete ? "" : crashes ? "CrashLoopBackOff" : "pods are being replaced",
                atOnce,
                held,
                new Template(labels, isMarked() ? Map.of(Written.MARK, mark) : Map.of(), false),
                pods,
                budgets);
    }

    private Pod pod(String revision) {
        return new Pod(
                new ObjectName(name.namespace(), name.name() + "-" + made++),
                revision,
                !crashes,
                false,
                Map.of(Written.MARK, mark));
    }

    private boolean isCurrent(Pod pod) {
        return pod.annotations().getOrDefault(Written.MARK, "").equals(mark);
    }
}
