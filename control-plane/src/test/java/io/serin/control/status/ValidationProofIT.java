// SPDX-License-Identifier: Apache-2.0
package io.serin.control.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serin.api.name.Revision;
import io.serin.control.ApiServerStub;
import io.serin.kube.Kube;
import io.serin.kube.type.ObjectName;
import io.serin.kube.write.FailurePolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValidationProofIT {

    private static final String VALIDATOR =
            "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/"
                    + "istio-validator-1-0-istio-system";
    private static final ObjectMapper JSON = new ObjectMapper();

    private @TempDir Path folder;
    private ApiServerStub api;
    private Kube kube;
    private ValidationProof proof;

    @BeforeEach
    void start() throws IOException {
        api = new ApiServerStub();
        kube = Kube.connect(Optional.of(api.kubeconfig(folder)), Optional.empty());
        api.hold(
                VALIDATOR,
                """
                {"apiVersion":"admissionregistration.k8s.io/v1",
                 "kind":"ValidatingWebhookConfiguration",
                 "metadata":{"name":"istio-validator-1-0-istio-system",
                  "labels":{"istio.io/rev":"1-0"}},
                 "webhooks":[{"name":"rev.validation.istio.io","failurePolicy":"Ignore"}]}
                """);
        proof =
                new ValidationProof(
                        new FailurePolicy(
                                kube, "istio-validator-1-0-istio-system", new Revision("1-0")),
                        new ObjectName("istio-system", "serin-trial-1-0"),
                        Map.of("istio.io/rev", "1-0"));
    }

    @AfterEach
    void stop() {
        kube.close();
        api.close();
    }

    /** Empty: nobody could be asked, and so it was let in. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "admission webhook \"other.example.org\" denied the request: no",
                "httproutes.gateway.networking.k8s.io is forbidden: User can't create resource",
                "failed calling webhook \"rev.validation.istio.io\": connection refused"
            })
    void staysOpenAsLongAsOurRefusalDoesNotCome(String answer) {
        api.rehearsal.set(_ -> answer);

        proof.look();
        proof.look();

        assertThat(api.posts).as("tried each time").hasSize(2);
        assertThat(api.patches).isEmpty();
        assertThat(failurePolicy()).isEqualTo("Ignore");
    }

    @Test
    void staysOpenWhereTheApiServerIsGone() {
        api.close();

        proof.look();

        assertThat(api.patches).isEmpty();
        assertThat(failurePolicy()).isEqualTo("Ignore");
    }

    @Test
    void closesOnceTheWebhookIsReachedAndIsNotTriedAgain() {
        proof.look();
        assertThat(failurePolicy()).isEqualTo("Ignore");

        api.rehearsal.set(ValidationProofIT::reached);
        proof.look();
        assertThat(failurePolicy()).isEqualTo("Fail");
        assertThat(api.patches).hasSize(1);

        api.posts.clear();
        proof.look();
        assertThat(api.posts).isEmpty();
        assertThat(api.patches).hasSize(1);
    }

    private String failurePolicy() {
        return read(api.held(VALIDATOR)).at("/webhooks/0/failurePolicy").asText();
    }

    /** As the API server asks the webhook whose selector matches, and words its refusal. */
    private static String reached(String route) {
        assertThat(read(route).at("/metadata/labels").path("istio.io/rev").asText())
                .isEqualTo("1-0");
        JsonNode response =
                read(ValidateWebhook.answer(
                                """
                                {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview",
                                 "request":{"uid":"u1","namespace":"istio-system","object":%s}}
                                """
                                        .formatted(route)))
                        .path("response");
        return response.path("allowed").asBoolean()
                ? ""
                : "admission webhook \"rev.validation.istio.io\" denied the request: "
                        + response.at("/status/message").asText();
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
