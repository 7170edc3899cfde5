// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.e2e.cluster.Program.Ended;
import io.serin.e2e.stage.Cast;
import io.serin.e2e.stage.Load;
import io.serin.e2e.stage.Scene;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import io.serin.e2e.stage.Waiting;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** One command moves the shop, one brings it back, and a bad revision is found out in time. */
@Story
@Order(3)
class GuardedUpgradeStoryIT {

    /** Its webhook answers, and its proxies never reach it. */
    private static final String BAD = "1-2";

    private final Stage stage;

    GuardedUpgradeStoryIT(Stage stage) {
        this.stage = stage;
        stage.install(Stage.SECOND);
    }

    @Test
    void goesOnWhereItWasKilledAndComesBackWithoutLosingARequest() throws InterruptedException {
        try (Scene shop = stage.scene("guarded", Stage.FIRST)) {
            shop.perform(Cast.shop());
            JsonNode before = marks(shop);
            try (Load load = shop.load(shop.url("web", 8080, "/"))) {
                Process killed = stage.serin().start("upgrade --to 1-1 --namespace guarded --yes");
                Waiting.until(
                        "the first pod on " + Stage.SECOND,
                        () -> shop.revisions().containsValue(Stage.SECOND));
                killed.destroyForcibly().waitFor();
                assertThat(shop.revisions().values())
                        .as("it was in the middle of it")
                        .contains(Stage.FIRST);

                String resumed = stage.serin().run("upgrade --to 1-1 --namespace guarded --yes");
                assertThat(resumed).contains("(goes on)").contains("is done: on revision 1-1");
                assertThat(shop.revisions().values()).containsOnly(Stage.SECOND);
                assertThat(stage.serin().run("upgrade --to 1-1 --namespace guarded --yes"))
                        .startsWith("nothing to do");

                stage.serin().run("rollback --yes");
                assertThat(shop.revisions().values()).containsOnly(Stage.FIRST);
                assertThat(marks(shop)).isEqualTo(before);
                load.awaitSeconds(3);

                Load.Counts counts = load.stop();
                assertThat(counts.failed()).as(counts.lastFailure()).isZero();
                assertThat(counts.outstanding()).isZero();
                assertThat(counts.succeeded()).isGreaterThan(1_000);
            }
        }
    }

    @Test
    void aBadRevisionStopsAtItsFirstWorkloadAndAllGoesBack() {
        stage.install(BAD);
        stage.kubectl()
                .run(
                        "patch service istiod-1-2 -n istio-system --type json -p"
                                + " [{\"op\":\"remove\",\"path\":\"/spec/ports/1\"}]");
        try (Scene shop = stage.scene("bad", Stage.FIRST)) {
            shop.perform(Cast.shop());
            try (Load load = shop.load(shop.url("web", 8080, "/"))) {
                Ended ended =
                        stage.serin()
                                .attempt(
                                        "upgrade --to 1-2 --namespace bad --guard ready=20s"
                                                + " --on-failure rollback --yes");

                assertThat(ended.exit()).isOne();
                assertThat(ended.said())
                        .contains("stopped in namespace bad: Deployment/reviews-v1")
                        .contains("went back")
                        .doesNotContain("restarts Deployment/web");
                assertThat(shop.revisions().values()).containsOnly(Stage.FIRST);
                Load.Counts counts = load.stop();
                assertThat(counts.failed()).as(counts.lastFailure()).isZero();
            }
        }
        stage.uninstall(BAD).orFail();
    }

    @Test
    void halfOfItInCrashLoopBackOffHoldsNothingUp() {
        try (Scene shop = stage.scene("halfdown", Stage.FIRST)) {
            shop.perform(Cast.server("web", "v1", 1, 8080, ""));
            shop.apply(crashing());
            Waiting.until(
                    "a pod that crashes again and again",
                    () ->
                            stage.kubectl()
                                    .run("get pods -n halfdown -l app=broken")
                                    .contains("CrashLoopBackOff"));

            String moved = stage.serin().run("upgrade --to 1-1 --namespace halfdown --yes");

            assertThat(moved).contains("restart Deployment/broken (not healthy before");
            assertThat(shop.revisions()).containsEntry(shop.pod("app=web"), Stage.SECOND);
            assertThat(shop.revisions().values()).contains(Stage.SECOND);

            stage.serin().run("rollback --namespace halfdown --yes");
            assertThat(shop.revisions()).containsEntry(shop.pod("app=web"), Stage.FIRST);
        }
    }

    private JsonNode marks(Scene scene) {
        JsonNode metadata = stage.kubectl().json("get namespace " + scene.name()).path("metadata");
        JsonNode labels = metadata.path("labels");
        assertThat(metadata.path("annotations").has("serin.io/rollout")).isFalse();
        return labels;
    }

    private static String crashing() {
        return """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: broken
        spec:
          replicas: 1
          selector:
            matchLabels: {app: broken}
          template:
            metadata:
              labels: {app: broken}
              annotations:
                sidecar.istio.io/proxyCPU: 20m
            spec:
              terminationGracePeriodSeconds: 2
              containers:
                - name: broken
                  image: serin-workload:0.1.0
                  command: ["false"]
        """;
    }
}
