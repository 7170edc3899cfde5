// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.write;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serin.api.name.Revision;
import io.serin.kube.Kube;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailurePolicyIT {

    private static final String PATH =
            "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/v";

    private @TempDir Path folder;
    private ObjectsHeld api;
    private Kube kube;
    private FailurePolicy policy;

    @BeforeEach
    void start() throws IOException {
        api = new ObjectsHeld();
        kube = api.connect(folder);
        policy = new FailurePolicy(kube, "v", new Revision("1-0"));
    }

    @AfterEach
    void stop() {
        kube.close();
        api.close();
    }

    private void hold(String failurePolicy) {
        hold("1-0", failurePolicy);
    }

    private void hold(String revision, String failurePolicy) {
        api.put(
                PATH,
                """
                {"apiVersion":"admissionregistration.k8s.io/v1",
                 "kind":"ValidatingWebhookConfiguration","metadata":{"name":"v",
                  "labels":{"istio.io/rev":"%s"}},
                 "webhooks":[{"name":"rev.validation.istio.io","failurePolicy":"%s"}]}
                """
                        .formatted(revision, failurePolicy));
    }

    @Test
    void isOpenWhereItIgnoresAndNotWhereNothingIs() {
        assertThat(policy.isOpen()).isFalse();
        hold("Ignore");
        assertThat(policy.isOpen()).isTrue();
        hold("Fail");
        assertThat(policy.isOpen()).isFalse();
    }

    /** The default validator follows a tag: whose it is now proves it, and nobody else. */
    @Test
    void isNotOpenWhereItIsAnotherRevisions() {
        hold("1-1", "Ignore");
        assertThat(policy.isOpen()).isFalse();
    }

    /** Who may not create, or another webhook, or the schema, refuses in other words. */
    @Test
    void isProvenByItsOwnRefusalAlone() throws IOException {
        hold("Ignore");
        JsonNode route =
                new ObjectMapper()
                        .readTree(
                                """
                                {"apiVersion":"gateway.networking.k8s.io/v1","kind":"HTTPRoute",
                                 "metadata":{"name":"trial","namespace":"istio-system"}}
                                """);
        assertThat(policy.refuses(route)).isFalse();

        api.refusal.set("httproutes is forbidden: User can't create resource");
        assertThat(policy.refuses(route)).isFalse();
        api.refusal.set("admission webhook \"other.example.org\" denied the request: no");
        assertThat(policy.refuses(route)).isFalse();
        api.refusal.set("admission webhook \"rev.validation.istio.io\" denied the request: no");
        assertThat(policy.refuses(route)).isTrue();

        assertThat(api.requests)
                .filteredOn(request -> request.startsWith("POST"))
                .hasSize(4)
                .allMatch(request -> request.contains("/httproutes?dryRun=All"));
    }

    @Test
    void closesTheEntriesThatItHasSeen() {
        hold("Ignore");

        policy.close();

        assertThat(api.requests)
                .last()
                .asString()
                .startsWith("PATCH " + PATH)
                .endsWith(
                        "[{\"op\":\"test\",\"path\":\"/metadata/labels/istio.io~1rev\",\"value\":\"1-0\"},"
                                + "{\"op\":\"test\",\"path\":\"/webhooks/0/name\",\"value\":\"rev.validation.istio.io\"},"
                                + "{\"op\":\"add\",\"path\":\"/webhooks/0/failurePolicy\",\"value\":\"Fail\"}]");
    }
}
