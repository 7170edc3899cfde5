// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.e2e.contract.Api.Watch;
import io.serin.e2e.stage.Kubectl;
import io.serin.e2e.stage.Waiting;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Watches, and which objects a list or a watch shows. */
@Contract
class WatchContractIT {

    private static final String DEFINITIONS =
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    private final Api api;

    WatchContractIT(Kubectl kubectl) {
        api = new Api(kubectl, "contract-watch");
    }

    @AfterAll
    void close() {
        api.delete(DEFINITIONS + "/novelties.contract.serin.io");
        api.close();
    }

    private void make(String name, String labels) {
        api.post(
                        api.core("configmaps"),
                        """
                        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "%s", "labels": {%s}}}
                        """
                                .formatted(name, labels))
                .orFail();
    }

    private void label(String name, String labels) {
        api.patch(
                        api.core("configmaps/" + name),
                        Api.MERGE,
                        "{\"metadata\": {\"labels\": {%s}}}".formatted(labels))
                .orFail();
    }

    @Test
    void aWatchFromAListGoesOnWhereItEnded() {
        make("before", "");
        String version = api.get(api.core("configmaps")).version();
        make("after", "");

        try (Watch watch = api.watch(api.core("configmaps?watch=1&resourceVersion=") + version)) {
            JsonNode event = watch.next();

            assertThat(event.path("type").asText()).isEqualTo("ADDED");
            assertThat(event.at("/object/metadata/name").asText()).isEqualTo("after");
        }
    }

    @Test
    void aWatchWithoutAVersionBeginsWithWhatIsThere() {
        make("present", "only: \"\"".replace("only:", "\"only\":"));

        try (Watch watch = api.watch(api.core("configmaps?watch=1&labelSelector=only"))) {
            assertThat(watch.next("ADDED", "present").at("/object/kind").asText())
                    .isEqualTo("ConfigMap");
        }
    }

    @Test
    void changesComeInTheirOrder() {
        String version = api.get(api.core("configmaps")).version();
        make("ordered", "");
        label("ordered", "\"n\": \"1\"");
        label("ordered", "\"n\": \"2\"");
        api.delete(api.core("configmaps/ordered")).orFail();

        try (Watch watch =
                api.watch(
                        api.core(
                                        "configmaps?watch=1&fieldSelector=metadata.name%3Dordered&resourceVersion=")
                                + version)) {
            assertThat(watch.next().path("type").asText()).isEqualTo("ADDED");
            assertThat(watch.next().at("/object/metadata/labels/n").asText()).isEqualTo("1");
            assertThat(watch.next().at("/object/metadata/labels/n").asText()).isEqualTo("2");
            assertThat(watch.next().path("type").asText()).isEqualTo("DELETED");
        }
    }

    @Test
    void whatComesToMatchIsAddedAndWhatCeasesIsDeleted() {
        make("shifting", "");
        try (Watch watch = api.watch(api.core("configmaps?watch=1&labelSelector=shift%3Din"))) {
            label("shifting", "\"shift\": \"in\"");
            watch.next("ADDED", "shifting");
            label("shifting", "\"shift\": \"out\"");
            assertThat(
                            watch.next("DELETED", "shifting")
                                    .at("/object/metadata/labels/shift")
                                    .isTextual())
                    .isTrue();
        }
    }

    @Test
    void aWatchEndsWhenItsTimeIsOver() {
        long start = System.nanoTime();

        api.kubectl()
                .run(
                        "get --raw /api/v1/namespaces/%s/configmaps?watch=1&timeoutSeconds=2&labelSelector=nothing"
                                .formatted(api.namespace()));

        assertThat((System.nanoTime() - start) / 1_000_000_000L).isBetween(1L, 30L);
    }

    @Test
    void aBookmarkEndsTheInitialEvents() {
        try (Watch watch =
                api.watch(
                        api.core(
                                "configmaps?watch=1&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"))) {
            JsonNode event = watch.next();
            while (!event.path("type").asText().equals("BOOKMARK")) {
                assertThat(event.path("type").asText()).isEqualTo("ADDED");
                event = watch.next();
            }
            assertThat(event.at("/object/metadata/annotations/k8s.io~1initial-events-end").asText())
                    .isEqualTo("true");
            assertThat(event.at("/object/metadata/resourceVersion").asText()).matches("[0-9]+");
        }
    }

    @Test
    void aBookmarkBeforeTheEndSaysHowFarAWatchIs() {
        String version = api.get(api.core("configmaps")).version();
        try (Watch watch =
                api.watch(
                        api.core(
                                        "configmaps?watch=1&allowWatchBookmarks=true&timeoutSeconds=6&labelSelector=nothing&resourceVersion=")
                                + version)) {
            make("unselected", "");
            long made =
                    Long.parseLong(api.get(api.core("configmaps/unselected")).orFail().version());

            JsonNode event = watch.next();

            assertThat(event.path("type").asText()).isEqualTo("BOOKMARK");
            JsonNode object = event.path("object");
            assertThat(object.path("kind").asText()).isEqualTo("ConfigMap");
            assertThat(object.path("apiVersion").asText()).isEqualTo("v1");
            assertThat(object.has("data")).isFalse();
            assertThat(object.at("/metadata/name").isMissingNode()).isTrue();
            assertThat(object.at("/metadata/resourceVersion").asLong())
                    .isGreaterThanOrEqualTo(made);
        }
    }

    @Test
    void aListOfAllNamespacesIsWatchedToo() {
        String version = api.get("/api/v1/configmaps").version();
        make("everywhere", "");

        try (Watch watch = api.watch("/api/v1/configmaps?watch=1&resourceVersion=" + version)) {
            watch.next("ADDED", "everywhere");
        }
    }

    /** Of a kind that has not been there that long: of others all may still be known. */
    @Test
    void aVersionOfLongAgoIsTooOld() {
        api.post(
                        DEFINITIONS,
                        """
                        {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
                         "metadata": {"name": "novelties.contract.serin.io"},
                         "spec": {"group": "contract.serin.io", "scope": "Cluster",
                          "names": {"kind": "Novelty", "plural": "novelties", "singular": "novelty", "listKind": "NoveltyList"},
                          "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object"}}}]}}
                        """)
                .orFail();
        String novelties = "/apis/contract.serin.io/v1/novelties";
        Waiting.until("the kind", () -> api.get(novelties).code() == 200);

        try (Watch watch = api.watch(novelties + "?watch=1&resourceVersion=1")) {
            JsonNode event = watch.next();

            assertThat(event.path("type").asText()).isEqualTo("ERROR");
            assertThat(event.at("/object/kind").asText()).isEqualTo("Status");
            assertThat(event.at("/object/code").asInt()).isEqualTo(410);
            assertThat(event.at("/object/reason").asText()).isEqualTo("Expired");
            assertThat(event.at("/object/message").asText())
                    .matches("too old resource version: 1 \\([0-9]+\\)");
        }
    }

    @Test
    void selectorsAreOfEqualityAndOfSets() {
        make("blue", "\"colour\": \"blue\", \"size\": \"s\"");
        make("red", "\"colour\": \"red\"");
        make("none", "\"size\": \"m\"");

        assertThat(named("colour%3Dblue")).containsExactly("blue");
        assertThat(named("colour%21%3Dblue,size")).containsExactly("none");
        assertThat(named("colour%20in%20(blue,red)")).containsExactly("blue", "red");
        assertThat(named("colour%20notin%20(blue),size")).containsExactly("none");
        assertThat(named("%21colour,size")).containsExactly("none");
        assertThat(named("colour,%21size")).containsExactly("red");
    }

    private java.util.List<String> named(String selector) {
        java.util.List<String> names = new java.util.ArrayList<>();
        api.get(api.core("configmaps?labelSelector=") + selector)
                .orFail()
                .body()
                .path("items")
                .forEach(item -> names.add(item.at("/metadata/name").asText()));
        return names;
    }

    @Test
    void aSelectorThatMakesNoSenseIsRefused() {
        assertThat(api.get(api.core("configmaps?labelSelector=a%20is%20b")).code()).isEqualTo(400);
        assertThat(api.get(api.core("pods?fieldSelector=spec.colour%3Dred")).code()).isEqualTo(400);
    }

    @Test
    void aTableIsWhatKubectlShows() {
        make("shown", "");

        String out = api.kubectl().run("get configmap shown --no-headers -n " + api.namespace());

        assertThat(out).matches("shown +0 +[0-9]+s");
    }
}
