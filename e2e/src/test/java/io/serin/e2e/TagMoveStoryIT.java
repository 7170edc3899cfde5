// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.e2e.cluster.Program.Ended;
import io.serin.e2e.stage.Cast;
import io.serin.e2e.stage.Load;
import io.serin.e2e.stage.Scene;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * A namespace names a tag, and the tag moves: what runs stays, what is made anew follows, and the
 * label is never touched.
 */
@Story
@Order(3)
class TagMoveStoryIT {

    private static final String TAG = "story";
    private static final String WEBHOOKS =
            "get mutatingwebhookconfiguration istio-revision-tag-" + TAG;

    private final Stage stage;

    TagMoveStoryIT(Stage stage) {
        this.stage = stage;
        stage.install(Stage.SECOND);
    }

    @AfterEach
    void removeTag() {
        stage.serin().attempt("tag remove " + TAG + " --yes");
    }

    @Test
    void movesWithItsTagAndBackWithoutLosingARequest() {
        stage.serin().run("tag set " + TAG + " --revision " + Stage.FIRST + " --yes");
        try (Scene shop = stage.scene("tagged", TAG)) {
            shop.perform(Cast.shop());
            assertThat(shop.revisions().values()).containsOnly(Stage.FIRST);
            try (Load load = shop.load(shop.url("web", 8080, "/"))) {
                assertThat(
                                stage.serin()
                                        .run(
                                                "tag set "
                                                        + TAG
                                                        + " --revision "
                                                        + Stage.SECOND
                                                        + " --overwrite --yes"))
                        .contains("what the next start of 6 pods brings changes");
                assertThat(shop.revisions().values())
                        .as("a move of the tag moves no pod")
                        .containsOnly(Stage.FIRST);

                shop.restart();
                assertThat(shop.revisions().values())
                        .as("a restart does")
                        .containsOnly(Stage.SECOND);

                stage.serin().run("tag undo " + TAG + " --yes");
                shop.restart();
                assertThat(shop.revisions().values()).containsOnly(Stage.FIRST);
                load.awaitSeconds(3);

                Load.Counts counts = load.stop();
                assertThat(counts.failed()).as(counts.lastFailure()).isZero();
                assertThat(counts.outstanding()).isZero();
            }
            assertThat(stage.serin().run("namespace show tagged"))
                    .contains("istio.io/rev=" + TAG)
                    .doesNotContain("NEEDS RESTART");
        }
    }

    @Test
    void isFilledByTheRevisionThatItPointsTo() {
        stage.serin().run("tag set " + TAG + " --revision " + Stage.FIRST + " --yes");
        String first = authority();
        stage.serin().run("tag set " + TAG + " --revision " + Stage.SECOND + " --overwrite --yes");

        JsonNode moved = stage.kubectl().json(WEBHOOKS);
        assertThat(moved.at("/metadata/labels/istio.io~1rev").asText()).isEqualTo(Stage.SECOND);
        assertThat(moved.at("/webhooks/0/clientConfig/service/name").asText())
                .isEqualTo("istiod-" + Stage.SECOND);
        assertThat(authority()).isNotEmpty().isNotEqualTo(first);
        assertThat(
                        stage.kubectl()
                                .run(
                                        "get service istiod-revision-tag-"
                                                + TAG
                                                + " -n istio-system -o"
                                                + " jsonpath={.spec.selector}"))
                .contains(Stage.SECOND);
    }

    @Test
    void aRevisionWithATagIsNotUninstalled() {
        stage.serin().run("tag set " + TAG + " --revision " + Stage.SECOND + " --yes");

        Ended refused = stage.serin().attempt("uninstall --revision " + Stage.SECOND + " -y");

        assertThat(refused.exit()).isNotZero();
        assertThat(refused.err()).contains("pointed to by tag " + TAG);
    }

    private String authority() {
        return stage.kubectl().json(WEBHOOKS).at("/webhooks/0/clientConfig/caBundle").asText("");
    }
}
