// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.e2e.cluster.Program.Ended;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Installing what is installed changes nothing, but for what others have changed since. */
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

    @Test
    void saysWhatItTakesFromAPersonWhoChangedTheInjectorsConfiguration() {
        String map = "configmap istio-sidecar-injector-" + Stage.FIRST + " -n istio-system";
        String config = stage.kubectl().json("get " + map).at("/data/config").asText();
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.putObject("data")
                .put("config", config.replace("policy: enabled", "policy: disabled"));
        List<String> words =
                new ArrayList<>(List.of(("patch " + map + " --type merge").split(" ")));
        words.addAll(List.of("--field-manager", "a-person", "-p", patch.toString()));
        stage.kubectl().attempt(words).orFail();

        Ended again = stage.serin().attempt("install --revision " + Stage.FIRST).orFail();

        assertThat(again.err())
                .contains("replaces what a-person wrote into ConfigMap istio-sidecar-injector-")
                .contains("\n  policy: \"disabled\"\n");
        assertThat(stage.kubectl().json("get " + map).at("/data/config").asText())
                .isEqualTo(config);
        assertThat(stage.serin().attempt("install --revision " + Stage.FIRST).orFail().err())
                .doesNotContain("replaces");
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
