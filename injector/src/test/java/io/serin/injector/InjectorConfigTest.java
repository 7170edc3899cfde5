// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serin.api.name.Revision;
import io.serin.injector.template.TemplateFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InjectorConfigTest {

    private static final Revision REVISION = new Revision("1-0");
    private static final String VALUES = "{\"image\": \"p:1\", \"resources\": {}}";

    @Test
    void readsTheMountedConfigMap(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("config"), InjectorConfig.shippedConfig());
        Files.writeString(folder.resolve("values"), VALUES);

        InjectorConfig config = InjectorConfig.read(REVISION, folder);

        assertThat(config.image()).isEqualTo("p:1");
        assertThat(config.imagePullPolicy()).isEqualTo("IfNotPresent");
    }

    @Test
    void saysWhichConfigMapIsMissing(@TempDir Path folder) {
        assertThatThrownBy(() -> InjectorConfig.read(REVISION, folder))
                .isInstanceOf(TemplateFault.class)
                .hasMessageContaining("istio-sidecar-injector-1-0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}             | {image: a, resources: {}}  | config, template: '' (expected",
                "{template: 3}  | {image: a, resources: {}}  | config, template: '3' (expected",
                "{template: {}} | {resources: {}}            | values, image: '' (expected",
                "{template: {}} | {image: [], resources: {}} | values, image: '[]' (expected",
                "{template: {}} | {image: a}                 | values, resources: '' (expected",
                "{template: {}, neverInjectSelector: [{}, {matchExpressions: [{operator: Gt}]}]}"
                        + " | {image: a, resources: {}}"
                        + " | config, neverInjectSelector[1].operator: 'Gt' (expected",
                "[1]            | {image: a, resources: {}}  | config: not one document",
                "{              | {image: a, resources: {}}  | not YAML",
            })
    void namesWhatItCantUse(String config, String values, String message) {
        assertThatThrownBy(() -> InjectorConfig.parse(REVISION, config, values))
                .isInstanceOf(TemplateFault.class)
                .hasMessageStartingWith(message);
    }
}
