// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serin.api.name.Revision;
import io.serin.injector.template.TemplateFault;
import io.serin.injector.template.TreeTemplate;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeshConfigTest {

    private static final Revision REVISION = new Revision("1-0");

    @Test
    void whatAnInstallationWritesSaysNothingOfProxies() {
        assertThat(
                        MeshConfig.parse(
                                REVISION,
                                """
                                defaultConfig:
                                  discoveryAddress: istiod-1-0.istio-system.svc:15012
                                trustDomain: cluster.local
                                """))
                .isEqualTo(MeshConfig.NONE);
        assertThat(MeshConfig.parse(REVISION, "{}")).isEqualTo(MeshConfig.NONE);
    }

    /** Name by name of proxyMetadata, else field by field; what has no effect is said once. */
    @Test
    void thePodsOwnConfigGoesFirst() {
        MeshConfig mesh =
                MeshConfig.parse(
                        REVISION,
                        """
                        defaultConfig:
                          proxyMetadata: {A: mesh, B: mesh}
                          holdApplicationUntilProxyStarts: true
                          concurrency: 2
                        """);
        assertThat(mesh.defaultConfig().warnings())
                .containsExactly("mesh, defaultConfig: concurrency has no effect");

        ProxyConfig silent = effective("{}", mesh);
        assertThat(silent.metadata())
                .containsExactly(Map.entry("A", "mesh"), Map.entry("B", "mesh"));
        assertThat(silent.hold()).hasValue(true);
        assertThat(silent.warnings()).isEmpty();

        ProxyConfig own =
                effective(
                        "{proxyMetadata: {B: pod, C: pod}, holdApplicationUntilProxyStarts: false}",
                        mesh);
        assertThat(own.metadata())
                .containsExactly(
                        Map.entry("A", "mesh"), Map.entry("B", "pod"), Map.entry("C", "pod"));
        assertThat(own.hold()).hasValue(false);
    }

    /** Once whatever Istio's agent would have done was left undone in silence. */
    @Test
    void namesVariablesOfIstiosAgentThatNothingReads() {
        assertThat(
                        effective(
                                        """
                                        {proxyMetadata: {EXIT_ON_ZERO_ACTIVE_CONNECTIONS: "true",
                                        ISTIO_META_CLUSTER_ID: c1, ISTIO_META_WORKLOAD_NAME: w,
                                        ISTIO_META_DNS_CAPTURE: "true", MY_OWN: x,
                                        ISTIO_META_DNS_AUTO_ALLOCATE: "false"}}
                                        """,
                                        MeshConfig.NONE)
                                .warnings())
                .containsExactly(
                        "annotation proxy.istio.io/config:"
                                + " proxyMetadata.EXIT_ON_ZERO_ACTIVE_CONNECTIONS has no effect",
                        "annotation proxy.istio.io/config:"
                                + " proxyMetadata.ISTIO_META_CLUSTER_ID has no effect");
        assertThat(
                        MeshConfig.parse(
                                        REVISION,
                                        "defaultConfig: {proxyMetadata: {BOOTSTRAP_XDS_AGENT: x}}")
                                .defaultConfig()
                                .warnings())
                .containsExactly(
                        "mesh, defaultConfig: proxyMetadata.BOOTSTRAP_XDS_AGENT has no effect");
    }

    private static ProxyConfig effective(String annotation, MeshConfig mesh) {
        return Annotations.of(
                        TreeTemplate.parseYaml(
                                        "metadata: {annotations: {proxy.istio.io/config: '"
                                                + annotation
                                                + "'}}")
                                .getFirst(),
                        mesh)
                .proxyConfig();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{ | not YAML",
                "- a | mesh: not one document with fields",
                "meshNetworks: {} | mesh, meshNetworks: '{}' (expected: one of [defaultConfig, trustDomain])",
                "trustDomain: a.b | mesh, trustDomain: '\"a.b\"' (expected: cluster.local)",
                "defaultConfig: x | mesh, defaultConfig: '\"x\"' (expected: fields of ProxyConfig)",
                "defaultConfig: {discoveryAddress: 'istiod-1-1.istio-system.svc:15012'}"
                        + " | mesh, defaultConfig.discoveryAddress: '\"istiod-1-1.istio-system.svc:15012\"'"
                        + " (expected: istiod-1-0.istio-system.svc:15012: a pod belongs",
                "defaultConfig: {discoveryAddress: 'istiod-1-0.istio-system.svc:15010'}"
                        + " | mesh, defaultConfig.discoveryAddress: '\"istiod-1-0.istio-system.svc:15010\"'"
                        + " (expected: istiod-1-0.istio-system.svc:15012: a pod belongs",
                "defaultConfig: {statNameLength: 3}"
                        + " | mesh, defaultConfig.statNameLength: '3' (expected: not to be set: it is not",
                "defaultConfig: {proxyMetadata: {REVISION: x}}"
                        + " | mesh, defaultConfig.proxyMetadata.REVISION: 'x' (expected: not to be set: the",
            })
    void namesWhatItCantUse(String text, String message) {
        assertThatThrownBy(() -> MeshConfig.parse(REVISION, text))
                .isInstanceOf(TemplateFault.class)
                .hasMessageStartingWith(message);
    }
}
