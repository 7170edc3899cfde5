// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Installing what is installed changes nothing. */
@Story
class InstallAgainStoryIT {

    private static final String KINDS =
            "deployment,service,serviceaccount,configmap,role,rolebinding,clusterrole,"
                    + "clusterrolebinding,mutatingwebhookconfiguration,"
                    + "validatingwebhookconfiguration";

    private final Stage stage;

    InstallAgainStoryIT(Stage stage) {
        this.stage = stage;
    }

    @Test
    void leavesEveryObjectAsItIs() {
        stage.awaitValidation(Stage.FIRST);
        Map<String, String> before = objects();
        assertThat(before).isNotEmpty();

        stage.serin().run("install --revision " + Stage.FIRST);

        assertThat(objects()).isEqualTo(before);
    }

    /** Each object of the revision with its resource version, which changes with any change. */
    private Map<String, String> objects() {
        Map<String, String> versions = new TreeMap<>();
        for (JsonNode object :
                stage.kubectl()
                        .json("get " + KINDS + " -n istio-system -l istio.io/rev=" + Stage.FIRST)
                        .path("items")) {
            versions.put(
                    object.path("kind").asText() + "/" + object.at("/metadata/name").asText(),
                    object.at("/metadata/resourceVersion").asText());
        }
        return versions;
    }
}
