// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.e2e.cluster.Program.Ended;
import io.serin.e2e.stage.Cast;
import io.serin.e2e.stage.Kubectl;
import io.serin.e2e.stage.Scene;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
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

    private final Stage stage;
    private final Kubectl kubectl;

    UninstallStoryIT(Stage stage) {
        this.stage = stage;
        this.kubectl = stage.kubectl();
        stage.install(Stage.SECOND);
    }

    @Test
    void refusesWhileProxiesAreOnItAndNamesThem() {
        try (Scene shop = stage.scene("inuse", Stage.SECOND)) {
            shop.apply(Cast.visitor("resident", "{app: resident}"));
            kubectl.run("wait pod/resident -n inuse --for=condition=Ready --timeout=60s");

            Ended refused = stage.serin().attempt("uninstall --revision 1-1 -y");

            assertThat(refused.exit()).isNotZero();
            assertThat(refused.said()).contains("resident").contains("--force");
            assertThat(objects("1-1")).isNotEmpty();
            kubectl.run("delete namespace inuse inuse-visitors");
        }

        String others = objects(Stage.FIRST);
        stage.serin().run("uninstall --revision 1-1 -y");

        assertThat(objects("1-1")).isEmpty();
        assertThat(objects(Stage.FIRST)).isEqualTo(others);
    }

    private String objects(String revision) {
        return kubectl.run(
                "get " + KINDS + " -n istio-system -l istio.io/rev=" + revision + " -o name");
    }
}
