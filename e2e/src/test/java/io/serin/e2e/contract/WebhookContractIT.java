// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.e2e.contract.Api.Answer;
import io.serin.e2e.stage.Kubectl;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What becomes of a webhook's answer, or of none: refusals, failures, patches and warnings; and
 * what a review says.
 */
@Contract
class WebhookContractIT extends WebhookCases {

    WebhookContractIT(Kubectl kubectl) {
        super(
                kubectl,
                "contract-webhook",
                Map.of(
                        "late-yes",
                        "{\"allowed\": true}",
                        "not-now",
                        "{\"allowed\": false, \"status\": {\"code\": 409, \"reason\": \"Conflict\", \"message\": \"not now\"}}",
                        "fine",
                        "{\"allowed\": false, \"status\": {\"code\": 200, \"reason\": \"Forbidden\"}}",
                        "warn",
                        "{\"allowed\": true, \"warnings\": [\"mind the \\\"gap\\\"\", \"old\"]}",
                        "warn-no",
                        "{\"allowed\": false, \"warnings\": [\"it was close\"]}",
                        "other",
                        "{\"allowed\": true, \"uid\": \"other\"}",
                        "astray",
                        patch("{\"op\": \"remove\", \"path\": \"/data/nothing\"}")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mutating", "Validating"})
    void aRefusalIsInTheWebhooksWords(String type) {
        configure(type, "a", entry("a", "not-now"));

        Answer answer = make();

        assertThat(answer.code()).isEqualTo(409);
        assertThat(answer.reason()).isEqualTo("Conflict");
        assertThat(answer.message())
                .isEqualTo("admission webhook \"a.contract.serin.io\" denied the request: not now");
        assertThat(answer.body().path("status").asText()).isEqualTo("Failure");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mutating", "Validating"})
    void aRefusalWithoutWordsIsABadRequest(String type) {
        configure(type, "a", entry("a", "no"));

        Answer answer = make();

        assertThat(answer.code()).isEqualTo(400);
        assertThat(answer.reason()).isEmpty();
        assertDenied(answer, "a");
    }

    @Test
    void aRefusalIsNeverASuccess() {
        configure("Validating", "a", entry("a", "fine"));

        Answer answer = make();

        assertThat(answer.code()).isEqualTo(400);
        assertThat(answer.message())
                .isEqualTo(
                        "admission webhook \"a.contract.serin.io\" denied the request: Forbidden");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mutating", "Validating"})
    void whoIsLateHasFailed(String type) {
        configure(
                type,
                "a",
                entry("a", "late-yes", "\"timeoutSeconds\": 1, \"failurePolicy\": \"Fail\""));

        Answer answer = make();

        assertThat(answer.code()).isEqualTo(500);
        assertThat(answer.reason()).isEqualTo("InternalError");
        assertThat(answer.message())
                .isEqualTo(
                        "Internal error occurred: failed calling webhook \"a.contract.serin.io\":"
                                + " failed to call webhook: Post \"https://%s:443/late-yes?timeout=1s\": context deadline exceeded"
                                        .formatted(webhook.host()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mutating", "Validating"})
    void whoIsLateIsPassedOverWhereThatIsAllowed(String type) {
        configure(
                type,
                "a",
                entry("a", "late-yes", "\"timeoutSeconds\": 1, \"failurePolicy\": \"Ignore\""));

        assertThat(make().code()).isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mutating", "Validating"})
    void whoAnswersWithAnErrorHasFailed(String type) {
        configure(type, "a", entry("a", "unheard-of"));

        assertThat(make().message())
                .isEqualTo(
                        "Internal error occurred: failed calling webhook \"a.contract.serin.io\":"
                                + " failed to call webhook: an error on the server (\"there is no answer of that name\")"
                                + " has prevented the request from succeeding");
    }

    @Test
    void anAnswerToAnotherReviewIsNone() {
        configure("Validating", "a", entry("a", "other"));

        assertThat(make().message())
                .startsWith(
                        "Internal error occurred: failed calling webhook \"a.contract.serin.io\":"
                                + " received invalid webhook response: expected response.uid=\"")
                .endsWith("\", got \"other\"");
    }

    @Test
    void aPatchThatDoesNotFitRefusesWhateverThePolicy() {
        configure("Mutating", "a", entry("a", "astray", "\"failurePolicy\": \"Ignore\""));

        Answer answer = make();

        assertThat(answer.code()).isEqualTo(500);
        assertThat(answer.message())
                .startsWith("Internal error occurred: ")
                .doesNotContain("failed calling webhook");
    }

    @Test
    void aPatchIsNotForValidatingWebhooks() {
        configure("Validating", "a", entry("a", "label"));

        assertThat(make().message())
                .endsWith(
                        "received invalid webhook response: validating webhook may not return response.patch");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mutating", "Validating"})
    void warningsComeWithTheAnswer(String type) {
        configure(type, "a", entry("a", "warn"));

        Answer answer = make();

        assertThat(answer.code()).isEqualTo(201);
        assertThat(answer.warnings())
                .containsExactly("299 - \"mind the \\\"gap\\\"\"", "299 - \"old\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mutating", "Validating"})
    void warningsComeWithARefusalToo(String type) {
        configure(type, "a", entry("a", "warn-no"));

        Answer answer = make();

        assertDenied(answer, "a");
        assertThat(answer.warnings()).containsExactly("299 - \"it was close\"");
    }

    @Test
    void aDryRunIsSaidToBeOne() {
        configure("Validating", "a", entry("a", "tell"));

        JsonNode review = told(make());

        assertThat(review.path("dryRun").asBoolean()).isTrue();
        assertThat(review.at("/options/dryRun/0").asText()).isEqualTo("All");
        assertThat(review.at("/options/kind").asText()).isEqualTo("CreateOptions");
    }

    @Test
    void aReviewSaysWhoWantsWhat() {
        keep("kept");
        configure(
                "Validating",
                "a",
                entry("a", "tell", rules("\"UPDATE\", \"DELETE\"", "", "v1", "configmaps")));
        String path = api.core("configmaps/kept");

        JsonNode update = told(api.patch(path, Api.MERGE, "{\"data\": {\"a\": \"2\"}}"));
        JsonNode delete = told(api.delete(path));

        assertThat(update.path("operation").asText()).isEqualTo("UPDATE");
        assertThat(update.path("name").asText()).isEqualTo("kept");
        assertThat(update.path("namespace").asText()).isEqualTo(api.namespace());
        assertThat(update.path("dryRun").asBoolean()).isFalse();
        assertThat(update.at("/kind").toString())
                .isEqualTo("{\"group\":\"\",\"version\":\"v1\",\"kind\":\"ConfigMap\"}");
        assertThat(update.at("/resource/resource").asText()).isEqualTo("configmaps");
        assertThat(update.at("/userInfo/groups").toString()).contains("system:authenticated");
        assertThat(update.at("/object/data/a").asText()).isEqualTo("2");
        assertThat(update.at("/oldObject/data/a").asText()).isEqualTo("1");
        assertThat(update.at("/options/kind").asText()).isEqualTo("UpdateOptions");
        assertThat(delete.path("operation").asText()).isEqualTo("DELETE");
        assertThat(delete.path("object").isNull()).isTrue();
        assertThat(delete.at("/oldObject/data/a").asText()).isEqualTo("1");
        assertThat(delete.at("/options/kind").asText()).isEqualTo("DeleteOptions");
    }
}
