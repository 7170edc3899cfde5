// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.e2e.stage.Cast;
import io.serin.e2e.stage.Kubectl;
import io.serin.e2e.stage.Scene;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import io.serin.e2e.stage.Waiting;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Garbage arrives at the control plane's ports; it answers or hangs up, and serves on. */
@Story
class ControlPlaneNoiseStoryIT {

    private final Stage stage;
    private final Kubectl kubectl;

    ControlPlaneNoiseStoryIT(Stage stage) {
        this.stage = stage;
        this.kubectl = stage.kubectl();
    }

    @Test
    void survivesTruncatedFramesAndReviewsThatAreNone() {
        try (Scene shop = stage.scene("noise", Stage.FIRST)) {
            shop.perform(Cast.shop());
            shop.apply(Cast.route(Map.of("reviews-v1", 100, "reviews-v2", 0)));
            String reviews = shop.url("reviews", 9080, "/");
            Waiting.until("v1 answers", () -> shop.curl(reviews).out().contains("\"v1\""));
            int restarts = restarts();

            // An HTTP/2 preface with a frame that promises more than comes, and plain noise.
            for (String bytes :
                    new String[] {
                        "PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n\\x00\\x40\\x00\\x00\\x00",
                        "GET / HTTP/1.1\\r\\n\\r\\n",
                        "\\xff\\xff\\xff\\xff\\x00\\x00"
                    }) {
                shop.inVisitor(
                        "bash -c",
                        "for port in 15010 15012; do printf '"
                                + bytes
                                + "' > /dev/tcp/istiod-1-0.istio-system/$port; done");
            }
            JsonNode answer =
                    Kubectl.parse(
                            shop.curl(
                                            "--insecure",
                                            "--header",
                                            "content-type: application/json",
                                            "--data",
                                            "{\"kind\":\"Pod\"}",
                                            "https://istiod-1-0.istio-system/inject")
                                    .out());
            assertThat(answer.at("/response/allowed").asBoolean(true)).isFalse();
            assertThat(answer.at("/response/status/message").asText()).isNotEmpty();

            shop.apply(Cast.route(Map.of("reviews-v1", 0, "reviews-v2", 100)));
            Waiting.until("v2 answers", () -> shop.curl(reviews).out().contains("\"v2\""));
            assertThat(restarts()).isEqualTo(restarts);
        }
    }

    private int restarts() {
        return kubectl.json("get pods -n istio-system -l app=istiod,istio.io/rev=1-0")
                .at("/items/0/status/containerStatuses/0/restartCount")
                .asInt();
    }
}
