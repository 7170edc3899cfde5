// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.e2e.cluster.Program.Ended;
import io.serin.e2e.stage.Cast;
import io.serin.e2e.stage.Load;
import io.serin.e2e.stage.Scene;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** A tag was pointed to a bad revision, the pods follow it, and both go back by themselves. */
@Story
@Order(3)
class FollowedTagStoryIT {

    private static final String TAG = "followed";

    /** Its webhook answers, and its proxies never reach it. */
    private static final String BAD = "1-3";

    private final Stage stage;

    FollowedTagStoryIT(Stage stage) {
        this.stage = stage;
    }

    @AfterEach
    void remove() {
        stage.serin().attempt("tag remove " + TAG + " --yes");
        stage.uninstall(BAD);
    }

    @Test
    void tagAndPodsGoBackWithoutLosingARequest() {
        stage.install(BAD);
        stage.kubectl()
                .run(
                        "patch service istiod-1-3 -n istio-system --type json -p"
                                + " [{\"op\":\"remove\",\"path\":\"/spec/ports/1\"}]");
        stage.serin().run("tag set " + TAG + " --revision " + Stage.FIRST + " --yes");
        try (Scene shop = stage.scene("follower", TAG)) {
            shop.perform(Cast.shop());
            stage.serin().run("tag set " + TAG + " --revision " + BAD + " --overwrite --yes");
            try (Load load = shop.load(shop.url("web", 8080, "/"))) {
                Ended ended =
                        stage.serin()
                                .attempt(
                                        "upgrade --to 1-3 --namespace follower --guard ready=20s"
                                                + " --on-failure rollback --yes");

                assertThat(ended.exit()).isOne();
                assertThat(ended.said())
                        .contains("if it goes back, tag followed: 1-3 -> 1-0")
                        .contains("went back");
                assertThat(shop.revisions().values()).containsOnly(Stage.FIRST);
                assertThat(
                                stage.kubectl()
                                        .json(
                                                "get mutatingwebhookconfiguration"
                                                        + " istio-revision-tag-followed")
                                        .at("/metadata/labels/istio.io~1rev")
                                        .asText())
                        .isEqualTo(Stage.FIRST);
                assertThat(
                                stage.kubectl()
                                        .json("get namespace follower")
                                        .at("/metadata/labels/istio.io~1rev")
                                        .asText())
                        .isEqualTo(TAG);
                Load.Counts counts = load.stop();
                assertThat(counts.failed()).as(counts.lastFailure()).isZero();
            }
        }
    }
}
