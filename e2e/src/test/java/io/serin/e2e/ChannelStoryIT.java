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
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * A namespace names a channel, and that is all that anybody does: newer revisions are installed,
 * its pods follow, and where they don't do well they come back.
 */
@Story
@Order(3)
class ChannelStoryIT {

    private static final String TAG = "asm-managed-rapid";
    private static final String OBJECT = "configmap istio-channel-rapid -n istio-system";
    private static final String OLD = "ch-0";
    private static final String NEW = "ch-1";

    /** Its webhook answers, and its proxies never reach it. */
    private static final String BAD = "ch-2";

    private final Stage stage;

    ChannelStoryIT(Stage stage) {
        this.stage = stage;
    }

    @AfterEach
    void uninstall() {
        List<String> revisions = List.of(OLD, NEW, BAD);
        stage.kubectl().attempt("annotate " + OBJECT + " --overwrite serin.io/channel-paused=true");
        for (String revision : revisions) {
            if (stage.kubectl()
                            .attempt("get deployment istiod-" + revision + " -n istio-system")
                            .exit()
                    == 0) {
                stage.serin().attempt("install --revision " + revision + " --set channel=none");
            }
        }
        stage.serin().attempt("tag remove " + TAG + " --yes");
        revisions.forEach(revision ->
                stage.serin().attempt("uninstall --revision " + revision + " --force -y"));
    }

    @Test
    void movesByItselfAndComesBackFromABadRevisionWithoutLosingARequest() {
        install(OLD);
        awaitChannel("CURRENT", OLD);
        try (Scene shop = stage.scene("channelled", TAG)) {
            shop.perform(Cast.shop());
            assertThat(shop.revisions().values()).containsOnly(OLD);
            try (Load load = shop.load(shop.url("web", 8080, "/"))) {
                install(NEW);
                awaitChannel("CURRENT", NEW);
                assertThat(shop.revisions().values()).containsOnly(NEW);
                assertThat(stage.serin().run("tag list")).contains(TAG).contains("rapid: CURRENT");

                annotate("serin.io/channel-paused=true");
                annotate("serin.io/channel-guard=ready=30s");
                install(BAD);
                stage.kubectl()
                        .run(
                                "patch service istiod-"
                                        + BAD
                                        + " -n istio-system --type json -p"
                                        + " [{\"op\":\"remove\",\"path\":\"/spec/ports/1\"}]");
                annotate("serin.io/channel-paused=false");
                awaitChannel("STOPPED", NEW);

                assertThat(shop.revisions().values()).containsOnly(NEW);
                load.awaitSeconds(3);
                Load.Counts counts = load.stop();
                assertThat(counts.failed()).as(counts.lastFailure()).isZero();
                assertThat(counts.outstanding()).isZero();
                assertThat(counts.succeeded()).isGreaterThan(1_000);
            }
            JsonNode data = data();
            assertThat(data.path("reason").asText())
                    .startsWith("namespace channelled: Deployment/");
            assertThat(data.path("failed").asText()).startsWith(BAD + " ");
            assertThat(reasons("istio-system"))
                    .contains("ChannelMoving", "ChannelMoved", "ChannelStopped", "ChannelWentBack");
            assertThat(reasons("channelled")).contains("ChannelMoved", "ChannelWentBack");
            assertThat(stage.serin().attempt("check -o short").out())
                    .contains("tag-channel", "went back to revision " + NEW);
        }
    }

    private void install(String revision) {
        stage.serin().run("install --revision " + revision + " --set channel=rapid");
    }

    private void annotate(String annotation) {
        stage.kubectl().run("annotate " + OBJECT + " --overwrite " + annotation);
    }

    private JsonNode data() {
        return stage.kubectl().json("get " + OBJECT).path("data");
    }

    private void awaitChannel(String phase, String target) {
        Waiting.until(
                "channel rapid is " + phase + " on " + target,
                Duration.ofMinutes(4),
                () -> {
                    String text =
                            stage.kubectl()
                                    .run(
                                            "get "
                                                    + OBJECT
                                                    + " --ignore-not-found -o"
                                                    + " jsonpath={.data.phase}/{.data.target}");
                    return text.equals(phase + "/" + target);
                });
    }

    private String reasons(String namespace) {
        return stage.kubectl()
                .run("get events -n " + namespace + " -o jsonpath={.items[*].reason}");
    }
}
