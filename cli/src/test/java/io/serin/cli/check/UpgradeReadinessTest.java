// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static io.serin.cli.check.Broken.problem;
import static io.serin.cli.check.Broken.warning;
import static io.serin.cli.check.Source.BUDGETS;
import static io.serin.cli.check.Source.DEPLOYMENTS;
import static io.serin.cli.check.Source.PODS;
import static io.serin.cli.check.Source.STATEFUL_SETS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What is in the way of an upgrade. */
class UpgradeReadinessTest {

    static final List<Broken> CASES =
            List.of(
                    problem(
                            "upgrade-target",
                            "istiod-1-1 has 0 of 1 replicas ready",
                            Set.of("control-plane-ready"),
                            world ->
                                    world.patch(
                                            DEPLOYMENTS,
                                            "istiod-1-1",
                                            "status: {readyReplicas: 0}")),
                    warning(
                            "upgrade-direction",
                            "pod shop/web has a sidecar of 0.2.0, the target is of 0.1.0",
                            Set.of("proxy-version"),
                            world -> world.proxy("istiod-1-0-x").put("version", "0.2.0")),
                    warning(
                            "upgrade-replicas",
                            "deployment shop/web has strategy Recreate",
                            world ->
                                    world.patch(
                                            DEPLOYMENTS,
                                            "web",
                                            "spec: {strategy: {type: Recreate}}")),
                    warning(
                            "upgrade-replicas",
                            "deployment shop/web has maxUnavailable 100% of 2 replicas",
                            world ->
                                    world.patch(
                                            DEPLOYMENTS,
                                            "web",
                                            "spec: {strategy: {rollingUpdate: {maxUnavailable:"
                                                    + " 100%}}}")),
                    warning(
                            "upgrade-replicas",
                            "statefulset shop/web has one replica",
                            world ->
                                    world.add(
                                            STATEFUL_SETS,
                                            "{metadata: {name: web, namespace: shop}, spec:"
                                                    + " {selector: {matchLabels: {app: web}}}}")),
                    warning(
                            "upgrade-budgets",
                            "poddisruptionbudget shop/web allows no disruption now",
                            world ->
                                    world.patch(BUDGETS, "web", "status: {disruptionsAllowed: 0}")),
                    warning(
                            "upgrade-healthy",
                            "pod shop/web is not ready",
                            world ->
                                    world.patch(
                                            PODS,
                                            "web",
                                            "status: {conditions: [{type: Ready, status: 'False'}]}")),
                    warning(
                            "upgrade-bare-pods",
                            "pod shop/web belongs to no workload",
                            world -> world.patch(PODS, "web", "metadata: {ownerReferences: []}")),
                    warning(
                            "upgrade-bare-pods",
                            "replicaset shop/canary-5d is of no Deployment",
                            world -> owned(world, "ReplicaSet", "canary-5d")),
                    warning(
                            "upgrade-bare-pods",
                            "job shop/task is no Deployment, StatefulSet or DaemonSet",
                            world -> owned(world, "Job", "task")),
                    warning(
                            "upgrade-bare-pods",
                            "deployment shop/web has spec.paused: true",
                            world -> world.patch(DEPLOYMENTS, "web", "spec: {paused: true}")),
                    warning(
                            "upgrade-bare-pods",
                            "statefulset shop/db has spec.updateStrategy.type: OnDelete",
                            world -> statefulSet(world, "{type: OnDelete}")),
                    warning(
                            "upgrade-bare-pods",
                            "statefulset shop/db has a"
                                    + " spec.updateStrategy.rollingUpdate.partition",
                            world ->
                                    statefulSet(
                                            world,
                                            "{type: RollingUpdate, rollingUpdate: {partition:"
                                                    + " 1}}")));

    private static void owned(World world, String kind, String name) {
        world.patch(
                PODS,
                "web",
                "metadata: {ownerReferences: [{kind: %s, name: %s, controller: true}]}"
                        .formatted(kind, name));
    }

    private static void statefulSet(World world, String strategy) {
        owned(world, "StatefulSet", "db");
        world.add(
                STATEFUL_SETS,
                """
                metadata: {name: db, namespace: shop}
                spec: {replicas: 2, selector: {matchLabels: {app: web}}, updateStrategy: %s}
                """
                        .formatted(strategy));
    }

    /** They are made anew, or are there already. */
    @Test
    void saysNothingOfPodsThatARestartReachesOrThatAreThere() {
        World world = World.healthy();
        statefulSet(world, "{type: RollingUpdate, rollingUpdate: {partition: 0}}");
        assertThat(Broken.find(world, Broken.UPGRADE).get("upgrade-bare-pods"))
                .isInstanceOf(Finding.Fine.class);

        owned(world, "DaemonSet", "agent");
        assertThat(Broken.find(world, Broken.UPGRADE).get("upgrade-bare-pods"))
                .isInstanceOf(Finding.Fine.class);

        world.patch(
                PODS, "web", "metadata: {annotations: {istio.io/rev: 1-1}, ownerReferences: []}");
        assertThat(Broken.find(world, Broken.UPGRADE).get("upgrade-bare-pods"))
                .isInstanceOf(Finding.Fine.class);
    }

    @TestFactory
    Stream<DynamicTest> findsWhatIsBrokenAndNothingElse() {
        return Broken.tests(CASES);
    }
}
