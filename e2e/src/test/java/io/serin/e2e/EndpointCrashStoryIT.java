// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.e2e.stage.Cast;
import io.serin.e2e.stage.Crash;
import io.serin.e2e.stage.Load;
import io.serin.e2e.stage.Load.Counts;
import io.serin.e2e.stage.Scene;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import io.serin.e2e.stage.Waiting;
import org.junit.jupiter.api.Test;

/** One of several applications dies in the middle of its requests; others answer them. */
@Story
class EndpointCrashStoryIT {

    private final Stage stage;

    EndpointCrashStoryIT(Stage stage) {
        this.stage = stage;
    }

    @Test
    void losesNoRequestThatMayBeRetried() {
        try (Scene shop = stage.scene("endpoint", Stage.FIRST)) {
            shop.perform(Cast.server("reviews", "v1", 3, 9080, "") + Cast.service("reviews", 9080));
            // Slow enough that some are always in flight, in the pod that dies too.
            try (Load load = shop.load(shop.url("reviews", 9080, "/?delay=20"), 200)) {
                String victim = shop.pod("app=reviews");

                Crash.kill(stage.kubectl(), shop.name(), victim, "workload.server.Server");

                Waiting.until("it is back", () -> hasRestarted(shop, victim));
                load.awaitSeconds(3);
                Counts counts = load.stop();
                assertThat(counts.failed()).as(counts.lastFailure()).isZero();
                assertThat(counts.outstanding()).isZero();
            }
        }
    }

    private boolean hasRestarted(Scene shop, String pod) {
        var status =
                stage.kubectl()
                        .json("get pod %s -n %s".formatted(pod, shop.name()))
                        .at("/status/containerStatuses/0");
        return status.path("restartCount").asInt() == 1 && status.path("ready").asBoolean();
    }
}
