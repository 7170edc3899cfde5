// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.e2e.cluster.Program.Ended;
import io.serin.e2e.stage.Kubectl;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What people type. */
@Contract
class KubectlContractIT {

    private final Api api;
    private final Kubectl kubectl;

    KubectlContractIT(Kubectl kubectl) {
        this.kubectl = kubectl;
        api = new Api(kubectl, "contract-kubectl");
    }

    @AfterAll
    void close() {
        api.close();
    }

    private String typed(String words) {
        return kubectl.run(words + " -n " + api.namespace());
    }

    private Ended apply(String manifest) {
        return kubectl.attemptApply(manifest, "-n", api.namespace());
    }

    @Test
    void applyMakesThenChangesThenRemoves() {
        String manifest =
                """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: typed}
                data: {a: "1", b: "2"}
                """;

        assertThat(apply(manifest).orFail().out()).isEqualTo("configmap/typed created\n");
        assertThat(apply(manifest).orFail().out()).isEqualTo("configmap/typed unchanged\n");
        assertThat(apply(manifest.replace(", b: \"2\"", "")).orFail().out())
                .isEqualTo("configmap/typed configured\n");
        assertThat(typed("get configmap typed -o jsonpath={.data}")).isEqualTo("{\"a\":\"1\"}");
    }

    @Test
    void applyNamesAnUnknownField() {
        Ended refused =
                apply(
                        """
                        apiVersion: v1
                        kind: ConfigMap
                        metadata:
                          name: odd
                        dota: {}
                        """);

        assertThat(refused.exit()).isNotZero();
        assertThat(refused.err()).contains("unknown field \"dota\"");
    }

    @Test
    void applyOfAKindThatIsNotServedSaysSo() {
        Ended refused =
                apply(
                        """
                        apiVersion: example.org/v1
                        kind: Unheard
                        metadata:
                          name: x
                        """);

        assertThat(refused.exit()).isNotZero();
        assertThat(refused.err()).contains("no matches for kind \"Unheard\"");
    }

    @Test
    void labelsAndAnnotationsComeAndGo() {
        api.post(api.core("configmaps"), Shapes.configMap("marked", "")).orFail();

        assertThat(typed("label configmap marked a=b")).isEqualTo("configmap/marked labeled");
        assertThat(kubectl.attempt("label configmap marked a=c -n " + api.namespace()).exit())
                .isNotZero();
        typed("label configmap marked a=c --overwrite");
        typed("annotate configmap marked x=y");
        typed("label configmap marked a-");
        assertThat(
                        typed(
                                "get configmap marked -o jsonpath={.metadata.labels}{.metadata.annotations}"))
                .isEqualTo("{\"x\":\"y\"}");
    }

    @Test
    void aDeploymentIsShownInColumns() {
        api.post(api.apps("deployments"), Shapes.deployment("shown", 0, "{}", "1", true)).orFail();

        assertThat(typed("get deployment shown"))
                .matches(
                        "(?s)NAME +READY +UP-TO-DATE +AVAILABLE +AGE\\s+shown +0/0 +0 +0 +[0-9]+s");
        assertThat(typed("get pods -l app=shown")).isEqualTo("");
    }

    @Test
    void describeTellsTheEvents() {
        api.post(api.apps("deployments"), Shapes.deployment("told", 1, "{}", "1", true)).orFail();
        typed("rollout status deployment/told --timeout=90s");

        assertThat(typed("describe deployment told")).contains("ScalingReplicaSet");
        assertThat(typed("describe pod -l app=told")).contains("Scheduled").contains("Started");
    }

    @Test
    void waitSeesAConditionThatComes() {
        api.post(api.core("pods"), Shapes.pod("awaited", "", Shapes.SLEEP)).orFail();

        assertThat(typed("wait pod/awaited --for=condition=Ready --timeout=60s"))
                .isEqualTo("pod/awaited condition met");
        assertThat(typed("delete pod awaited --now")).contains("deleted");
        assertThat(typed("wait pod/awaited --for=delete --timeout=30s")).isEmpty();
    }

    @Test
    void whoAsksMayAskWhatTheyMay() {
        assertThat(typed("auth can-i create pods")).isEqualTo("yes");
    }

    @Test
    void resourcesAndVersionsAreListed() {
        assertThat(kubectl.run("api-resources -o name"))
                .contains("pods")
                .contains("deployments.apps")
                .contains("endpointslices.discovery.k8s.io");
        assertThat(kubectl.run("api-versions")).contains("apps/v1").contains("\nv1");
    }

    @Test
    void aTokenOfAServiceAccountIsKnown() {
        String token = typed("create token default");
        assertThat(token.split("\\.", -1)).hasSize(3);

        var review =
                api.post(
                        "/apis/authentication.k8s.io/v1/tokenreviews",
                        """
                        {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": {"token": "%s"}}
                        """
                                .formatted(token));

        assertThat(review.orFail().body().at("/status/authenticated").asBoolean()).isTrue();
        assertThat(review.body().at("/status/user/username").asText())
                .isEqualTo("system:serviceaccount:contract-kubectl:default");
    }

    @Test
    void aTokenThatIsNoneIsNotKnown() {
        var review =
                api.post(
                        "/apis/authentication.k8s.io/v1/tokenreviews",
                        """
                        {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": {"token": "a.b.c"}}
                        """);

        assertThat(review.orFail().body().at("/status/authenticated").asBoolean(false)).isFalse();
    }

    @Test
    void aPodsPortIsReachedThroughTheServer() {
        api.post(
                        api.core("pods"),
                        """
                        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "reached"},
                         "spec": {"terminationGracePeriodSeconds": 5, "containers": [
                          {"name": "main", "image": "serin-workload:0.1.0",
                           "env": [{"name": "PORT", "value": "8080"}, {"name": "SERVICE", "value": "web"},
                                   {"name": "VERSION", "value": "v1"}, {"name": "UPSTREAM", "value": ""}],
                           "readinessProbe": {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 1}}]}}
                        """)
                .orFail();
        typed("wait pod/reached --for=condition=Ready --timeout=60s");
        assertThat(api.get(api.core("pods/reached:8080/proxy/")).body().path("service").asText())
                .isEqualTo("web");
    }
}
