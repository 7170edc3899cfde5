// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.e2e.contract.Api.Answer;
import io.serin.e2e.stage.Kubectl;
import io.serin.e2e.stage.Waiting;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Which objects a webhook is asked about, and what its silence means: nobody answers here, so who
 * is refused was asked about. Who is asked when is {@link WebhookOrderContractIT}'s, and what
 * answers do {@link WebhookContractIT}'s.
 */
@Contract
class AdmissionContractIT {

    private static final String CONFIGURATIONS =
            "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";

    private final Api api;

    AdmissionContractIT(Kubectl kubectl) {
        api = new Api(kubectl, "contract-admission");
    }

    @BeforeAll
    void label() {
        api.kubectl().run("label namespace contract-admission hooked=yes");
    }

    @AfterEach
    void remove() {
        for (String name : new String[] {"a", "b"}) {
            api.delete(CONFIGURATIONS + "/contract-" + name);
        }
    }

    @AfterAll
    void close() {
        api.close();
    }

    /** A webhook of a Service that is not there. */
    private void hook(String name, String policy, String more) {
        api.post(
                        CONFIGURATIONS,
                        """
                        {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration",
                         "metadata": {"name": "contract-%1$s"},
                         "webhooks": [{"name": "%1$s.contract.serin.io", "failurePolicy": "%2$s",
                          "clientConfig": {"service": {"name": "nobody-%1$s", "namespace": "contract-admission", "path": "/", "port": 443}},
                          "rules": [{"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"], "scope": "*"}],
                          "namespaceSelector": {"matchLabels": {"hooked": "yes"}},
                          "sideEffects": "None", "admissionReviewVersions": ["v1"], "timeoutSeconds": 2%3$s}]}
                        """
                                .formatted(name, policy, more))
                .orFail();
    }

    private Answer make(String name, String labels) {
        return api.post(
                api.core("configmaps?dryRun=All"),
                """
                {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "%s", "labels": {%s}}}
                """
                        .formatted(name, labels));
    }

    /** API servers learn of a configuration a moment later. */
    private Answer refused(String labels) {
        Answer[] last = new Answer[1];
        Waiting.until(
                "a refusal",
                () -> {
                    last[0] = make("x", labels);
                    return last[0].code() == 500;
                });
        return last[0];
    }

    @Test
    void aWebhookThatMayNotFailRefuses() {
        hook("a", "Fail", "");

        Answer answer = refused("");

        assertThat(answer.reason()).isEqualTo("InternalError");
        assertThat(answer.message())
                .contains("failed calling webhook \"a.contract.serin.io\"")
                .contains("service \"nobody-a\" not found");
    }

    @Test
    void aWebhookThatMayFailIsPassedOver() {
        hook("b", "Ignore", "");
        hook("a", "Fail", ", \"objectSelector\": {\"matchLabels\": {\"asked\": \"yes\"}}");
        refused("\"asked\": \"yes\"");

        assertThat(make("x", "").code()).isEqualTo(201);
    }

    @Test
    void webhooksAreAskedInTheOrderOfTheirNames() {
        hook("b", "Fail", "");
        hook("a", "Fail", "");
        Waiting.until(
                "the first one's refusal",
                () -> refused("").message().contains("a.contract.serin.io"));

        assertThat(refused("").message()).contains("nobody-a").doesNotContain("nobody-b");
    }

    @Test
    void selectorsSayWhichObjects() {
        hook(
                "a",
                "Fail",
                ", \"objectSelector\": {\"matchExpressions\": [{\"key\": \"asked\", \"operator\": \"In\", \"values\": [\"yes\"]}]}");
        refused("\"asked\": \"yes\"");

        assertThat(make("x", "\"asked\": \"no\"").code()).isEqualTo(201);
        assertThat(make("x", "").code()).isEqualTo(201);
        assertThat(
                        api.post(
                                        "/api/v1/namespaces/default/configmaps?dryRun=All",
                                        """
                                        {"apiVersion": "v1", "kind": "ConfigMap",
                                         "metadata": {"name": "x", "labels": {"asked": "yes"}}}
                                        """)
                                .code())
                .isEqualTo(201);
    }

    @Test
    void rulesSayWhichOperations() {
        api.post(api.core("configmaps"), Shapes.configMap("there", "")).orFail();
        hook("a", "Fail", "");
        refused("");

        assertThat(
                        api.patch(
                                        api.core("configmaps/there"),
                                        Api.MERGE,
                                        "{\"data\": {\"a\": \"1\"}}")
                                .code())
                .isEqualTo(200);
        assertThat(
                        api.post(
                                        api.core("secrets?dryRun=All"),
                                        """
                                        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x"}}
                                        """)
                                .code())
                .isEqualTo(201);
    }

    @Test
    void aConfigurationThatMakesNoSenseIsRefused() {
        Answer answer =
                api.post(
                        CONFIGURATIONS,
                        """
                        {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration",
                         "metadata": {"name": "contract-b"},
                         "webhooks": [{"name": "b.contract.serin.io", "clientConfig": {"url": "https://127.0.0.1/x"},
                          "sideEffects": "Some", "admissionReviewVersions": ["v1"]}]}
                        """);

        assertThat(answer.code()).isEqualTo(422);
        assertThat(answer.message()).contains("webhooks[0].sideEffects");
    }

    @Test
    void aReplicaSetSaysWhyItsPodsAreRefused() {
        api.post(
                        CONFIGURATIONS,
                        """
                        {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration",
                         "metadata": {"name": "contract-a"},
                         "webhooks": [{"name": "a.contract.serin.io", "failurePolicy": "Fail",
                          "clientConfig": {"service": {"name": "nobody-a", "namespace": "contract-admission"}},
                          "rules": [{"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}],
                          "namespaceSelector": {"matchLabels": {"hooked": "yes"}},
                          "sideEffects": "None", "admissionReviewVersions": ["v1"]}]}
                        """)
                .orFail();
        Waiting.until(
                "a refusal",
                () ->
                        api.post(api.core("pods?dryRun=All"), Shapes.pod("x", "", Shapes.SLEEP))
                                        .code()
                                == 500);
        api.post(api.apps("deployments"), Shapes.deployment("refused", 1, "{}", "1", true))
                .orFail();

        var deployment =
                api.await(
                        api.apps("deployments/refused"),
                        d -> RolloutContractIT.condition(d, "ReplicaFailure").isObject());
        assertThat(
                        RolloutContractIT.condition(deployment, "ReplicaFailure")
                                .path("message")
                                .asText())
                .contains("failed calling webhook");
        api.delete(CONFIGURATIONS + "/contract-a").orFail();
        api.await(
                api.apps("deployments/refused"),
                d -> d.at("/status/availableReplicas").asInt() == 1);
    }
}
