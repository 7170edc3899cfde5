// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.e2e.stage.Cast;
import io.serin.e2e.stage.Load;
import io.serin.e2e.stage.Scene;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * A second revision comes beside the first, the shop moves to it and back, by its label and
 * restarts alone, and no request is lost on either way.
 */
@Story
@Order(1)
class CanaryUpgradeStoryIT {

    private final Stage stage;

    CanaryUpgradeStoryIT(Stage stage) {
        this.stage = stage;
    }

    @Test
    void movesToANewRevisionAndBackWithoutLosingARequest() {
        try (Scene shop = stage.scene("canary", Stage.FIRST)) {
            shop.perform(Cast.shop(3));
            try (Load load = shop.load(shop.url("web", 8080, "/"))) {
                stage.install(Stage.SECOND);
                assertThat(shop.revisions().values())
                        .as("installing moves nothing")
                        .containsOnly(Stage.FIRST);

                shop.relabel(Stage.SECOND);
                load.awaitSeconds(2);
                assertThat(shop.revisions().values())
                        .as("neither does a label")
                        .containsOnly(Stage.FIRST);

                shop.restart();
                assertThat(shop.revisions().values())
                        .as("a restart does")
                        .containsOnly(Stage.SECOND);
                load.awaitSeconds(3);
                assertThat(stage.serin().run("proxy status")).contains(Stage.SECOND);

                shop.relabel(Stage.FIRST);
                shop.restart();
                assertThat(shop.revisions().values())
                        .as("and back with the label")
                        .containsOnly(Stage.FIRST);
                load.awaitSeconds(3);

                Load.Counts counts = load.stop();
                assertThat(counts.failed()).as(counts.lastFailure()).isZero();
                assertThat(counts.outstanding()).isZero();
                assertThat(counts.succeeded()).isGreaterThan(2_000);
            }
        }
    }
}
