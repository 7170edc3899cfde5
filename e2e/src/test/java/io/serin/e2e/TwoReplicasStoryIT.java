// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.serin.e2e.stage.Kubectl;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import io.serin.e2e.stage.Waiting;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A control plane of two: one of them leads, and when it goes the other does. */
@Story
class TwoReplicasStoryIT {

    private static final String REVISION = "1-2";

    private final Stage stage;
    private final Kubectl kubectl;

    TwoReplicasStoryIT(Stage stage) {
        this.stage = stage;
        this.kubectl = stage.kubectl();
    }

    @Test
    void theOtherLeadsWhenTheOneThatDidGoes() {
        assumeFalse(
                "local".equals(System.getProperty("cluster")),
                "local-cluster does no PodDisruptionBudgets");
        stage.serin().run("install --revision 1-2 --set replicas=2");
        List<String> pods =
                kubectl.run("get pods -n istio-system -l app=istiod,istio.io/rev=1-2 -o name")
                        .lines()
                        .map(name -> name.replace("pod/", ""))
                        .toList();
        assertThat(pods).hasSize(2);
        String leader = leader();
        assertThat(pods).contains(leader);

        kubectl.run("delete pod " + leader + " -n istio-system --wait=false");

        Waiting.until(
                "another replica leads",
                Duration.ofSeconds(40),
                () -> !leader().isEmpty() && !leader().equals(leader));
        // Both go on serving: a third installation finds a pod that gets its sidecar.
        stage.serin().run("install --revision 1-2 --set replicas=2");
        assertThat(
                        kubectl.json("get poddisruptionbudget istiod-1-2 -n istio-system")
                                .at("/spec/maxUnavailable")
                                .asInt())
                .isEqualTo(1);

        stage.serin().run("install --revision 1-2");
        assertThat(
                        kubectl.run(
                                "get poddisruptionbudgets -n istio-system -l istio.io/rev=1-2 -o"
                                        + " name"))
                .as("a budget for one that is alone")
                .isEmpty();
    }

    @AfterEach
    void leaveNothing() {
        stage.serin().attempt("uninstall --revision " + REVISION + " -y");
    }

    private String leader() {
        return kubectl.json("get lease istio-gateway-status-leader-1-2 -n istio-system")
                .at("/spec/holderIdentity")
                .asText("");
    }
}
