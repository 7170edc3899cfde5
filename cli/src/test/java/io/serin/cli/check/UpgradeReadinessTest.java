// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static io.serin.cli.check.Broken.problem;
import static io.serin.cli.check.Broken.warning;
import static io.serin.cli.check.Source.BUDGETS;
import static io.serin.cli.check.Source.DEPLOYMENTS;
import static io.serin.cli.check.Source.PODS;
import static io.serin.cli.check.Source.STATEFUL_SETS;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
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
                            world -> world.patch(PODS, "web", "metadata: {ownerReferences: []}")));

    @TestFactory
    Stream<DynamicTest> findsWhatIsBrokenAndNothingElse() {
        return Broken.tests(CASES);
    }
}
