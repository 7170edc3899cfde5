// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.e2e.stage.Cast;
import io.serin.e2e.stage.Crash;
import io.serin.e2e.stage.Kubectl;
import io.serin.e2e.stage.Load;
import io.serin.e2e.stage.Load.Counts;
import io.serin.e2e.stage.Scene;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import io.serin.e2e.stage.Waiting;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The control plane dies on the spot. Traffic does not notice, and what has changed catches up. */
@Story
class ControlPlaneCrashStoryIT {

    private final Stage stage;

    ControlPlaneCrashStoryIT(Stage stage) {
        this.stage = stage;
    }

    @Test
    void losesNoRequestAndServesChangesWithinFiveSecondsOfItsReturn() {
        Kubectl kubectl = stage.kubectl();
        try (Scene shop = stage.scene("crash", Stage.FIRST)) {
            shop.perform(Cast.reviews(2));
            shop.apply(Cast.route(Map.of("reviews-v1", 100, "reviews-v2", 0)));
            try (Load load = shop.load(shop.url("reviews", 9080, "/"), 200)) {
                Waiting.until("only v1 answers", () -> load.lastSecond().percent("v1") == 100);

                String pod = controlPlane(kubectl);
                int restarts = restarts(kubectl, pod);
                Crash.kill(kubectl, "istio-system", pod, "ControlPlaneMain");
                shop.apply(Cast.route(Map.of("reviews-v1", 0, "reviews-v2", 100)));
                Waiting.until("it is killed", () -> restarts(kubectl, pod) > restarts);
                Waiting.until("it is back", () -> isReady(kubectl, pod));

                Waiting.until(
                        "only v2 answers",
                        Duration.ofSeconds(5),
                        () -> load.lastSecond().percent("v2") == 100);
                Counts counts = load.stop();
                assertThat(counts.failed()).as(counts.lastFailure()).isZero();
                assertThat(counts.outstanding()).isZero();
            }
        }
    }

    private static String controlPlane(Kubectl kubectl) {
        return kubectl.run(
                "get pod -n istio-system -l app=istiod,istio.io/rev="
                        + Stage.FIRST
                        + " -o jsonpath={.items[0].metadata.name}");
    }

    private static int restarts(Kubectl kubectl, String pod) {
        return kubectl.json("get pod -n istio-system " + pod)
                .at("/status/containerStatuses/0/restartCount")
                .asInt();
    }

    private static boolean isReady(Kubectl kubectl, String pod) {
        return kubectl.json("get pod -n istio-system " + pod)
                .at("/status/containerStatuses/0/ready")
                .asBoolean();
    }
}
