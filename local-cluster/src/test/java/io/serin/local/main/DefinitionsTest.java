// SPDX-License-Identifier: Apache-2.0
package io.serin.local.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.Json;
import io.serin.local.api.ApiFault;
import io.serin.local.api.ClusterApi;
import io.serin.local.api.Meta;
import io.serin.local.api.Resource;
import io.serin.local.api.Resources;
import io.serin.local.serve.ApiServer;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a cluster serves from its start. */
class DefinitionsTest {

    private static final Path ROUTES = Path.of("../deploy/local-cluster/httproutes.yaml");

    @TempDir private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final ApiServer server =
            new ApiServer(
                    vertx,
                    Clock.systemUTC(),
                    new ApiServer.Settings(List.of("localhost"), List.of("127.0.0.1"), List.of()),
                    new LatePodAccess());
    private final ClusterApi api = server.api("test");

    @AfterEach
    void stop() {
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private List<String> defined() {
        return api.list(Resources.CUSTOM_RESOURCE_DEFINITIONS, "", (ObjectNode _) -> true).stream()
                .map(Meta::name)
                .toList();
    }

    @Test
    void aFolderIsReadAndOtherKindsArePassedOver() throws IOException {
        Files.copy(ROUTES, folder.resolve("routes.yaml"));
        Files.writeString(
                folder.resolve("more.yaml"),
                """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicy
                metadata: {name: safe-upgrades}
                ---
                # nothing
                """);

        Definitions.create(folder, api);

        assertThat(defined()).containsExactly("httproutes.gateway.networking.k8s.io");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "backendRefs: [{name: s, port: 80, weight: -1}] | spec.rules[0].backendRefs[0].weight"
                        + " in body should be greater than or equal to 0",
                "filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: a,"
                        + " value: b}, {name: a, value: c}]}}] |"
                        + " spec.rules[0].filters[0].requestHeaderModifier.set[1]: Duplicate value:"
                        + " {\"name\":\"a\"}",
                "matches: [{headers: [{name: a, value: b}, {name: a, value: c}]}] |"
                        + " spec.rules[0].matches[0].headers[1]: Duplicate value: {\"name\":\"a\"}",
                "filters: [{type: Other}] | spec.rules[0].filters[0].type: Unsupported value: \"Other\"",
                "timeouts: {request: soon} | spec.rules[0].timeouts.request in body should match"
            })
    void aRouteIsHeldToItsSchema(String rule, String fault) throws IOException {
        Definitions.create(ROUTES, api);
        ObjectNode route =
                Json.object(
                        "{metadata: {name: r, namespace: default}, spec: {rules: [{"
                                + rule
                                + "}]}}");

        assertThatThrownBy(() ->
                        api.create(
                                new Resource(
                                        "gateway.networking.k8s.io",
                                        "v1",
                                        "HTTPRoute",
                                        "httproutes",
                                        true),
                                route))
                .isInstanceOfSatisfying(
                        ApiFault.class, refusal -> assertThat(refusal.code()).isEqualTo(422))
                .hasMessageContaining(fault);
    }

    @Test
    void whatCannotBeReadIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("broken.yaml"), "spec: [");

        assertThatThrownBy(() -> Definitions.create(file, api))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(file + ": ")
                .hasMessageContaining("expected: YAML");
        assertThatThrownBy(() -> Definitions.create(folder.resolve("absent"), api))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("absent")
                .hasMessageContaining("expected: a file or a folder");
    }

    /** The cluster came up without HTTPRoutes, and what wanted them failed later. */
    @Test
    void aPlaceWithoutDefinitionsIsRefused() throws IOException {
        Files.copy(ROUTES, folder.resolve("routes.json"));

        assertThatThrownBy(() -> Definitions.create(folder, api))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith(folder + ": no CustomResourceDefinition (expected: ");
    }

    @Test
    void aDefinitionThatKubernetesWouldRefuseIsRefused() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("wrong.yaml"),
                        Files.readString(ROUTES).replace("plural: httproutes", "plural: others"));

        assertThatThrownBy(() -> Definitions.create(file, api))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("httproutes.gateway.networking.k8s.io");
        assertThat(defined()).isEmpty();
    }
}
