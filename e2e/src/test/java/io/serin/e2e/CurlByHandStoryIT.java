// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.e2e.stage.Cast;
import io.serin.e2e.stage.Scene;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import io.serin.e2e.stage.Waiting;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Someone opens a shell in a pod and types curl: that goes through the mesh like all else. */
@Story
class CurlByHandStoryIT {

    private final Stage stage;

    CurlByHandStoryIT(Stage stage) {
        this.stage = stage;
    }

    @Test
    void followsTheRouteAndSpeaksOfItsErrors() {
        try (Scene shop = stage.scene("curl", Stage.FIRST)) {
            shop.perform(Cast.shop(1));
            // By the Service alone, v1 would answer as often.
            shop.apply(Cast.route(Map.of("reviews-v1", 0, "reviews-v2", 100)));

            followsTheRoute(shop);
            refusesWhatTwoServersCouldReadDifferently(shop);
        }
    }

    private void followsTheRoute(Scene shop) {
        String reviews = shop.url("reviews", 9080, "/");
        Waiting.until("v2 answers", () -> shop.curl(reviews).out().contains("\"v2\""));
        for (int i = 0; i < 10; i++) {
            assertThat(shop.curl(reviews).out()).contains("\"version\":\"v2\"");
        }
        assertThat(shop.curl("--include", shop.url("web", 8080, "/")).out())
                .containsIgnoringCase("x-version: web-v1,reviews-v2");
    }

    private void refusesWhatTwoServersCouldReadDifferently(Scene shop) {
        String reviews = shop.url("reviews", 9080, "/");
        String twoLengths =
                """
                exec 3<>/dev/tcp/reviews.%s/9080; \
                printf 'POST / HTTP/1.1\\r\\nhost: reviews\\r\\ncontent-length: 2\\r\\ncontent-length: 3\\r\\n\\r\\n{}' >&3; \
                timeout 5 cat <&3\
                """
                        .formatted(shop.name());
        assertThat(shop.inVisitor("bash -c", twoLengths).out())
                .startsWith("HTTP/1.1 400")
                .contains("x-serin-error: SRN1");

        assertThat(
                        shop.curl("--include", "--header", "x-long: " + "a".repeat(70_000), reviews)
                                .out())
                .startsWith("HTTP/1.1 431")
                .contains("x-serin-error: SRN1");

        assertThat(shop.curl(reviews).out()).as("and goes on").contains("\"v2\"");
    }
}
