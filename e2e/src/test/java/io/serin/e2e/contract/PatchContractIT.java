// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.e2e.contract.Api.Answer;
import io.serin.e2e.stage.Kubectl;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The four ways to change a part of an object. */
@Contract
class PatchContractIT {

    private final Api api;

    PatchContractIT(Kubectl kubectl) {
        api = new Api(kubectl, "contract-patch");
    }

    @AfterAll
    void close() {
        api.close();
    }

    private String map(String name) {
        api.post(api.core("configmaps"), Shapes.configMap(name, "\"a\": \"1\", \"b\": \"2\""))
                .orFail();
        return api.core("configmaps/" + name);
    }

    private String deployment(String name) {
        api.post(api.apps("deployments"), Shapes.deployment(name, 0, "{}", "1", true)).orFail();
        return api.apps("deployments/" + name);
    }

    @Test
    void aMergePatchSetsAndRemoves() {
        Answer answer =
                api.patch(map("merge"), Api.MERGE, "{\"data\": {\"a\": null, \"c\": \"3\"}}");

        assertThat(answer.orFail().body().path("data").toString())
                .isEqualTo("{\"b\":\"2\",\"c\":\"3\"}");
    }

    @Test
    void aMergePatchReplacesLists() {
        String path = deployment("merge-list");

        Answer answer =
                api.patch(
                        path,
                        Api.MERGE,
                        """
                        {"spec": {"template": {"spec": {"containers": [{"name": "other", "image": "x"}]}}}}
                        """);

        assertThat(answer.orFail().body().at("/spec/template/spec/containers")).hasSize(1);
        assertThat(answer.body().at("/spec/template/spec/containers/0/name").asText())
                .isEqualTo("other");
    }

    @Test
    void aStrategicPatchMergesListsByTheirKey() {
        String path = deployment("strategic");

        Answer answer =
                api.patch(
                        path,
                        Api.STRATEGIC,
                        """
                        {"spec": {"template": {"spec": {"containers": [
                          {"name": "main", "env": [{"name": "MORE", "value": "x"}]},
                          {"name": "second", "image": "y"}]}}}}
                        """);

        JsonNode containers = answer.orFail().body().at("/spec/template/spec/containers");
        assertThat(containers).hasSize(2);
        JsonNode main =
                containers.at("/0/name").asText().equals("main")
                        ? containers.path(0)
                        : containers.path(1);
        assertThat(main.path("image").asText()).startsWith("serin-workload");
        assertThat(main.path("env")).hasSize(2);
    }

    @Test
    void aStrategicPatchDeletesFromAList() {
        String path = deployment("strategic-delete");

        Answer answer =
                api.patch(
                        path,
                        Api.STRATEGIC,
                        """
                        {"spec": {"template": {"spec": {"containers": [
                          {"name": "main", "env": [{"name": "VERSION", "$patch": "delete"}]}]}}}}
                        """);

        assertThat(answer.orFail().body().at("/spec/template/spec/containers/0/env")).isEmpty();
    }

    @Test
    void aJsonPatchTestsBeforeItChanges() {
        String path = map("tested");

        Answer answer =
                api.patch(
                        path,
                        Api.JSON_PATCH,
                        """
                        [{"op": "test", "path": "/data/a", "value": "other"},
                         {"op": "remove", "path": "/data/b"}]
                        """);

        assertThat(answer.code()).isEqualTo(422);
        assertThat(api.get(path).body().path("data")).hasSize(2);
    }

    @Test
    void aJsonPatchAddsReplacesAndRemoves() {
        Answer answer =
                api.patch(
                        map("json"),
                        Api.JSON_PATCH,
                        """
                        [{"op": "add", "path": "/metadata/labels", "value": {}},
                         {"op": "add", "path": "/metadata/labels/serin.io~1x", "value": "y"},
                         {"op": "replace", "path": "/data/a", "value": "9"},
                         {"op": "remove", "path": "/data/b"}]
                        """);

        assertThat(answer.orFail().body().path("data").toString()).isEqualTo("{\"a\":\"9\"}");
        assertThat(answer.body().at("/metadata/labels/serin.io~1x").asText()).isEqualTo("y");
    }

    @Test
    void aPatchWithAnOldVersionIsAConflict() {
        String path = map("old");
        String version = api.get(path).version();
        api.patch(path, Api.MERGE, "{\"data\": {\"a\": \"2\"}}").orFail();

        Answer answer =
                api.patch(
                        path,
                        Api.MERGE,
                        "{\"metadata\": {\"resourceVersion\": \"%s\"}, \"data\": {\"a\": \"3\"}}"
                                .formatted(version));

        assertThat(answer.code()).isEqualTo(409);
    }

    @Test
    void applyMakesAndOwnsFields() {
        String path = api.core("configmaps/applied?fieldManager=one");
        String first =
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: applied}, data: {a: '1', b: '2'}}";
        String second =
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: applied}, data: {b: '3'}}";

        assertThat(api.patch(path, Api.APPLY, first).code()).isEqualTo(201);
        Answer again = api.patch(path, Api.APPLY, second).orFail();

        assertThat(again.body().path("data").toString()).isEqualTo("{\"b\":\"3\"}");
    }

    @Test
    void applyRefusesAnothersFieldsUnlessForced() {
        String first =
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: disputed}, data: {a: '1'}}";
        String second = first.replace("'1'", "'2'");
        api.patch(api.core("configmaps/disputed?fieldManager=one"), Api.APPLY, first).orFail();

        Answer refused =
                api.patch(api.core("configmaps/disputed?fieldManager=two"), Api.APPLY, second);
        Answer forced =
                api.patch(
                        api.core("configmaps/disputed?fieldManager=two&force=true"),
                        Api.APPLY,
                        second);

        assertThat(refused.code()).isEqualTo(409);
        assertThat(refused.message()).contains("conflict with \"one\"").contains(".data.a");
        assertThat(forced.orFail().body().at("/data/a").asText()).isEqualTo("2");
    }

    @Test
    void applyLeavesAloneWhatOthersWrote() {
        String path = map("shared");
        String applied =
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: shared, labels: {x: z}}}";

        Answer answer = api.patch(path + "?fieldManager=one", Api.APPLY, applied).orFail();

        assertThat(answer.body().path("data")).hasSize(2);
        assertThat(answer.body().at("/metadata/labels/x").asText()).isEqualTo("z");
    }

    @Test
    void aPatchOfAnUnknownTypeIsRefused() {
        Answer answer = api.patch(map("typed"), "text/plain", "{}");

        assertThat(answer.code()).isEqualTo(415);
    }
}
