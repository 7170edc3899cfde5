// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.e2e.cluster.Program.Ended;
import io.serin.e2e.stage.Cast;
import io.serin.e2e.stage.Scene;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Something is not as it should be: serin check says what, and ends accordingly. */
@Story
class CheckStoryIT {

    /** What a person looks at who cares for the first revision and one namespace. */
    private static final String CHECK = "check -o short --revision " + Stage.FIRST;

    private final Stage stage;

    CheckStoryIT(Stage stage) {
        this.stage = stage;
    }

    @Test
    void allIsWellAfterAnInstallation() {
        try (Scene shop = stage.scene("check-well", Stage.FIRST)) {
            shop.perform(Cast.server("reviews", "v1", 2, 8080, ""));

            Ended well = stage.serin().attempt(CHECK + " --namespace " + shop.name());

            assertThat(well.out()).contains("status: 0 problems, ").doesNotContain("×");
            assertThat(well.exit()).isZero();
        }
    }

    @Test
    void anAuthorityThatHasNotSignedIsAProblem() throws IOException {
        // Under a label that no control plane takes for its own, so that nobody mends it.
        stage.kubectl().apply(webhook("check-stranger", authority()));
        try {
            Ended broken = stage.serin().attempt(CHECK + " --namespace default");

            assertThat(broken.out())
                    .contains("× webhook-ca-matches: ")
                    .contains("check-stranger, entry rev.namespace.sidecar-injector.istio.io");
            assertThat(broken.exit()).isEqualTo(2);
        } finally {
            stage.kubectl().run("delete mutatingwebhookconfiguration check-stranger");
        }
    }

    @Test
    void bothLabelsAreAWarning() {
        try (Scene shop = stage.scene("check-both", Stage.FIRST)) {
            stage.kubectl().run("label namespace " + shop.name() + " istio-injection=disabled");

            Ended warned = stage.serin().attempt(CHECK + " --namespace " + shop.name());

            assertThat(warned.out()).contains("‼ namespace-both-labels: ").contains(shop.name());
            assertThat(warned.exit()).isZero();
        }
    }

    @Test
    void aRevisionThatIsNotThereIsAProblem() {
        try (Scene shop = stage.scene("check-typo", "9-9")) {
            Ended broken = stage.serin().attempt(CHECK + " --namespace " + shop.name());

            assertThat(broken.out())
                    .contains("× namespace-unknown-revision: ")
                    .contains("namespace " + shop.name() + " asks for '9-9'");
            assertThat(broken.exit()).isEqualTo(2);
        }
    }

    private static String webhook(String name, String authority) {
        return """
        apiVersion: admissionregistration.k8s.io/v1
        kind: MutatingWebhookConfiguration
        metadata:
          name: %1$s
          labels: {app: sidecar-injector, istio.io/rev: %1$s}
        webhooks:
          - name: rev.namespace.sidecar-injector.istio.io
            clientConfig:
              caBundle: %2$s
              service:
                {name: istiod-%3$s, namespace: istio-system, path: /inject, port: 443}
            rules:
              - {operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods], scope: "*"}
            namespaceSelector:
              matchLabels: {istio.io/rev: %1$s}
            failurePolicy: Fail
            sideEffects: None
            admissionReviewVersions: [v1]
        """
                .formatted(name, authority, Stage.FIRST);
    }

    private static String authority() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(CheckStoryIT.class.getResourceAsStream("stranger.pem"))) {
            return Base64.getEncoder().encodeToString(in.readAllBytes());
        }
    }
}
