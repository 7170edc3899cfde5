// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.serin.e2e.stage.Cast;
import io.serin.e2e.stage.Load;
import io.serin.e2e.stage.Load.Counts;
import io.serin.e2e.stage.Scene;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import io.serin.e2e.stage.Waiting;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An application's canary: an HTTPRoute moves traffic from one version to the next, and back. */
@Story
class TrafficSplitStoryIT {

    private static final int RATE = 1_000;
    private static final int REQUESTS = 5_000;

    private final Stage stage;

    TrafficSplitStoryIT(Stage stage) {
        this.stage = stage;
    }

    @Test
    void followsTheWeightsWithinTwoPercentAndLosesNothing() {
        try (Scene shop = stage.scene("split", Stage.FIRST)) {
            shop.perform(Cast.reviews(2));
            try (Load load = shop.load(shop.url("reviews", 9080, "/"), RATE)) {
                splits(shop, load, 100, 0);
                splits(shop, load, 90, 10);
                splits(shop, load, 50, 50);
                splits(shop, load, 0, 100);

                Counts counts = load.stop();
                assertThat(counts.failed()).as(counts.lastFailure()).isZero();
            }
        }
    }

    private void splits(Scene shop, Load load, int first, int second) {
        shop.apply(Cast.route(Map.of("reviews-v1", first, "reviews-v2", second)));
        Waiting.until(
                "a second with about " + first + "/" + second,
                () -> Math.abs(load.lastSecond().percent("v1") - first) < 15);
        // The next whole second is the first that has seen nothing but these weights.
        load.awaitSeconds(1);

        // Half and half scatters most: with 5 000 one run of 200 would be 2 % off by chance.
        long enough = first == second ? 2 * REQUESTS : REQUESTS;
        Counts counts = load.awaitAnswers(load.mark(), enough);
        assertThat(counts.percent("v1")).as("of " + counts).isCloseTo(first, within(2.0));
        assertThat(counts.percent("v2")).as("of " + counts).isCloseTo(second, within(2.0));
    }
}
