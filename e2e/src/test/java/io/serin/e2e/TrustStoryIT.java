// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.e2e.stage.Cast;
import io.serin.e2e.stage.Scene;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import io.serin.e2e.stage.Waiting;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A sidecar knows its control plane by its certificate, and proves who it is by its token. */
@Story
class TrustStoryIT {

    private static final String PATH =
            "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources";

    private final Stage stage;

    TrustStoryIT(Stage stage) {
        this.stage = stage;
    }

    /** Also one that has nothing to do with the mesh yet: its first pod would wait for it. */
    @Test
    void everyNamespaceIsToldWhomToTrustAndAgainWhenItForgot() {
        String authority =
                new String(
                                Base64.getDecoder()
                                        .decode(
                                                stage.kubectl()
                                                        .run(
                                                                "get secret istio-ca-secret -n istio-system"
                                                                        + " -o jsonpath={.data.ca-cert\\.pem}")),
                                StandardCharsets.US_ASCII)
                        .strip();
        stage.kubectl().run("create namespace trust-new");
        try {
            Waiting.until("it is told", () -> told("trust-new").equals(authority));

            stage.kubectl().run("delete configmap istio-ca-root-cert -n trust-new");

            Waiting.until("it is told again", () -> told("trust-new").equals(authority));
            assertThat(told("kube-system")).isEmpty();

            stage.kubectl()
                    .run(
                            "patch configmap istio-ca-root-cert -n trust-new --type=merge -p"
                                    + " {\"data\":{\"root-cert.pem\":\"mine\"}}");

            Waiting.until("it is put right", () -> told("trust-new").equals(authority));
        } finally {
            stage.kubectl().attempt("delete namespace trust-new --wait=false");
        }
    }

    private String told(String namespace) {
        return stage.kubectl()
                .run(
                        "get configmap istio-ca-root-cert --ignore-not-found -n "
                                + namespace
                                + " -o jsonpath={.data.root-cert\\.pem}");
    }

    @Test
    void aSidecarAsksWhereItIsTrustedAndNobodyElseIsAnswered() {
        try (Scene shop = stage.scene("trust", Stage.FIRST)) {
            shop.perform(Cast.server("reviews", "v1", 1, 9080, ""));
            JsonNode pod =
                    stage.kubectl().json("get pod %s -n trust".formatted(shop.pod("app=reviews")));
            String address = "istiod-" + Stage.FIRST + ".istio-system.svc:15012";
            assertThat(environment(pod, "PROXY_CONFIG")).contains("\"" + address + "\"");
            assertThat(environment(pod, "CA_ADDR")).isEqualTo(address);

            String refused =
                    shop.curl(
                                    "--insecure",
                                    "--http2",
                                    "--dump-header",
                                    "-",
                                    "--request",
                                    "POST",
                                    "--header",
                                    "content-type: application/grpc",
                                    "https://" + address + PATH)
                            .out();

            assertThat(refused).contains("HTTP/2 200", "grpc-status: 16", "no%20token");
        }
    }

    private static String environment(JsonNode pod, String name) {
        for (String kind : List.of("initContainers", "containers")) {
            for (JsonNode container : pod.path("spec").path(kind)) {
                for (JsonNode variable : container.path("env")) {
                    if (container.path("name").asText().equals("istio-proxy")
                            && variable.path("name").asText().equals(name)) {
                        return variable.path("value").asText();
                    }
                }
            }
        }
        return "";
    }
}
