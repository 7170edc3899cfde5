// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.name.Revision;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ManifestsTest {

    /** A JVM orders {@code Map.of} by chance: what is a text in an object must not depend on it. */
    @Test
    void theInjectorsValuesAreTheSameTextInEveryProcess() {
        assertThat(Manifests.injectorValues(InstallValues.of(Map.of("proxy.cpu", "20m"))))
                .isEqualTo(
                        "{\"image\":\"serin-proxy:0.1.0\",\"imagePullPolicy\":\"IfNotPresent\","
                                + "\"resources\":{\"requests\":{\"cpu\":\"20m\",\"memory\":\"128Mi\"},"
                                + "\"limits\":{\"cpu\":\"2\",\"memory\":\"1Gi\"}}}");
    }

    @Test
    void everyObjectIsLabelledWithItsRevision() {
        List<JsonNode> objects = Manifests.render(new Revision("1-0"), InstallValues.of(Map.of()));

        assertThat(objects)
                .filteredOn(object -> !object.path("kind").asText().equals("Namespace"))
                .hasSizeGreaterThan(8)
                .allSatisfy(object ->
                        assertThat(object.at("/metadata/labels/istio.io~1rev").asText())
                                .as(object.at("/metadata/name").asText())
                                .isEqualTo("1-0"));
    }

    /** The control plane reads its configuration at its start: only a new pod reads a new one. */
    @Test
    void aChangedConfigurationChangesThePodTemplateAndNothingElseDoes() {
        assertThat(checksum(Map.of("proxy.cpu", "20m")))
                .hasSize(64)
                .isEqualTo(checksum(Map.of("proxy.cpu", "20m")))
                .isEqualTo(checksum(Map.of("proxy.cpu", "20m", "replicas", "2")))
                .isNotEqualTo(checksum(Map.of()));
    }

    private static String checksum(Map<String, String> settings) {
        return Manifests.render(new Revision("1-0"), InstallValues.of(settings)).stream()
                .filter(object -> object.path("kind").asText().equals("Deployment"))
                .map(object ->
                        object.at("/spec/template/metadata/annotations/checksum~1config").asText())
                .findFirst()
                .orElseThrow();
    }
}
