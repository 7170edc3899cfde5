// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serin.api.name.Revision;
import io.serin.injector.InjectorConfig.Text;
import io.serin.injector.template.TemplateFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InjectorConfigTest {

    private static final Revision REVISION = new Revision("1-0");
    private static final String VALUES = "{\"image\": \"p:1\", \"resources\": {}}";

    @Test
    void readsTheMountedConfigMaps(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("config"), InjectorConfig.shippedConfig());
        Files.writeString(folder.resolve("values"), VALUES);
        Path mesh = Files.createDirectory(folder.resolve("of-the-mesh"));
        Files.writeString(mesh.resolve("mesh"), "defaultConfig: {proxyMetadata: {A: b}}");

        InjectorConfig config = InjectorConfig.parse(REVISION, Text.read(REVISION, folder, mesh));
        InjectorValues values = config.values();

        assertThat(config.mesh().defaultConfig().metadata()).containsExactly(Map.entry("A", "b"));

        assertThat(values.image()).isEqualTo("p:1");
        assertThat(values.imagePullPolicy()).isEqualTo("IfNotPresent");
        assertThat(values.nativeSidecar()).isTrue();
        assertThat(values.hold()).isFalse();
        assertThat(values.imagePullSecrets()).isEmpty();
        assertThat(values.seccompProfile().isNull()).isTrue();
    }

    @Test
    void readsBothFilesOfOneUpdate(@TempDir Path folder) throws IOException {
        Path update = Files.createDirectory(folder.resolve("..2026_11_27"));
        Files.writeString(update.resolve("config"), "new");
        Files.writeString(update.resolve("values"), "new");
        Files.writeString(update.resolve("mesh"), "new");
        Files.createSymbolicLink(folder.resolve("..data"), update.getFileName());
        Files.writeString(folder.resolve("config"), "old");
        Files.writeString(folder.resolve("values"), "old");

        assertThat(Text.read(REVISION, folder, folder)).isEqualTo(new Text("new", "new", "new"));
    }

    @Test
    void saysWhichConfigMapIsMissing(@TempDir Path folder) throws IOException {
        assertThatThrownBy(() -> Text.read(REVISION, folder, folder))
                .isInstanceOf(TemplateFault.class)
                .hasMessageContaining(
                        "(expected: of ConfigMap istio-sidecar-injector-1-0: config and values)");
        Files.writeString(folder.resolve("config"), "");
        Files.writeString(folder.resolve("values"), "");
        assertThatThrownBy(() -> Text.read(REVISION, folder, folder))
                .isInstanceOf(TemplateFault.class)
                .hasMessageContaining("(expected: of ConfigMap istio-1-0: mesh)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}"
                        + " | {image: a, resources: {}}"
                        + " | config, templates: '' (expected: templates by name)",
                "{template: {}}"
                        + " | {image: a, resources: {}}"
                        + " | config, template: a field of older configurations (expected: it as sidecar in templates)",
                "{templates: {sidecar: 3}}"
                        + " | {image: a, resources: {}}"
                        + " | config, templates.sidecar: '3' (expected: what is added",
                "{templates: {sidecar: {metadata: {}}}}"
                        + " | {image: a, resources: {}}"
                        + " | config, templates.sidecar.metadata: '{}' (expected: one of [initContainers, containers, volumes])",
                "{templates: {sidecar: {containers: [{}]}}}"
                        + " | {image: a, resources: {}}"
                        + " | config, templates.sidecar.containers: '{}' (expected: items with names)",
                "{templates: {other: {}}}"
                        + " | {image: a, resources: {}}"
                        + " | config, templates: '{\"other\":{}}' (expected: one named sidecar, or defaultTemplates)",
                "{templates: {sidecar: {}}, defaultTemplates: [x]}"
                        + " | {image: a, resources: {}}"
                        + " | config, defaultTemplates: '\"x\"' (expected: of [sidecar])",
                "{templates: {sidecar: {}}, aliases: {sidecar: [sidecar]}}"
                        + " | {image: a, resources: {}}"
                        + " | config, aliases.sidecar: '[\"sidecar\"]' (expected: a name that no template has)",
                "{templates: {sidecar: {}}, aliases: {a: [b]}}"
                        + " | {image: a, resources: {}}"
                        + " | config, aliases.a: '\"b\"' (expected: of [sidecar])",
                "{templates: {sidecar: {}}, polcy: enabled}"
                        + " | {image: a, resources: {}}"
                        + " | config, polcy: '\"enabled\"' (expected: one of [",
                "{templates: {sidecar: {}}, injectedAnnotations: {a: 3}}"
                        + " | {image: a, resources: {}}"
                        + " | config, injectedAnnotations[a]: '3' (expected: text)",
                "{templates: {sidecar: {}}, injectedAnnotations: {sidecar.istio.io/proxyCPU: 1m}}"
                        + " | {image: a, resources: {}}"
                        + " | config, injectedAnnotations[sidecar.istio.io/proxyCPU]: '\"1m\"' (expected: annotations that no injector reads",
                "{templates: {sidecar: {}}}"
                        + " | {resources: {}}"
                        + " | values, image: '' (expected",
                "{templates: {sidecar: {}}}"
                        + " | {image: [], resources: {}}"
                        + " | values, image: '[]' (expected",
                "{templates: {sidecar: {}}}"
                        + " | {image: a}"
                        + " | values, resources: '' (expected",
                "{templates: {sidecar: {}}}"
                        + " | {image: a, resources: {}, imgae: b}"
                        + " | values, imgae: '\"b\"' (expected: one of [cni, holdApplicationUntilProxyStarts, image,",
                "{templates: {sidecar: {}}}"
                        + " | {image: a, resources: {}, nativeSidecar: perhaps}"
                        + " | values, nativeSidecar: '\"perhaps\"' (expected: auto, true or false)",
                "{templates: {sidecar: {}}}"
                        + " | {image: a, resources: {}, imagePullSecrets: x}"
                        + " | values, imagePullSecrets: '\"x\"' (expected: a list of Secrets' names)",
                "{templates: {sidecar: {}}}"
                        + " | {image: a, resources: {}, seccompProfile: RuntimeDefault}"
                        + " | values, seccompProfile: '\"RuntimeDefault\"' (expected: as in a security context",
                "{templates: {sidecar: {}}}"
                        + " | {image: a, resources: {}, holdApplicationUntilProxyStarts: 1}"
                        + " | values, holdApplicationUntilProxyStarts: '1' (expected: true or false)",
                "{templates: {sidecar: {}}}"
                        + " | {image: a, resources: {}, cni: 'yes'}"
                        + " | values, cni: '\"yes\"' (expected: true or false)",
                "{templates: {sidecar: {}}, neverInjectSelector: [{}, {matchExpressions: [{key: a, operator: Gt}]}]}"
                        + " | {image: a, resources: {}}"
                        + " | config, neverInjectSelector[1].matchExpressions[0].operator: 'Gt' (expected",
                "{templates: {sidecar: {}}, alwaysInjectSelector: {matchLabels: {a: b}}}"
                        + " | {image: a, resources: {}}"
                        + " | config, alwaysInjectSelector: '{\"matchLabels\":{\"a\":\"b\"}}' (expected: a list of label selectors)",
                "{templates: {sidecar: {}}, aliases: [a]}"
                        + " | {image: a, resources: {}}"
                        + " | config, aliases: '[\"a\"]' (expected: lists by name)",
                "{templates: {sidecar: {}}, injectedAnnotations: [a]}"
                        + " | {image: a, resources: {}}"
                        + " | config, injectedAnnotations: '[\"a\"]' (expected: annotations by name)",
                "[1] | {image: a, resources: {}} | config: not one document",
                "{ | {image: a, resources: {}} | not YAML",
            })
    void namesWhatItCantUse(String config, String values, String message) {
        assertThatThrownBy(() -> InjectorConfig.parse(REVISION, config, values))
                .isInstanceOf(TemplateFault.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void aTemplateThatCantBeFilledInIsRefusedBeforeThereIsAPod() {
        InjectorConfig config =
                InjectorConfig.parse(
                        REVISION,
                        "templates: {sidecar: {}, x: {containers: [{name: x, image: '${nothing}'}]}}",
                        VALUES);

        assertThatThrownBy(() -> new Injector(config))
                .isInstanceOf(TemplateFault.class)
                .hasMessageStartingWith(
                        "config, templates.x, at containers[0].image: ${nothing} (expected: one of [");
    }
}
