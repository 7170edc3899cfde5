// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.name.Revision;
import io.serin.injector.InjectorConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HandEditsTest {

    private static final String REPLACES =
            "replaces what kubectl-edit wrote into ConfigMap istio-sidecar-injector-1-0, config (what"
                    + " is to stay has to be a value, see serin install --help):";

    private final String installed = InjectorConfig.shippedConfig();

    @Test
    void namesWhoWroteAndEachPlaceThatIsReplaced() {
        String edited =
                installed
                                .replace("policy: enabled", "policy: disabled")
                                .replace(
                                        "{name: TRUST_DOMAIN, value: cluster.local}",
                                        "{name: MORE, value: x}")
                                .replace("injectedAnnotations: {}\n", "")
                        + "  tracing: {volumes: [{name: t}]}\n";

        assertThat(HandEdits.of(present(edited, "kubectl-edit"), manifest(Map.of())))
                .containsExactly(
                        REPLACES,
                        "  policy: \"disabled\"",
                        "  templates.sidecar.initContainers[istio-proxy].env[MORE]:"
                                + " {\"name\":\"MORE\",\"value\":\"x\"}",
                        "  templates.sidecar.initContainers[istio-proxy].env[TRUST_DOMAIN]: taken out",
                        "  templates.tracing: {\"volumes\":[{\"name\":\"t\"}]}",
                        "  injectedAnnotations: taken out");
    }

    @Test
    void aListWithoutNamesIsShownWhole() {
        assertThat(
                        HandEdits.of(
                                present(
                                        installed.replace(
                                                "neverInjectSelector: []",
                                                "neverInjectSelector: [{matchLabels: {a: b}}]"),
                                        "kubectl-edit"),
                                manifest(Map.of())))
                .containsExactly(
                        REPLACES, "  neverInjectSelector: [{\"matchLabels\":{\"a\":\"b\"}}]");
    }

    @Test
    void aTextThatSaysTheSameOrNothingIsNamedToo() {
        assertThat(
                        HandEdits.of(
                                present(installed + "# mine\n", "kubectl-edit"),
                                manifest(Map.of())))
                .containsExactly(REPLACES, "  comments, order or layout alone");
        assertThat(HandEdits.of(present("policy: [", "kubectl-edit"), manifest(Map.of())))
                .hasSize(2)
                .last()
                .asString()
                .startsWith("  a text that is not YAML");
    }

    /** Other values, or another version. */
    @Test
    void whatWeWroteOurselvesIsNoEdit() {
        assertThat(
                        HandEdits.of(
                                present(installed, "serin"),
                                manifest(Map.of("proxy.autoInject", "disabled"))))
                .isEmpty();
    }

    @Test
    void whatStaysIsNotReplaced() {
        assertThat(
                        HandEdits.of(
                                present(
                                        installed.replace("policy: enabled", "policy: disabled"),
                                        "kubectl-edit"),
                                manifest(Map.of("proxy.autoInject", "disabled"))))
                .isEmpty();
    }

    private static JsonNode manifest(Map<String, String> settings) {
        return Manifests.render(new Revision("1-0"), InstallValues.of(settings)).stream()
                .filter(object ->
                        object.at("/metadata/name").asText().equals("istio-sidecar-injector-1-0")
                                && object.path("kind").asText().equals("ConfigMap"))
                .findFirst()
                .orElseThrow();
    }

    /** With one key that somebody wrote last, beside those of ours. */
    private static JsonNode present(String config, String writer) {
        ObjectNode present = manifest(Map.of()).deepCopy();
        present.withObject("/data").put("config", config);
        var managed = present.withObject("/metadata").putArray("managedFields");
        ObjectNode ours = managed.addObject().put("manager", "serin");
        ours.withObject("/fieldsV1/f:data").putObject("f:values");
        ObjectNode theirs = managed.addObject().put("manager", writer);
        theirs.withObject("/fieldsV1/f:data")
                .set("f:config", JsonNodeFactory.instance.objectNode());
        return present;
    }
}
