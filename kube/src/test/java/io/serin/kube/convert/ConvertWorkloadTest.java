// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.serin.kube.type.KubeWorkload;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ConvertWorkloadTest {

    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    private record Strategy(String yaml, int replicas, int atOnce) {}

    /** As Kubernetes' deployment controller resolves them. */
    @TestFactory
    Stream<DynamicTest> howManyPodsADeploymentTakesAwayAtOnce() {
        return Stream.of(
                        new Strategy("{}", 1, 0),
                        new Strategy("{}", 4, 1),
                        new Strategy("{}", 9, 2),
                        new Strategy("{type: Recreate}", 3, 3),
                        new Strategy("{rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}", 5, 0),
                        new Strategy("{rollingUpdate: {maxUnavailable: 2}}", 5, 2),
                        new Strategy("{rollingUpdate: {maxUnavailable: 50%}}", 5, 2),
                        new Strategy("{rollingUpdate: {maxUnavailable: 10%, maxSurge: 0}}", 5, 1))
                .map(strategy ->
                        DynamicTest.dynamicTest(
                                strategy.replicas() + " of " + strategy.yaml(),
                                () ->
                                        assertThat(deployment(strategy).atOnce())
                                                .isEqualTo(strategy.atOnce())));
    }

    private static KubeWorkload deployment(Strategy strategy) {
        return around(List.of())
                .deployment(
                        YAML.unmarshal(
                                """
                                metadata: {name: web, namespace: shop}
                                spec:
                                  replicas: %d
                                  strategy: %s
                                  template:
                                    metadata: {labels: {app: web}}
                                    spec: {}
                                status: {}
                                """
                                        .formatted(strategy.replicas(), strategy.yaml()),
                                Deployment.class),
                        true,
                        "");
    }

    @Test
    void podsBelongToWhoeverMadeThemByKindAndName() {
        KubeWorkload set =
                new ConvertWorkload(
                                List.of(
                                        pod("web-0", "StatefulSet", "web"),
                                        pod("web-x", "DaemonSet", "web"),
                                        pod("web-5d-x", "ReplicaSet", "web-5d"),
                                        pod("other-0", "StatefulSet", "other")),
                                List.of())
                        .statefulSet(statefulSet("{}", 1));

        assertThat(set.pods())
                .singleElement()
                .satisfies(pod -> {
                    assertThat(pod.name().name()).isEqualTo("web-0");
                    assertThat(pod.revision()).isEqualTo("1-0");
                    assertThat(pod.ready()).isFalse();
                });
    }

    @Test
    void whatReplacesNoPodsByItselfIsHeld() {
        assertThat(around(List.of()).statefulSet(statefulSet("{type: OnDelete}", 1)).held())
                .contains("spec.updateStrategy.type is OnDelete");
        assertThat(
                        around(List.of())
                                .statefulSet(statefulSet("{rollingUpdate: {partition: 2}}", 1))
                                .held())
                .contains("spec.updateStrategy.rollingUpdate.partition holds pods back");
        assertThat(around(List.of()).statefulSet(statefulSet("{}", 1)).held()).isEmpty();
    }

    @Test
    void aStatefulSetIsCompleteWhenAllPodsAreNewAndReady() {
        assertThat(around(List.of()).statefulSet(statefulSet("{}", 2)).complete()).isTrue();
        KubeWorkload half = around(List.of()).statefulSet(statefulSet("{}", 1));
        assertThat(half.complete()).isFalse();
        assertThat(half.waitingFor()).isEqualTo("1 new and 2 ready, of 2 wanted");
    }

    @Test
    void aDaemonSetThatWasNotLookedAtYetIsNotComplete() {
        KubeWorkload agent =
                around(List.of())
                        .daemonSet(
                                YAML.unmarshal(
                                        """
                                        metadata: {name: agent, namespace: shop, generation: 2}
                                        spec:
                                          updateStrategy: {rollingUpdate: {maxUnavailable: 40%}}
                                          template: {metadata: {}, spec: {hostNetwork: true}}
                                        status:
                                          observedGeneration: 1
                                          desiredNumberScheduled: 3
                                          updatedNumberScheduled: 3
                                          numberReady: 3
                                        """,
                                        DaemonSet.class));

        assertThat(agent.complete()).isFalse();
        assertThat(agent.atOnce()).isEqualTo(2);
        assertThat(agent.template().hostNetwork()).isTrue();
    }

    @Test
    void aBudgetHoldsForThoseThatItSelects() {
        assertThat(
                        around(
                                        List.of(
                                                budget("mine", "{matchLabels: {app: web}}"),
                                                budget("all", "{}"),
                                                budget(
                                                        "expression",
                                                        "{matchExpressions: [{key: app, operator:"
                                                                + " NotIn, values: [api]}]}"),
                                                budget(
                                                        "absent",
                                                        "{matchExpressions: [{key: app, operator:"
                                                                + " DoesNotExist}]}"),
                                                budget("other", "{matchLabels: {app: api}}")))
                                .statefulSet(statefulSet("{}", 2))
                                .budgets())
                .containsExactly(
                        new KubeWorkload.Budget("mine", 1, 0),
                        new KubeWorkload.Budget("all", 1, 0),
                        new KubeWorkload.Budget("expression", 1, 0));
    }

    private static ConvertWorkload around(List<PodDisruptionBudget> budgets) {
        return new ConvertWorkload(List.of(), budgets);
    }

    private static StatefulSet statefulSet(String strategy, int updated) {
        return YAML.unmarshal(
                """
                metadata: {name: web, namespace: shop, generation: 1}
                spec:
                  replicas: 2
                  updateStrategy: %s
                  template:
                    metadata: {labels: {app: web}}
                    spec: {}
                status: {observedGeneration: 1, readyReplicas: 2, updatedReplicas: %d}
                """
                        .formatted(strategy, updated),
                StatefulSet.class);
    }

    private static PodDisruptionBudget budget(String name, String selector) {
        return YAML.unmarshal(
                """
                metadata: {name: %s, namespace: shop}
                spec: {minAvailable: 1, selector: %s}
                status: {expectedPods: 2, desiredHealthy: 1, disruptionsAllowed: 0}
                """
                        .formatted(name, selector),
                PodDisruptionBudget.class);
    }

    private static Pod pod(String name, String kind, String owner) {
        return YAML.unmarshal(
                """
                metadata:
                  name: %s
                  namespace: shop
                  labels: {pod-template-hash: 5d}
                  annotations: {istio.io/rev: "1-0"}
                  ownerReferences: [{apiVersion: apps/v1, kind: %s, name: %s, uid: u}]
                spec: {}
                status: {phase: Running}
                """
                        .formatted(name, kind, owner),
                Pod.class);
    }
}
