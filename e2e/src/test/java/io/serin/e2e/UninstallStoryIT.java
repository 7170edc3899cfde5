// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.e2e.cluster.Program.Ended;
import io.serin.e2e.stage.Cast;
import io.serin.e2e.stage.Kubectl;
import io.serin.e2e.stage.Scene;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import io.serin.e2e.stage.Waiting;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** A revision in use cannot be taken away by mistake; one that nobody uses goes without a trace. */
@Story
@Order(100)
class UninstallStoryIT {

    private static final String KINDS =
            "deployment,service,serviceaccount,configmap,role,rolebinding,clusterrole,"
                    + "clusterrolebinding,mutatingwebhookconfiguration,"
                    + "validatingwebhookconfiguration";

    private static final String REVISION = "1-3";

    private final Stage stage;
    private final Kubectl kubectl;

    UninstallStoryIT(Stage stage) {
        this.stage = stage;
        this.kubectl = stage.kubectl();
    }

    @Test
    void takesNothingFromPodsOfAnotherRevision() {
        try (Scene shop = stage.scene("stays", Stage.FIRST)) {
            shop.perform(Cast.server("web", "v1", 1, 8080, "") + Cast.service("web", 8080));
            String url = shop.url("web", 8080, "/");
            assertThat(shop.curl(url).out()).contains("\"version\":\"v1\"");
            Set<String> pods = shop.revisions().keySet();
            stage.install(REVISION);
            Set<String> definitions = definitions();
            assertThat(definitions).isNotEmpty();

            stage.uninstall(REVISION).orFail();

            assertThat(definitions()).isEqualTo(definitions);
            assertThat(shop.curl(url).out()).contains("\"version\":\"v1\"");
            assertThat(shop.revisions().keySet()).isEqualTo(pods);
        }
    }

    private Set<String> definitions() {
        return Set.of(kubectl.run("get customresourcedefinitions -o name").split("\n", -1));
    }

    /** Kubernetes tells of what happened for an hour, and that is no trace of anybody's. */
    @Test
    void refusesWhileProxiesAreOnItAndLeavesNothingOfAnyKindAfterwards() {
        String others = objects(Stage.FIRST);
        Set<String> before = everything();
        assertThat(before).anyMatch(object -> object.endsWith("istiod-" + Stage.FIRST));
        stage.install(REVISION);
        assertThat(everything()).anyMatch(object -> object.endsWith("istiod-" + REVISION));

        try (Scene shop = stage.scene("inuse", REVISION)) {
            shop.apply(Cast.visitor("resident", "{app: resident}"));
            kubectl.run("wait pod/resident -n inuse --for=condition=Ready --timeout=60s");
            String own = objects(REVISION);

            Ended refused = stage.uninstall(REVISION);

            assertThat(refused.exit()).isNotZero();
            assertThat(refused.said()).contains("resident").contains("--force");
            assertThat(objects(REVISION)).isEqualTo(own);
            kubectl.run("delete namespace inuse inuse-visitors");
        }

        stage.uninstall(REVISION).orFail();

        assertThat(objects(REVISION)).isEmpty();
        // Of earlier stories something may still be going.
        Waiting.until(
                "nothing is there that was not before",
                Duration.ofSeconds(60),
                () -> before.containsAll(everything()));
        assertThat(objects(Stage.FIRST)).isEqualTo(others);
    }

    /** Namespace, kind and name of all objects. */
    private Set<String> everything() {
        String kinds =
                kubectl.run("api-resources --verbs=list -o name")
                        .lines()
                        .filter(kind ->
                                !kind.startsWith("events")
                                        && !kind.endsWith(".metrics.k8s.io")
                                        && !kind.equals("componentstatuses"))
                        .collect(Collectors.joining(","));
        // Kinds that the local cluster names and does not serve are an error, and all others there.
        return kubectl.attempt(
                        "get "
                                + kinds
                                + " -A --no-headers -o"
                                + " custom-columns=:.metadata.namespace,:.kind,:.metadata.name")
                .out()
                .lines()
                .map(line -> line.strip().replaceAll(" +", " "))
                .filter(line -> !line.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private String objects(String revision) {
        return kubectl.run(
                "get " + KINDS + " -n istio-system -l istio.io/rev=" + revision + " -o name");
    }
}
