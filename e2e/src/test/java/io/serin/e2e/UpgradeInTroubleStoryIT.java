// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.serin.e2e.stage.Cast;
import io.serin.e2e.stage.Load;
import io.serin.e2e.stage.Nodes;
import io.serin.e2e.stage.Scene;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import io.serin.e2e.stage.Waiting;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In the middle of an upgrade, what happens to clusters happens. */
@Story
class UpgradeInTroubleStoryIT {

    private static final String CONTROL_PLANES = "istio-system/app=istiod";

    private static final Duration MINUTES = Duration.ofMinutes(6);

    /** Requests per second while one worker starts all that two had, on the same two cores. */
    private static final int WHILE_A_NODE_IS_DRAINED = 20;

    private final Stage stage;
    private final Nodes nodes;

    UpgradeInTroubleStoryIT(Stage stage) {
        this.stage = stage;
        this.nodes = new Nodes(stage.kubectl());
    }

    @BeforeEach
    void needsNodesThatCanBeTakenAway() {
        assumeTrue(nodes.areContainers(), "the nodes are not containers of this machine's Docker");
        stage.install(Stage.SECOND);
    }

    @Test
    void aDrainedNodeLosesNoRequest() throws Exception {
        try (Scene shop = stage.scene("drained", Stage.FIRST)) {
            shop.perform(Cast.shop() + budget("web") + budget("reviews"));
            try (Load load = shop.load(shop.url("web", 8080, "/"), WHILE_A_NODE_IS_DRAINED)) {
                String node = nodes.workerWithout(shop.visitors() + "/app=client");
                Process upgrade = startUpgrade(shop);
                try {
                    assertThat(nodes.has(node, shop.name())).isTrue();
                    nodes.drain(node);
                    awaitEnd(upgrade);
                } finally {
                    nodes.uncordon(node);
                }

                assertThat(shop.revisions().values()).containsOnly(Stage.SECOND);
                Load.Counts counts = load.stop();
                assertThat(counts.failed()).as(counts.lastFailure()).isZero();
                assertThat(counts.outstanding()).isZero();
            }
        }
    }

    @Test
    void aKilledNodeHoldsItUpAndTrafficGoesOnWithoutIt() throws Exception {
        String node = nodes.workerWithout(CONTROL_PLANES + ",istio.io/rev=" + Stage.FIRST);
        try (Scene shop = stage.scene("killed", Stage.FIRST)) {
            shop.perform(Cast.shop());
            nodes.cordon(node);
            stage.kubectl().run("rollout restart deployment/istiod-1-1 -n istio-system");
            stage.kubectl()
                    .run("rollout status deployment/istiod-1-1 -n istio-system --timeout=60s");
            try (Load load = shop.load(shop.url("web", 8080, "/"))) {
                nodes.uncordon(node);
                Process upgrade = startUpgrade(shop);
                assertThat(nodes.has(node, shop.name())).isTrue();
                nodes.turnOff(node);
                try {
                    Waiting.until("it is missed", () -> !nodes.isReady(node));
                    load.awaitSeconds(2);
                    Waiting.until(
                            "traffic goes on without it", () -> load.lastSecond().failed() == 0);
                    // What was on its way when the power failed is lost, and hardly more.
                    assertThat(load.since(0).failed()).isLessThan(load.since(0).sent() / 20);
                } finally {
                    nodes.turnOn(node);
                }
                awaitEnd(upgrade);

                assertThat(shop.revisions().values()).containsOnly(Stage.SECOND);
                int well = load.mark();
                load.awaitSeconds(3);
                assertThat(load.since(well).failed()).isZero();
            }
        }
    }

    @Test
    void itWaitsForAnApiServerThatIsGoneForAMinute() throws Exception {
        try (Scene shop = stage.scene("headless", Stage.FIRST)) {
            shop.perform(Cast.shop());
            try (Load load = shop.load(shop.url("web", 8080, "/"))) {
                Process upgrade = startUpgrade(shop);
                nodes.takeApiServer();
                try {
                    // The client's seconds are in the log, which goes through the API server.
                    Thread.sleep(Duration.ofMinutes(1));
                } finally {
                    nodes.giveApiServerBack();
                }
                String said = awaitEnd(upgrade);
                load.followAgain();

                assertThat(said).contains("the API server does not answer");
                assertThat(shop.revisions().values()).containsOnly(Stage.SECOND);
                Load.Counts counts = load.stop();
                assertThat(counts.failed()).as(counts.lastFailure()).isZero();
            }
        }
    }

    /** Starts it, and returns when it is in the middle. */
    private Process startUpgrade(Scene shop) {
        Process upgrade = stage.serin().start("upgrade --to 1-1 --yes --namespace " + shop.name());
        Waiting.until(
                "the first pod on " + Stage.SECOND,
                () -> shop.revisions().containsValue(Stage.SECOND));
        assertThat(shop.revisions().values()).contains(Stage.FIRST);
        return upgrade;
    }

    private static String awaitEnd(Process upgrade) throws IOException {
        Waiting.until("the upgrade ends", MINUTES, () -> !upgrade.isAlive());
        String said =
                new String(upgrade.getInputStream().readAllBytes(), UTF_8)
                        + new String(upgrade.getErrorStream().readAllBytes(), UTF_8);
        assertThat(upgrade.exitValue()).as(said).isZero();
        return said;
    }

    private static String budget(String app) {
        return """
        ---
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata:
          name: %1$s
        spec:
          maxUnavailable: 1
          selector:
            matchLabels: {app: %1$s}
        """
                .formatted(app);
    }
}
