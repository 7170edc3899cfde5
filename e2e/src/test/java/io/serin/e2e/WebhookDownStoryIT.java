// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.e2e.cluster.Program.Ended;
import io.serin.e2e.stage.Cast;
import io.serin.e2e.stage.Kubectl;
import io.serin.e2e.stage.Load;
import io.serin.e2e.stage.Scene;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import io.serin.e2e.stage.Waiting;
import org.junit.jupiter.api.Test;

/**
 * A revision has no control plane: what runs goes on, and its namespaces get no pod without a
 * sidecar by accident.
 */
@Story
class WebhookDownStoryIT {

    private final Stage stage;

    WebhookDownStoryIT(Stage stage) {
        this.stage = stage;
        stage.install(Stage.SECOND);
    }

    @Test
    void refusesPodsOfThatRevisionAndOnlyThoseAndLosesNoRequest() {
        Kubectl kubectl = stage.kubectl();
        try (Scene down = stage.scene("down", Stage.SECOND);
                Scene fine = stage.scene("fine", Stage.FIRST)) {
            down.perform(Cast.server("web", "v1", 1, 8080, "") + Cast.service("web", 8080));
            try (Load load = down.load(down.url("web", 8080, "/"))) {
                kubectl.run("scale deployment istiod-1-1 -n istio-system --replicas=0");
                try {
                    // Its endpoint is gone for long; were another one ready, so would it be.
                    load.awaitSeconds(8);
                    assertThat(attempt(kubectl, down).exit()).as("serves on").isZero();

                    kubectl.run(
                            "delete pods -n istio-system -l istio.io/rev=1-1 --grace-period=0 --force");
                    Waiting.until(
                            "its last pod is gone",
                            () ->
                                    kubectl.run(
                                                    "get pods -n istio-system -l istio.io/rev=1-1 -o name")
                                            .isEmpty());

                    Ended refused = attempt(kubectl, down);
                    assertThat(refused.exit()).isNotZero();
                    assertThat(refused.err())
                            .contains("rev.namespace.sidecar-injector.istio.io")
                            .contains("istiod-1-1");
                    assertThat(attempt(kubectl, fine).exit()).as("another revision").isZero();
                    assertThat(
                                    kubectl.attemptApply(pod(), "-n", "default", "--dry-run=server")
                                            .exit())
                            .as("no revision")
                            .isZero();
                    load.awaitSeconds(3);
                } finally {
                    kubectl.run("scale deployment istiod-1-1 -n istio-system --replicas=1");
                    kubectl.run(
                            "rollout status deployment/istiod-1-1 -n istio-system --timeout=60s");
                }
                Waiting.until("pods are let in again", () -> attempt(kubectl, down).exit() == 0);
                Load.Counts counts = load.stop();
                assertThat(counts.failed()).as(counts.lastFailure()).isZero();
                assertThat(counts.outstanding()).isZero();
            }
        }
    }

    private static Ended attempt(Kubectl kubectl, Scene scene) {
        return kubectl.attemptApply(pod(), "-n", scene.name(), "--dry-run=server");
    }

    private static String pod() {
        return Cast.visitor("visitor", "{app: visitor}");
    }
}
