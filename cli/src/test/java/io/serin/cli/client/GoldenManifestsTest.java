// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.name.Revision;
import io.serin.injector.ConfigText;
import io.serin.injector.template.TreeTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** All objects as an installation applies them; {@code -Dgolden=update} writes the files anew. */
class GoldenManifestsTest {

    private static final Path FOLDER = Path.of("src/test/resources/io/serin/cli/client/golden");

    @Test
    void ofARevision() throws IOException {
        check("asm-1187-26", "asm-1187-26", Map.of());
    }

    @Test
    void ofTheDefaultRevision() throws IOException {
        check("default", "default", Map.of());
    }

    @Test
    void withAnAutoscalerAndEveryOtherValue() throws IOException {
        check(
                "all-values",
                "default",
                Map.ofEntries(
                        Map.entry("image.hub", "registry.example.org/serin"),
                        Map.entry("image.tag", "1.2.3"),
                        Map.entry("image.pullPolicy", "Always"),
                        Map.entry("image.pullSecrets", "one,two"),
                        Map.entry("proxy.nativeSidecar", "false"),
                        Map.entry("proxy.holdApplicationUntilProxyStarts", "true"),
                        Map.entry("proxy.seccompProfile", "RuntimeDefault"),
                        Map.entry("pilot.cni.enabled", "true"),
                        Map.entry("pilot.cni.provider", "default"),
                        Map.entry("autoscale.min", "2"),
                        Map.entry("autoscale.max", "5"),
                        Map.entry("controlPlane.cpu", "500m"),
                        Map.entry("controlPlane.memory", "2Gi"),
                        Map.entry("controlPlane.memoryLimit", "3Gi"),
                        Map.entry("proxy.cpu", "10m"),
                        Map.entry("proxy.memory", "64Mi"),
                        Map.entry("proxy.cpuLimit", "1"),
                        Map.entry("proxy.memoryLimit", "512Mi"),
                        Map.entry(
                                "meshConfig.defaultConfig",
                                "{proxyMetadata: {B: b, A: a}, holdApplicationUntilProxyStarts:"
                                        + " true}"),
                        Map.entry("proxy.autoInject", "disabled"),
                        Map.entry(
                                "sidecarInjectorWebhook.neverInjectSelector",
                                "[{matchExpressions: [{key: job, operator: Exists}]}]"),
                        Map.entry(
                                "sidecarInjectorWebhook.alwaysInjectSelector",
                                "[{matchLabels: {app: shop}}]"),
                        Map.entry(
                                "sidecarInjectorWebhook.injectedAnnotations",
                                "{example.org/team: shop}"),
                        Map.entry(
                                "sidecarInjectorWebhook.templates",
                                "{tracing: {containers: [{name: collector, image: 'collector:1',"
                                        + " args: ['${workloadName}']}]}}"),
                        Map.entry("sidecarInjectorWebhook.aliases", "{traced: [sidecar, tracing]}"),
                        Map.entry("sidecarInjectorWebhook.defaultTemplates", "[traced]"),
                        Map.entry("enableNamespacesByDefault", "true"),
                        Map.entry("channel", "rapid")));
    }

    @Test
    void withAnAgentOnEachNode() throws IOException {
        check("node-agent", "1-0", Map.of("pilot.cni.enabled", "true"));
    }

    @Test
    void withTwoReplicas() throws IOException {
        check("two-replicas", "1-0", Map.of("replicas", "2"));
    }

    private static void check(String name, String revision, Map<String, String> settings)
            throws IOException {
        List<JsonNode> objects =
                Manifests.render(new Revision(revision), InstallValues.of(settings));
        objects.forEach(GoldenManifestsTest::cut);
        String actual = TreeTemplate.writeYaml(objects);
        Path file = FOLDER.resolve(name + ".yaml");
        if ("update".equals(System.getProperty("golden"))) {
            Files.writeString(file, actual);
        }
        assertThat(actual).isEqualTo(Files.readString(file));
    }

    /** The shipped template has its own tests. */
    private static void cut(JsonNode object) {
        if (object.at("/data/config").isTextual()) {
            String config = object.at("/data/config").asText();
            ((ObjectNode) object.path("data"))
                    .put(
                            "config",
                            config.replace(ConfigText.shippedTemplate(), "  sidecar: shipped\n"));
        }
        if (object.at("/spec/template/metadata/annotations/checksum~1config").isTextual()) {
            ((ObjectNode) object.at("/spec/template/metadata/annotations"))
                    .put("checksum/config", "of the injector's");
        }
    }
}
