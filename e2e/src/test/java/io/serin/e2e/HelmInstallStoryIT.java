// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.e2e.cluster.Program.Ended;
import io.serin.e2e.stage.Cast;
import io.serin.e2e.stage.Helm;
import io.serin.e2e.stage.Kubectl;
import io.serin.e2e.stage.Scene;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import io.serin.e2e.stage.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two revisions side by side, one installed by the command line and one by Helm. */
@Story
class HelmInstallStoryIT {

    private static final String REVISION = "1-2";
    private static final String RELEASE = "serin-1-2";
    private static final String KINDS =
            "deployment,service,serviceaccount,configmap,role,rolebinding,clusterrole,"
                    + "clusterrolebinding,mutatingwebhookconfiguration,"
                    + "validatingwebhookconfiguration";

    private final Stage stage;
    private final Kubectl kubectl;

    HelmInstallStoryIT(Stage stage) {
        this.stage = stage;
        this.kubectl = stage.kubectl();
    }

    @Test
    void eachIsManagedByWhatInstalledItAndInjectsItsOwn() {
        assumeTrue(stage.helm().isPresent(), "there is no Helm: e2e/helm-program builds it");
        Helm helm = stage.helm().orElseThrow();
        stage.awaitValidation(Stage.FIRST);
        Map<String, String> first = objects(Stage.FIRST);

        helm.run(
                "install %s %s -n istio-system --set-string revision=%s --wait --timeout 120s"
                        .formatted(RELEASE, Helm.CHART, REVISION));

        assertThat(objects(Stage.FIRST)).isEqualTo(first);
        assertThat(objects(REVISION)).hasSameSizeAs(first);
        assertThat(stage.serin().run("revision list").lines())
                .anySatisfy(line -> assertThat(line).startsWith(REVISION + " ").contains("yes"))
                .anySatisfy(line -> assertThat(line).startsWith(Stage.FIRST + " ").contains("yes"));

        try (Scene shop = stage.scene("byhelm", REVISION)) {
            // The API server hears of a webhook's bundle a moment later, and refuses pods till
            // then.
            Waiting.until(
                    "a pod is taken",
                    Duration.ofSeconds(30),
                    () ->
                            shop.attemptApply(Cast.visitor("resident", "{app: resident}")).exit()
                                    == 0);
            kubectl.run("wait pod/resident -n byhelm --for=condition=Ready --timeout=60s");
            assertThat(
                            kubectl.json("get pod resident -n byhelm")
                                    .at("/metadata/annotations/istio.io~1rev")
                                    .asText())
                    .isEqualTo(REVISION);
            kubectl.run("delete namespace byhelm byhelm-visitors");
        }

        stage.awaitValidation(REVISION);
        Map<String, String> helms = objects(REVISION);
        for (String command : List.of("install --revision 1-2", "uninstall --revision 1-2 -y")) {
            Ended refused = stage.serin().attempt(command);
            assertThat(refused.exit()).isNotZero();
            assertThat(refused.err()).contains("release '" + RELEASE + "' of Helm");
        }
        assertThat(objects(REVISION)).isEqualTo(helms);

        helm.run("uninstall " + RELEASE + " -n istio-system --wait");

        assertThat(objects(REVISION)).isEmpty();
        assertThat(objects(Stage.FIRST)).isEqualTo(first);
    }

    @AfterEach
    void leaveNothing() {
        stage.helm()
                .ifPresent(helm ->
                        helm.run("uninstall " + RELEASE + " -n istio-system --ignore-not-found"));
        kubectl.run("delete secret,lease -n istio-system -l app=istiod,istio.io/rev=" + REVISION);
    }

    /** Each object of a revision, but for its Deployment's counts, with its resource version. */
    private Map<String, String> objects(String revision) {
        Map<String, String> versions = new TreeMap<>();
        for (JsonNode object :
                kubectl.json("get " + KINDS + " -n istio-system -l istio.io/rev=" + revision)
                        .path("items")) {
            versions.put(
                    object.path("kind").asText() + "/" + object.at("/metadata/name").asText(),
                    object.at("/metadata/resourceVersion").asText());
        }
        return versions;
    }
}
