// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.injector.TestInjectors;
import io.serin.injector.patch.PatchApplied;
import io.serin.injector.template.TreeTemplate;
import io.serin.injector.webhook.InjectionMetrics.Result;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InjectWebhookTest {

    private static final String POD =
            "{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"generateName\":\"web-\","
                    + "\"managedFields\":[{\"manager\":\"kubectl\"}]},"
                    + "\"spec\":{\"containers\":[{\"name\":\"web\",\"image\":\"web\"}]}}";

    /** Something of everything that the injector looks into. */
    private static final String RICH_POD =
            """
            metadata:
              name: web
              labels: {app: web}
              annotations:
                sidecar.istio.io/status: '{"initContainers":["old"],"volumes":["v"]}'
                proxy.istio.io/overrides: '{"containers":[{"name":"other"}]}'
                proxy.istio.io/config: 'proxyMetadata: {A: b}'
                sidecar.istio.io/proxyCPU: 50m
              ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-1}]
            spec:
              terminationGracePeriodSeconds: 5
              securityContext: {runAsUser: 1000}
              volumes: [{name: v}, {name: w}]
              initContainers:
                - {name: old}
                - name: istio-proxy
                  image: auto
                  env: [{name: A, value: x}]
                  securityContext: {runAsUser: 7}
                  readinessProbe: {tcpSocket: {port: 1}}
              containers:
                - {name: web, image: web, ports: [{containerPort: 80, protocol: TCP}]}
            """;

    private final List<Result> results = new ArrayList<>();
    private final InjectWebhook webhook =
            new InjectWebhook(
                    () -> TestInjectors.of("1-0"),
                    (result, time) -> {
                        assertThat(time).isPositive();
                        results.add(result);
                    });

    private static String review(String version, String object) {
        return "{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/"
                + version
                + "\",\"request\":{\"uid\":\"u-1\",\"namespace\":\"shop\",\"object\":"
                + object
                + "}}";
    }

    private static String review(String object) {
        return review("v1", object);
    }

    private static String podWith(String metadata) {
        return POD.replace("\"metadata\":{", "\"metadata\":{" + metadata + ",");
    }

    private JsonNode answer(String body) {
        return json(webhook.answer(body, ""));
    }

    private static JsonNode json(String text) {
        return TreeTemplate.parseYaml(text).getFirst();
    }

    private static JsonNode patch(JsonNode answer) {
        byte[] patch = Base64.getDecoder().decode(answer.at("/response/patch").asText());
        return json(new String(patch, StandardCharsets.UTF_8));
    }

    private static String message(JsonNode answer) {
        assertThat(answer.at("/response/allowed").asBoolean(true)).isFalse();
        return answer.at("/response/status/message").asText();
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v1beta1"})
    void answersInTheVersionOfTheRequest(String version) {
        JsonNode answer = answer(review(version, POD));

        assertThat(answer.path("apiVersion").asText()).isEqualTo("admission.k8s.io/" + version);
        assertThat(answer.path("kind").asText()).isEqualTo("AdmissionReview");
        assertThat(answer.at("/response/uid").asText()).isEqualTo("u-1");
        assertThat(answer.at("/response/allowed").asBoolean()).isTrue();
        assertThat(answer.at("/response/patchType").asText()).isEqualTo("JSONPatch");
        assertThat(results).containsExactly(Result.INJECTED);
    }

    @Test
    void thePatchPutsTheSidecarInAndLeavesManagedFieldsAlone() {
        JsonNode after = PatchApplied.to(json(POD), patch(answer(review(POD))));

        assertThat(after.at("/spec/initContainers/1/name").asText()).isEqualTo("istio-proxy");
        assertThat(after.at("/metadata/managedFields"))
                .isEqualTo(json(POD).at("/metadata/managedFields"));
    }

    /** Once the proxy alone heard of it, and nobody sent it the questions that it was to answer. */
    @ParameterizedTest
    @ValueSource(strings = {"/ISTIO_META_DNS_CAPTURE/true", "/:ENV:ISTIO_META_DNS_CAPTURE=true"})
    void whatTheAddressSaysOfNamesIsHeardByBothContainers(String parameters) {
        JsonNode after =
                PatchApplied.to(json(POD), patch(json(webhook.answer(review(POD), parameters))));

        assertThat(after.at("/spec/initContainers/0/args").toString())
                .contains("\"--redirect-dns\"");
        assertThat(after.at("/spec/initContainers/1/env").toString())
                .contains("{\"name\":\"ISTIO_META_DNS_CAPTURE\",\"value\":\"true\"}");
    }

    @Test
    void theNamespaceIsTheRequestsWhereThePodHasNone() {
        assertThat(patch(answer(review(POD))).toString())
                .contains("kubernetes://apis/v1/namespaces/shop/pods/web");
    }

    @Test
    void aSkipIsAllowedWithoutPatch() {
        JsonNode answer =
                answer(review(POD.replace("\"spec\":{", "\"spec\":{\"hostNetwork\":true,")));

        assertThat(answer.at("/response/allowed").asBoolean()).isTrue();
        assertThat(answer.path("response").has("patch")).isFalse();
        assertThat(answer.path("response").has("patchType")).isFalse();
        assertThat(results).containsExactly(Result.SKIPPED);
    }

    @Test
    void aSecondCallIsAllowedWithoutPatch() {
        JsonNode injected = PatchApplied.to(json(POD), patch(answer(review(POD))));

        JsonNode answer = answer(review(injected.toString()));

        assertThat(answer.at("/response/allowed").asBoolean()).isTrue();
        assertThat(answer.path("response").has("patch")).isFalse();
    }

    @Test
    void aRefusalIsDeniedWithItsReason() {
        String pod =
                podWith(
                        "\"annotations\":{"
                                + "\"traffic.sidecar.istio.io/excludeOutboundPorts\":\"abc\"}");

        assertThat(message(answer(review(pod))))
                .startsWith(
                        "metadata.annotations[traffic.sidecar.istio.io/excludeOutboundPorts]: 'abc'"
                                + " (expected: ports");
        assertThat(results).containsExactly(Result.FAILED);
    }

    @Test
    void warningsReachThePerson() {
        String pod = podWith("\"labels\":{\"sidecar.istio.io/inject\":\"yes\"}");

        assertThat(answer(review(pod)).at("/response/warnings/0").asText())
                .contains("inject is 'yes'");
    }

    @Test
    void theUrlsParametersReachTheProxy() {
        JsonNode answer = json(webhook.answer(review(POD), "/cluster/c1/net/n1"));

        JsonNode after = PatchApplied.to(json(POD), patch(answer));

        assertThat(after.at("/metadata/labels").path("topology.istio.io/network").asText())
                .isEqualTo("n1");
        assertThat(after.at("/spec/initContainers/1/env").toString())
                .contains("{\"name\":\"ISTIO_META_CLUSTER_ID\",\"value\":\"c1\"}")
                .contains("{\"name\":\"ISTIO_META_NETWORK\",\"value\":\"n1\"}")
                .doesNotContain("Kubernetes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage",
                "\u0000\u0001",
                "{",
                "[]",
                "null",
                "3",
                "{}",
                "{\"kind\":\"AdmissionReview\"}",
                "{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1\","
                        + "\"request\":3}",
                "{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1\","
                        + "\"request\":{}}",
                "{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v2\","
                        + "\"request\":{\"object\":{}}}",
                "{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"request\":{\"object\":{}}}",
            })
    void whatIsNoReviewIsDenied(String body) {
        JsonNode answer = answer(body);

        assertThat(answer.path("apiVersion").asText()).isEqualTo("admission.k8s.io/v1");
        assertThat(message(answer)).contains("AdmissionReview");
        assertThat(results).containsExactly(Result.FAILED);
    }

    @Test
    void whatIsNoPodIsDenied() {
        assertThat(message(answer(review("{\"kind\":\"Deployment\",\"spec\":{}}"))))
                .isEqualTo("kind: 'Deployment' (expected: Pod)");
    }

    @Test
    void nothingThatComesMakesItThrow() {
        Random random = new Random(20260822);
        String good = review(json(RICH_POD).toString());
        assertThat(answer(good).path("response").has("patch")).isTrue();
        for (int i = 0; i < 3000; i++) {
            String body = i % 3 == 0 ? Mangled.text(good, random) : Mangled.tree(good, random);

            String answer = webhook.answer(body, "");

            assertThat(answer).as(body).contains("\"allowed\":").doesNotContain("injector failed");
        }
        assertThat(results).hasSize(3001).contains(Result.INJECTED, Result.FAILED);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 980, 5000, 500_000})
    void depthIsNoWayToOverflowTheStack(int depth) {
        String deep = "[".repeat(depth) + "]".repeat(depth);
        String pod = POD.replace("\"image\":\"web\"", "\"args\":" + deep);

        assertThat(webhook.answer(review(pod), "")).contains("\"allowed\":");
    }

    @Test
    void aPodAsLargeAsMayComeIsAnsweredInTime() {
        StringBuilder env = new StringBuilder();
        for (int i = 0; i < 40_000; i++) {
            env.append(i == 0 ? "" : ",");
            env.append("{\"name\":\"V%d\",\"value\":\"some text of a value\"}".formatted(i));
        }
        String pod = POD.replace("\"image\":\"web\"", "\"env\":[" + env + "]");

        long start = System.nanoTime();
        String answer = webhook.answer(review(pod), "");

        assertThat(answer).contains("\"patch\":");
        // The API server waits ten seconds.
        assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
    }
}
