// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.e2e.contract.Api.Answer;
import io.serin.e2e.stage.Kubectl;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Objects: made, read, changed, refused, deleted. */
@Contract
class ObjectContractIT {

    private final Api api;

    ObjectContractIT(Kubectl kubectl) {
        api = new Api(kubectl, "contract-object");
    }

    @AfterAll
    void close() {
        api.close();
    }

    private Answer make(String name) {
        return api.post(api.core("configmaps"), Shapes.configMap(name, "\"a\": \"1\"")).orFail();
    }

    @Test
    void aNewObjectHasUidVersionAndTime() {
        JsonNode metadata = make("fresh").body().path("metadata");

        assertThat(metadata.path("uid").asText()).hasSize(36);
        assertThat(metadata.path("resourceVersion").asText()).matches("[0-9]+");
        assertThat(metadata.path("creationTimestamp").asText()).matches("[0-9-]+T[0-9:]+Z");
    }

    @Test
    void theSameNameAgainIsAConflict() {
        make("twice");

        Answer second = api.post(api.core("configmaps"), Shapes.configMap("twice", ""));

        assertThat(second.code()).isEqualTo(409);
        assertThat(second.reason()).isEqualTo("AlreadyExists");
        assertThat(second.message()).isEqualTo("configmaps \"twice\" already exists");
    }

    @Test
    void aGeneratedNameBeginsAsAsked() {
        String body =
                """
                {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "some-"}}
                """;

        String name =
                api.post(api.core("configmaps"), body)
                        .orFail()
                        .body()
                        .at("/metadata/name")
                        .asText();

        assertThat(name).matches("some-[bcdfghjklmnpqrstvwxz2456789]{5}");
    }

    @Test
    void whatIsNotThereIsNamed() {
        Answer answer = api.get(api.core("configmaps/nobody"));

        assertThat(answer.code()).isEqualTo(404);
        assertThat(answer.reason()).isEqualTo("NotFound");
        assertThat(answer.message()).isEqualTo("configmaps \"nobody\" not found");
        assertThat(answer.body().at("/details/name").asText()).isEqualTo("nobody");
    }

    @Test
    void anUpdateOfAnOldVersionIsAConflict() {
        JsonNode first = make("raced").body();
        api.put(api.core("configmaps/raced"), first.toString().replace("\"1\"", "\"2\"")).orFail();

        Answer second =
                api.put(api.core("configmaps/raced"), first.toString().replace("\"1\"", "\"3\""));

        assertThat(second.code()).isEqualTo(409);
        assertThat(second.reason()).isEqualTo("Conflict");
        assertThat(second.message()).contains("the object has been modified");
    }

    @Test
    void anUpdateThatChangesNothingKeepsTheVersion() {
        Answer first = make("same");

        Answer second = api.put(api.core("configmaps/same"), first.body().toString()).orFail();

        assertThat(second.version()).isEqualTo(first.version());
    }

    @Test
    void anUpdateWithoutAVersionWins() {
        make("careless");

        Answer answer =
                api.put(
                        api.core("configmaps/careless"),
                        Shapes.configMap("careless", "\"b\": \"2\""));

        assertThat(answer.orFail().body().path("data").toString()).isEqualTo("{\"b\":\"2\"}");
    }

    @Test
    void aNameThatIsNoDnsNameIsRefused() {
        Answer answer = api.post(api.core("configmaps"), Shapes.configMap("No_Name", ""));

        assertThat(answer.code()).isEqualTo(422);
        assertThat(answer.reason()).isEqualTo("Invalid");
        assertThat(answer.body().at("/details/causes/0/field").asText()).isEqualTo("metadata.name");
    }

    @Test
    void anObjectOfAnotherNamespaceIsRefused() {
        String body =
                """
                {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "namespace": "other"}}
                """;

        assertThat(api.post(api.core("configmaps"), body).code()).isEqualTo(400);
    }

    @Test
    void nothingIsMadeInANamespaceThatIsNotThere() {
        Answer answer =
                api.post(
                        "/api/v1/namespaces/contract-nowhere/configmaps",
                        Shapes.configMap("x", ""));

        assertThat(answer.code()).isEqualTo(404);
        assertThat(answer.message()).contains("contract-nowhere");
    }

    @Test
    void aDryRunChangesNothing() {
        api.post(api.core("configmaps") + "?dryRun=All", Shapes.configMap("dry", "")).orFail();

        assertThat(api.get(api.core("configmaps/dry")).code()).isEqualTo(404);
    }

    @Test
    void generationCountsChangesOfTheSpecOnly() {
        String body = Shapes.deployment("counted", 0, "{}", "1", true);
        long first =
                api.post(api.apps("deployments"), body)
                        .orFail()
                        .body()
                        .at("/metadata/generation")
                        .asLong();
        api.patch(
                        api.apps("deployments/counted"),
                        Api.MERGE,
                        "{\"metadata\": {\"labels\": {\"x\": \"y\"}}}")
                .orFail();
        long labelled =
                api.get(api.apps("deployments/counted")).body().at("/metadata/generation").asLong();
        long changed =
                api.patch(
                                api.apps("deployments/counted"),
                                Api.MERGE,
                                "{\"spec\": {\"minReadySeconds\": 1}}")
                        .body()
                        .at("/metadata/generation")
                        .asLong();

        assertThat(new long[] {first, labelled, changed}).containsExactly(1, 1, 2);
    }

    @Test
    void anObjectWithAFinalizerWaitsForIt() {
        String body =
                """
                {"apiVersion": "v1", "kind": "ConfigMap",
                 "metadata": {"name": "held", "finalizers": ["serin.io/contract"]}}
                """;
        api.post(api.core("configmaps"), body).orFail();
        api.delete(api.core("configmaps/held")).orFail();

        JsonNode held = api.get(api.core("configmaps/held")).orFail().body();
        assertThat(held.at("/metadata/deletionTimestamp").isTextual()).isTrue();

        api.patch(api.core("configmaps/held"), Api.MERGE, "{\"metadata\": {\"finalizers\": null}}")
                .orFail();
        assertThat(api.get(api.core("configmaps/held")).code()).isEqualTo(404);
    }

    @Test
    void theStatusIsWrittenByItsOwnPathOnly() {
        api.post(api.apps("deployments"), Shapes.deployment("two-paths", 0, "{}", "1", true))
                .orFail();
        JsonNode before =
                api.await(
                        api.apps("deployments/two-paths"),
                        d -> d.at("/status/observedGeneration").asLong() > 0);
        api.patch(
                        api.apps("deployments/two-paths"),
                        Api.MERGE,
                        "{\"status\": {\"collisionCount\": 77}}")
                .orFail();

        assertThat(before.at("/status").has("collisionCount")).isFalse();
        assertThat(
                        api.get(api.apps("deployments/two-paths"))
                                .body()
                                .at("/status/collisionCount")
                                .asInt())
                .isZero();
    }

    @Test
    void deletingWithAnotherUidIsAConflict() {
        make("precious");

        Answer answer =
                api.delete(
                        api.core("configmaps/precious"),
                        "{\"kind\": \"DeleteOptions\", \"apiVersion\": \"v1\", \"preconditions\":"
                                + " {\"uid\": \"00000000-0000-0000-0000-000000000000\"}}");

        assertThat(answer.code()).isEqualTo(409);
    }

    @Test
    void aListComesInPieces() {
        for (int i = 0; i < 5; i++) {
            make("page-" + i);
        }
        Answer first = api.get(api.core("configmaps?limit=2")).orFail();
        String next = first.body().at("/metadata/continue").asText();

        assertThat(first.body().path("items")).hasSize(2);
        assertThat(next).isNotEmpty();
        Answer second = api.get(api.core("configmaps?limit=2&continue=") + next).orFail();
        assertThat(second.body().at("/items/0/metadata/name").asText())
                .isGreaterThan(first.body().at("/items/1/metadata/name").asText());
    }

    @Test
    void unknownFieldsAreRefusedWhenAskedTo() {
        String body =
                """
                {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "odd"}, "dota": {}}
                """;

        Answer answer = api.post(api.core("configmaps?fieldValidation=Strict"), body);

        assertThat(answer.code()).isEqualTo(400);
        assertThat(answer.message()).contains("unknown field \"dota\"");
    }

    @Test
    void secretsTakeTextAndKeepBytes() {
        String body =
                """
                {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "secret"},
                 "stringData": {"key": "value"}}
                """;

        JsonNode secret = api.post(api.core("secrets"), body).orFail().body();

        assertThat(secret.at("/data/key").asText()).isEqualTo("dmFsdWU=");
        assertThat(secret.has("stringData")).isFalse();
        assertThat(secret.path("type").asText()).isEqualTo("Opaque");
    }
}
