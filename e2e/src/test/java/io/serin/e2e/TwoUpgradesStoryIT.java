// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.e2e.cluster.Program.Ended;
import io.serin.e2e.stage.Cast;
import io.serin.e2e.stage.Scene;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import io.serin.e2e.stage.Waiting;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** While somebody moves a namespace nobody else does; who is interrupted lets it go. */
@Story
@Order(3)
class TwoUpgradesStoryIT {

    private final Stage stage;

    TwoUpgradesStoryIT(Stage stage) {
        this.stage = stage;
        stage.install(Stage.SECOND);
    }

    @Test
    void theSecondIsToldWhoIsAtItUntilThatIsInterrupted() throws InterruptedException {
        try (Scene shop = stage.scene("twice", Stage.FIRST)) {
            shop.perform(Cast.shop());
            Process first = stage.serin().start("upgrade --to 1-1 --namespace twice --yes");
            try {
                Waiting.until(
                        "the first pod on " + Stage.SECOND,
                        () -> shop.revisions().containsValue(Stage.SECOND));
                assertThat(annotations().has("serin.io/rollout-holder")).isTrue();

                Ended second = stage.serin().attempt("rollback --namespace twice --yes");

                assertThat(second.exit()).isOne();
                assertThat(second.said())
                        .contains("nothing was changed: namespace twice is being moved by ")
                        .contains(", process " + first.pid() + " since ");
            } finally {
                first.destroy();
            }
            assertThat(first.waitFor()).isNotZero();
            assertThat(annotations().has("serin.io/rollout-holder")).isFalse();

            stage.serin().run("rollback --namespace twice --yes");
            assertThat(shop.revisions().values()).containsOnly(Stage.FIRST);
            assertThat(annotations().has("serin.io/rollout")).isFalse();
        }
    }

    private JsonNode annotations() {
        return stage.kubectl().json("get namespace twice").at("/metadata/annotations");
    }
}
