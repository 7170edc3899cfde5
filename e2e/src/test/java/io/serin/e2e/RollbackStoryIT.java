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

/** The shop has moved to the new revision, and goes back: put the label back, restart. */
@Story
@Order(2)
class RollbackStoryIT {

    private final Stage stage;

    RollbackStoryIT(Stage stage) {
        this.stage = stage;
        stage.install(Stage.SECOND);
    }

    @Test
    void goesBackToTheOldRevisionWithoutLosingARequest() {
        try (Scene shop = stage.scene("rollback", Stage.SECOND)) {
            shop.perform(Cast.shop(3));
            assertThat(shop.revisions().values()).containsOnly(Stage.SECOND);
            try (Load load = shop.load(shop.url("web", 8080, "/"))) {
                shop.relabel(Stage.FIRST);
                shop.restart();
                assertThat(shop.revisions().values()).containsOnly(Stage.FIRST);
                load.awaitSeconds(3);

                Load.Counts counts = load.stop();
                assertThat(counts.failed()).as(counts.lastFailure()).isZero();
                assertThat(counts.outstanding()).isZero();
                assertThat(counts.succeeded()).isGreaterThan(1_000);
            }
        }
    }
}
