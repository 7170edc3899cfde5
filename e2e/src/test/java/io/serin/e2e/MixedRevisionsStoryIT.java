// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.e2e.stage.Cast;
import io.serin.e2e.stage.Scene;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import io.serin.e2e.stage.Waiting;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Sidecars of two revisions prove to each other who they are, and who has none is still answered.
 */
@Story
class MixedRevisionsStoryIT {

    private static final String ACCOUNT =
            """
            ---
            apiVersion: v1
            kind: ServiceAccount
            metadata:
              name: seller
            """;

    private final Stage stage;

    MixedRevisionsStoryIT(Stage stage) {
        this.stage = stage;
        stage.install(Stage.SECOND);
    }

    @Test
    void everyPairSpeaksMtlsAndTheServerKnowsWhoCalls() {
        try (Scene before = stage.scene("before", Stage.FIRST);
                Scene after = stage.scene("after", Stage.SECOND)) {
            after.relabelVisitors(Stage.SECOND);
            for (Scene scene : List.of(before, after)) {
                scene.perform(
                        ACCOUNT
                                + Cast.server("web", "v1", 1, 8080, "")
                                        .replace(
                                                "terminationGracePeriodSeconds: 15",
                                                "serviceAccountName: seller")
                                + Cast.service("web", 8080));
            }
            for (Scene from : List.of(before, after)) {
                for (Scene to : List.of(before, after)) {
                    String url = to.url("web", 8080, "/");
                    String caller =
                            "source_principal=\"spiffe://cluster.local/ns/"
                                    + from.visitors()
                                    + "/sa/default\"";
                    String server = to.pod("app=web");
                    Waiting.until(
                            from.name() + " calls " + to.name() + " by mTLS",
                            () -> {
                                assertThat(from.curl(url).out()).contains("\"version\":\"v1\"");
                                return to.counter(server, "istio_requests_total", caller) > 0;
                            });
                }
            }
            assertThat(before.visitorRevision()).isEqualTo(Stage.FIRST);
            assertThat(after.visitorRevision()).isEqualTo(Stage.SECOND);
            for (Scene to : List.of(before, after)) {
                assertThat(byPolicy(to, "mutual_tls")).isGreaterThanOrEqualTo(2);
                long unmeshed = byPolicy(to, "none");
                assertThat(
                                stage.kubectl()
                                        .run(
                                                "get --raw /api/v1/namespaces/%s/pods/%s:8080/proxy/"
                                                        .formatted(to.name(), to.pod("app=web"))))
                        .contains("\"version\":\"v1\"");
                assertThat(byPolicy(to, "none")).isEqualTo(unmeshed + 1);
            }
        }
    }

    private static long byPolicy(Scene to, String policy) {
        return to.counter(
                to.pod("app=web"),
                "istio_requests_total",
                "connection_security_policy=\"" + policy + "\"");
    }
}
