// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.serin.e2e.cluster.Program.Ended;
import io.serin.e2e.stage.Cast;
import io.serin.e2e.stage.Load;
import io.serin.e2e.stage.Load.Counts;
import io.serin.e2e.stage.Scene;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import io.serin.e2e.stage.Waiting;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Routes that cannot be served: the route's status says why, and others do not suffer. */
@Story
class BadRouteStoryIT {

    private final Stage stage;

    BadRouteStoryIT(Stage stage) {
        this.stage = stage;
    }

    @Test
    void saysWhatIsWrongAndKeepsToWhatWasRight() {
        try (Scene shop = stage.scene("badroute", Stage.FIRST)) {
            shop.perform(Cast.reviews(1));
            shop.apply(Cast.route(Map.of("reviews-v1", 100, "reviews-v2", 0)));
            try (Load load = shop.load(shop.url("reviews", 9080, "/"), 200)) {
                Waiting.until("only v1 answers", () -> load.lastSecond().percent("v1") == 100);

                keepsTheOldSplitWhenAFilterIsNotSupported(shop, load);
                refusesANegativeWeight(shop, load);
                Counts untouched = load.since(0);
                assertThat(untouched.failed()).as(untouched.lastFailure()).isZero();

                answers500ForTheShareOfAMissingBackend(shop, load);
                answers500WhenAllWeightsAreZero(shop);
            }
        }
    }

    private void keepsTheOldSplitWhenAFilterIsNotSupported(Scene shop, Load load) {
        String mirrored =
                Cast.route(Map.of("reviews-v1", 0, "reviews-v2", 100))
                        .replace(
                                "    - backendRefs:",
                                """
                                    - filters:
                                        - type: RequestMirror
                                          requestMirror:
                                            backendRef: {name: reviews-v2, port: 9080}
                                      backendRefs:\
                                """);
        shop.apply(mirrored);

        Waiting.until(
                "the route is refused in its status",
                () -> "False".equals(condition(shop, "Accepted").path("status").asText()));
        assertThat(condition(shop, "Accepted").path("reason").asText())
                .isEqualTo("UnsupportedValue");
        assertThat(condition(shop, "Accepted").path("message").asText()).contains("RequestMirror");
        int mark = load.mark();
        load.awaitSeconds(2);
        assertThat(load.since(mark).percent("v1")).isEqualTo(100);
    }

    private void refusesANegativeWeight(Scene shop, Load load) {
        Ended refused = shop.attemptApply(Cast.route(Map.of("reviews-v1", -1, "reviews-v2", 100)));

        assertThat(refused.exit()).isNotZero();
        assertThat(refused.err()).contains("weight");
        int mark = load.mark();
        load.awaitSeconds(1);
        assertThat(load.since(mark).percent("v1")).isEqualTo(100);
    }

    private void answers500ForTheShareOfAMissingBackend(Scene shop, Load load) {
        shop.apply(Cast.route(Map.of("reviews-v1", 50, "reviews-v9", 50)));

        Waiting.until(
                "the status says what is missing",
                () -> "False".equals(condition(shop, "ResolvedRefs").path("status").asText()));
        assertThat(condition(shop, "ResolvedRefs").path("reason").asText())
                .isEqualTo("BackendNotFound");
        assertThat(condition(shop, "ResolvedRefs").path("message").asText()).contains("reviews-v9");
        Waiting.until("half fails", () -> load.lastSecond().failed() > 50);
        int mark = load.mark();
        load.awaitSeconds(5);
        Counts counts = load.since(mark);
        assertThat(100.0 * counts.succeeded() / (counts.succeeded() + counts.failed()))
                .isCloseTo(50, within(6.0));
        assertThat(counts.lastFailure()).contains("status 500");
    }

    private void answers500WhenAllWeightsAreZero(Scene shop) {
        shop.apply(Cast.route(Map.of("reviews-v1", 0, "reviews-v2", 0)));

        Waiting.until(
                "every request is answered with 500",
                () ->
                        shop.curl("--include", shop.url("reviews", 9080, "/"))
                                .out()
                                .startsWith("HTTP/1.1 500"));
        assertThat(shop.curl("--include", shop.url("reviews", 9080, "/")).out())
                .contains("x-serin-error: SRN2");
    }

    private JsonNode condition(Scene shop, String type) {
        for (JsonNode parent :
                stage.kubectl()
                        .json("get httproute reviews -n " + shop.name())
                        .at("/status/parents")) {
            if (parent.path("controllerName").asText().equals("serin.io/" + Stage.FIRST)) {
                for (JsonNode condition : parent.path("conditions")) {
                    if (condition.path("type").asText().equals(type)) {
                        return condition;
                    }
                }
            }
        }
        return MissingNode.getInstance();
    }
}
