// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.e2e.stage.Cast;
import io.serin.e2e.stage.Load;
import io.serin.e2e.stage.Scene;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import io.serin.e2e.stage.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Whose a route is: by its label its revision's or its tag's, else everybody's and the default's.
 */
@Story
@Order(3)
class RouteScopeStoryIT {

    private static final String VALIDATOR =
            "validatingwebhookconfiguration istiod-default-validator";
    private static final String TAG = "routes";
    private static final String TAGS_VALIDATOR =
            "validatingwebhookconfiguration istio-revision-tag-" + TAG;
    private static final String GOOD = Cast.route(Map.of("reviews-v1", 0, "reviews-v2", 100));
    private static final String BAD =
            Cast.route(Map.of("reviews-v1", 100))
                    .replace(
                            "    - backendRefs:",
                            """
                                - filters: [{type: ExtensionRef, extensionRef: {group: g, kind: K, name: any}}]
                                  backendRefs:\
                            """);

    private final Stage stage;

    RouteScopeStoryIT(Stage stage) {
        this.stage = stage;
        stage.install(Stage.SECOND);
    }

    @AfterEach
    void removeTags() {
        stage.serin().attempt("tag remove default --yes");
        stage.serin().attempt("tag remove " + TAG + " --yes");
    }

    @Test
    void theDefaultRevisionRefusesWhatHasNoLabelAndTheTagTakesThatAlong() {
        stage.awaitValidation(Stage.FIRST);
        stage.awaitValidation(Stage.SECOND);
        try (Scene routes = stage.scene("validated", Stage.FIRST)) {
            stage.serin().run("tag set default --revision " + Stage.FIRST + " --yes");
            isRefused(routes, BAD, "\"validation.istio.io\"");
            assertThat(validator(VALIDATOR).at("/webhooks/0/failurePolicy").asText())
                    .isEqualTo("Fail");

            stage.serin().run("tag set default --revision " + Stage.SECOND + " --overwrite --yes");
            JsonNode moved = validator(VALIDATOR);
            assertThat(moved.at("/metadata/labels/istio.io~1rev").asText()).isEqualTo(Stage.SECOND);
            assertThat(moved.at("/webhooks/0/clientConfig/service/name").asText())
                    .isEqualTo("istiod-" + Stage.SECOND);
            isRefused(routes, BAD, "\"validation.istio.io\"");
            isRefused(routes, labelled(BAD, Stage.FIRST), "\"rev.validation.istio.io\"");
            routes.apply(GOOD);

            stage.serin().run("tag undo default --yes");
            assertThat(validator(VALIDATOR).at("/webhooks/0/clientConfig/service/name").asText())
                    .isEqualTo("istiod-" + Stage.FIRST);
            routes.apply(GOOD);
            isRefused(routes, BAD, "\"validation.istio.io\"");

            stage.serin().run("tag remove default --yes");
            assertThat(stage.kubectl().attempt("get " + VALIDATOR).exit()).isNotZero();
            Waiting.until("nobody looks", () -> routes.attemptApply(BAD).exit() == 0);
        }
    }

    @Test
    void theTargetRefusesWhatNamesATagAndTheTagTakesThatAlong() {
        stage.awaitValidation(Stage.FIRST);
        stage.awaitValidation(Stage.SECOND);
        String bad = labelled(BAD, TAG);
        try (Scene routes = stage.scene("named", Stage.FIRST)) {
            stage.serin().run("tag set " + TAG + " --revision " + Stage.FIRST + " --yes");
            isRefused(routes, bad, "\"tag.validation.istio.io\"");

            stage.serin()
                    .run("tag set " + TAG + " --revision " + Stage.SECOND + " --overwrite --yes");
            JsonNode moved = validator(TAGS_VALIDATOR);
            assertThat(moved.at("/metadata/labels/istio.io~1rev").asText()).isEqualTo(Stage.SECOND);
            assertThat(moved.at("/webhooks/0/clientConfig/service/name").asText())
                    .isEqualTo("istiod-" + Stage.SECOND);
            assertThat(failurePolicy()).isEqualTo("Fail");
            stage.kubectl()
                    .run(
                            "patch "
                                    + TAGS_VALIDATOR
                                    + " --type=json -p"
                                    + " [{\"op\":\"replace\",\"path\":\"/webhooks/0/failurePolicy\","
                                    + "\"value\":\"Ignore\"}]");
            Waiting.until("it is proven", () -> failurePolicy().equals("Fail"));
            isRefused(routes, bad, "\"tag.validation.istio.io\"");
            routes.apply(labelled(GOOD, TAG));

            stage.serin().run("tag remove " + TAG + " --yes");
            assertThat(stage.kubectl().attempt("get " + TAGS_VALIDATOR).exit()).isNotZero();
            Waiting.until("nobody looks", () -> routes.attemptApply(bad).exit() == 0);
        }
    }

    @Test
    void aLabelledRouteConfiguresTheProxiesOfItsRevisionAlone() {
        try (Scene shop = stage.scene("scoped", Stage.FIRST)) {
            shop.perform(Cast.shop());
            shop.apply(Cast.route(Map.of("reviews-v1", 100)));
            try (Load load = shop.load(shop.url("reviews", 9080, "/"), 100)) {
                Waiting.until("only v1 answers", () -> load.lastSecond().percent("v1") == 100);

                shop.apply(labelled(GOOD, Stage.SECOND));
                Waiting.until(
                        "the other revision has taken it, and ours given it up",
                        () -> controllers(shop).equals(List.of("serin.io/" + Stage.SECOND)));
                Waiting.until(
                        "without a route all answer",
                        () ->
                                load.lastSecond().percent("v2") < 100
                                        && load.lastSecond().percent("v1") < 100);

                shop.apply(labelled(GOOD, Stage.FIRST));
                Waiting.until("only v2 answers", () -> load.lastSecond().percent("v2") == 100);
                assertThat(load.stop().failed()).isZero();
            }
        }
    }

    private void isRefused(Scene scene, String route, String by) {
        Waiting.until(
                "it is refused by " + by,
                () -> scene.attemptApply(route).err().contains("admission webhook " + by));
    }

    private String failurePolicy() {
        return validator(TAGS_VALIDATOR).at("/webhooks/0/failurePolicy").asText();
    }

    private JsonNode validator(String object) {
        return stage.kubectl().json("get " + object);
    }

    private List<String> controllers(Scene scene) {
        List<String> controllers = new ArrayList<>();
        for (JsonNode parent :
                stage.kubectl()
                        .json("get httproute reviews -n " + scene.name())
                        .at("/status/parents")) {
            controllers.add(parent.path("controllerName").asText());
        }
        return controllers;
    }

    private static String labelled(String route, String revision) {
        return route.replace(
                "  name: reviews\nspec:",
                "  name: reviews\n  labels: {istio.io/rev: \"" + revision + "\"}\nspec:");
    }
}
