// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.injector.template.TreeTemplate;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigTextTest {

    @Test
    void isTheShippedOneWhereNothingIsSaid() {
        assertThat(ConfigText.of(Map.of(), Map.of())).isEqualTo(InjectorConfig.shippedConfig());
    }

    @Test
    void hasWhatIsSaidInPlaceOfWhatIsShipped() {
        JsonNode config =
                tree(
                        ConfigText.of(
                                Map.of("policy", "disabled", "aliases", "{\"a\":[\"$1 \\\\ b\"]}"),
                                Map.of("say \"x\"", "{\"volumes\":[]}")));

        assertThat(config.path("policy").asText()).isEqualTo("disabled");
        assertThat(config.at("/aliases/a/0").asText()).isEqualTo("$1 \\ b");
        assertThat(config.path("neverInjectSelector").isEmpty()).isTrue();
        assertThat(config.path("templates").path("say \"x\"")).isEqualTo(tree("volumes: []"));
        assertThat(config.path("templates").path("sidecar"))
                .isEqualTo(tree(InjectorConfig.shippedConfig()).path("templates").path("sidecar"));
    }

    @Test
    void aTemplateOfTheShippedOnesNameTakesItsPlace() {
        assertThat(tree(ConfigText.of(Map.of(), Map.of("sidecar", "{}"))).path("templates"))
                .isEqualTo(tree("sidecar: {}"));
    }

    private static JsonNode tree(String text) {
        return TreeTemplate.parseYaml(text).getFirst();
    }
}
