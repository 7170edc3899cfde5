// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.serin.api.name.Revision;
import io.serin.injector.InjectorConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InstallValuesTest {

    @TempDir Path folder;

    @Test
    void everyDefaultIsAllowed() {
        for (InstallValue value : InstallValue.values()) {
            assertThat(value.check().allows(value.byDefault())).as(value.key()).isTrue();
        }
    }

    @Test
    void aLaterFileWinsOverAnEarlierAndSetOverBoth() throws IOException {
        Path first = file("first", "replicas: 2\nproxy:\n  cpu: 10m\n  memory: 64Mi\n");
        Path second = file("second", "proxy: {cpu: 20m, memory: 65Mi}\n");

        InstallValues values =
                InstallValues.of(List.of(first, second), Map.of("proxy.memory", "66Mi"));

        assertThat(values.get(InstallValue.REPLICAS)).isEqualTo(2);
        assertThat(values.get(InstallValue.PROXY_CPU)).isEqualTo("20m");
        assertThat(values.get(InstallValue.PROXY_MEMORY)).isEqualTo("66Mi");
        assertThat(values.get(InstallValue.PROXY_CPU_LIMIT)).isEqualTo("2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    replica     | 2     | --set: replica: there is no such value; did you mean replicas?
                    proxy.CPU   | 2     | --set: proxy.CPU: there is no such value; did you mean proxy.cpu?
                    imagehub    | x     | --set: imagehub: there is no such value; did you mean image.hub?
                    colour      | blue  | --set: colour: there is no such value (expected: one of image.hub,
                    image       | x     | --set: image: 'x' (expected: a section with [image.hub, image.tag,
                    replicas    | many  | --set: replicas: 'many' (expected: a whole number, 1 to 99)
                    replicas    | 0     | --set: replicas: '0' (expected: a whole number, 1 to 99)
                    proxy.cpu   | 1 cpu | --set: proxy.cpu: '1 cpu' (expected: a quantity of Kubernetes
                    proxy.cpu   | 3     | proxy.cpu: '3' (expected: at most proxy.cpuLimit, which is 2)
                    image.tag   | a:b   | --set: image.tag: 'a:b' (expected: an image's tag)
                    image.pullPolicy | never | (expected: one of IfNotPresent, Always, Never)
                    image.pullSecrets | a,,b  | --set: image.pullSecrets: 'a,,b' (expected: names of Secrets, with
                    proxy.nativeSidecar | yes | --set: proxy.nativeSidecar: 'yes' (expected: one of auto, true, false)
                    proxy.seccompProfile | Strict | (expected: RuntimeDefault, Unconfined, or nothing)
                    meshConfig.defaultConfig | {bogus: 1} | --set: meshConfig.defaultConfig: '{bogus: 1}' (expected: fields of ProxyConfig that are
                    meshConfig.defaultConfig | {discoveryAddress: x} | (expected: fields of ProxyConfig that are
                    meshConfig.defaultConfig | [ | --set: meshConfig.defaultConfig: '[' (expected: fields of
                    proxy.autoInject | on | --set: proxy.autoInject: 'on' (expected: one of enabled, disabled)
                    global.proxy.autoInject | disabled | --set: global.proxy.autoInject: there is no such value; did you mean proxy.autoInject?
                    sidecarInjectorWebhook.templates.a | {} | there is no such value; did you mean sidecarInjectorWebhook.templates?
                    sidecarInjectorWebhook.templates | [ | --set: sidecarInjectorWebhook.templates: '[' (expected: templates by name,
                    sidecarInjectorWebhook.templates | {a: 'spec: {}'} | --set: sidecarInjectorWebhook.templates.a: '"spec: {}"' (expected: what is added: [init
                    sidecarInjectorWebhook.templates | {a: {spec: {}}} | --set: sidecarInjectorWebhook.templates.a.spec: '{}' (expected: one of [init
                    sidecarInjectorWebhook.templates | {a: {containers: [{name: x, image: "${imgae}"}]}} | --set: sidecarInjectorWebhook.templates.a, at containers[0].image: ${imgae} (expected: one of [
                    sidecarInjectorWebhook.neverInjectSelector | {} | --set: sidecarInjectorWebhook.neverInjectSelector: '{}' (expected: a list of label selectors
                    sidecarInjectorWebhook.neverInjectSelector | [{matchExpressions: [{key: a, operator: Gt}]}] | --set: sidecarInjectorWebhook.neverInjectSelector[0].matchExpressions[0].operator: 'Gt' (expected: In, NotIn,
                    sidecarInjectorWebhook.alwaysInjectSelector | [{matchLabel: {a: b}}] | --set: sidecarInjectorWebhook.alwaysInjectSelector[0].matchLabel: '{"a":"b"}' (expected: one of matchLabels,
                    sidecarInjectorWebhook.injectedAnnotations | {sidecar.istio.io/proxyCPU: 1m} | --set: sidecarInjectorWebhook.injectedAnnotations[sidecar.istio.io/proxyCPU]: '"1m"' (expected: annotations that no
                    sidecarInjectorWebhook.defaultTemplates | [other] | --set: sidecarInjectorWebhook.defaultTemplates: '"other"' (expected: of [sidecar])
                    sidecarInjectorWebhook.aliases | {a: [b]} | --set: sidecarInjectorWebhook.aliases.a: '"b"' (expected: of [sidecar])
                    channel | fast | --set: channel: 'fast' (expected: one of none, rapid, regular, stable)
                    enableNamespacesByDefault | yes | --set: enableNamespacesByDefault: 'yes' (expected: true or false)
                    """)
    void whatCannotBeIsSaidWithWhatCould(String key, String value, String message) {
        assertThatExceptionOfType(CliFault.class)
                .isThrownBy(() -> InstallValues.of(Map.of(key, value)))
                .satisfies(fault -> assertThat(fault.exitCode()).isEqualTo(ExitCode.USAGE))
                .satisfies(fault -> assertThat(fault.getMessage()).contains(message))
                .satisfies(fault -> assertThat(fault.next()).contains("serin install --help"));
    }

    @Test
    void aFilesFaultNamesItsLine() throws IOException {
        assertThat(fault("replicas: 2\nproxy:\n  cpu: 10m\n  memori: 1Gi\n"))
                .hasMessage(
                        folder.resolve("values.yaml")
                                + ", line 4: proxy.memori: there is no such value; did you mean"
                                + " proxy.memory?");
        assertThat(fault("replicas: [1]\n"))
                .hasMessageContaining("line 1: replicas: a list or a section (expected: a whole");
        assertThat(fault("replicas: 1\nreplicas: 2\n"))
                .hasMessageContaining("line 2: replicas is given twice (expected: once)");
        assertThat(fault("- replicas\n")).hasMessageContaining("line 1: not a section");
        assertThat(fault("a: b: c\n"))
                .hasMessageContaining("not YAML")
                .hasMessageContaining("line 1");
        assertThat(
                        catchThrowableOfType(
                                CliFault.class,
                                () ->
                                        InstallValues.of(
                                                List.of(folder.resolve("nowhere")), Map.of())))
                .hasMessageContaining("nowhere: can't be read (expected: a YAML file of values)");
    }

    @Test
    void anEmptyFileOrSectionSetsNothing() throws IOException {
        assertThat(
                        InstallValues.of(
                                        List.of(file("a", ""), file("b", "# none\nproxy: {}\n")),
                                        Map.of())
                                .get(InstallValue.REPLICAS))
                .isEqualTo(1);
    }

    /** As a list, which is what the chart takes, and as the command line has it. */
    @Test
    void namesAreAListOrATextWithCommas() throws IOException {
        for (String text : List.of("[a, b.c]", "'a,b.c'")) {
            assertThat(
                            InstallValues.of(
                                            List.of(
                                                    file(
                                                            "v",
                                                            "image: {pullSecrets: " + text + "}")),
                                            Map.of())
                                    .imagePullSecrets())
                    .containsExactly("a", "b.c");
        }
        assertThat(fault("image: {pullSecrets: [{name: a}]}\n"))
                .hasMessageContaining("image.pullSecrets: a list or a section (expected: names of");
        Path upper = file("upper", "image: {pullSecrets: [A]}\n");
        assertThatExceptionOfType(CliFault.class)
                .isThrownBy(() -> InstallValues.of(List.of(upper), Map.of()))
                .withMessageContaining("image.pullSecrets: 'A' (expected: names of Secrets");
    }

    @Test
    void whatHoldsForAllProxiesIsASectionOrAText() throws IOException {
        InstallValues section =
                InstallValues.of(
                        List.of(
                                file(
                                        "v",
                                        """
                                        meshConfig:
                                          defaultConfig:
                                            proxyMetadata: {B: "1", A: a}
                                            concurrency: 2
                                        """)),
                        Map.of());

        assertThat(Manifests.meshText(new Revision("1-0"), section))
                .isEqualTo(
                        """
                        defaultConfig:
                          discoveryAddress: istiod-1-0.istio-system.svc:15012
                          concurrency: 2
                          proxyMetadata: {"A":"a","B":"1"}
                        trustDomain: cluster.local
                        """)
                .isEqualTo(
                        Manifests.meshText(
                                new Revision("1-0"),
                                of(
                                        "meshConfig.defaultConfig",
                                        "{concurrency: 2, proxyMetadata: {A: a, B: '1'}}")));
    }

    @Test
    void whatTheInjectorReadsIsASectionAListOrAText() throws IOException {
        Path file =
                file(
                        "v",
                        """
                        sidecarInjectorWebhook:
                          neverInjectSelector:
                            - matchLabels: {app: batch}
                          templates:
                            tracing:
                              volumes:
                                - {name: t, emptyDir: {}}
                          defaultTemplates: [sidecar, tracing]
                        """);

        assertThat(Manifests.injectorConfig(InstallValues.of(List.of(file), Map.of())))
                .isEqualTo(
                        Manifests.injectorConfig(
                                of(
                                        "sidecarInjectorWebhook.neverInjectSelector",
                                        "[{matchLabels: {app: batch}}]",
                                        "sidecarInjectorWebhook.templates",
                                        "{tracing: {volumes: [{emptyDir: {}, name: t}]}}",
                                        "sidecarInjectorWebhook.defaultTemplates",
                                        "[sidecar, tracing]")))
                .contains(
                        "neverInjectSelector: [{\"matchLabels\":{\"app\":\"batch\"}}]\n",
                        "defaultTemplates: [\"sidecar\",\"tracing\"]\n",
                        "\n  \"tracing\": {\"volumes\":[{\"emptyDir\":{},\"name\":\"t\"}]}\n");
        assertThat(Manifests.injectorConfig(of())).isEqualTo(InjectorConfig.shippedConfig());
    }

    @Test
    void whatTheInjectorRefusesNamesTheFilesLine() throws IOException {
        Path file =
                file(
                        "v",
                        """
                        sidecarInjectorWebhook:
                          templates: {tracing: {}}
                          defaultTemplates: [tracing, trace]
                        """);

        assertThatExceptionOfType(CliFault.class)
                .isThrownBy(() -> InstallValues.of(List.of(file), Map.of()))
                .withMessage(
                        file
                                + ", line 3: sidecarInjectorWebhook.defaultTemplates: '\"trace\"'"
                                + " (expected: of [sidecar, tracing])");
    }

    @Test
    void someValuesDependOnOneAnother() {
        assertThat(
                        catchThrowableOfType(
                                CliFault.class, () -> of("autoscale.max", "2", "replicas", "2")))
                .hasMessage(
                        "replicas: '2' (expected: not set beside autoscale.max, for the autoscaler"
                                + " decides; its least is autoscale.min)");
        assertThat(
                        catchThrowableOfType(
                                CliFault.class,
                                () -> of("autoscale.max", "2", "autoscale.min", "3")))
                .hasMessage("autoscale.min: '3' (expected: at most autoscale.max, which is 2)");
        InstallValues everywhere = of("enableNamespacesByDefault", "true");
        everywhere.checkFor(Revision.DEFAULT);
        assertThat(
                        catchThrowableOfType(
                                CliFault.class, () -> everywhere.checkFor(new Revision("1-0"))))
                .hasMessageContaining("enableNamespacesByDefault: 'true' (expected: false, for");
    }

    private static InstallValues of(String... keysAndValues) {
        Map<String, String> settings = new java.util.LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            settings.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return InstallValues.of(settings);
    }

    private CliFault fault(String text) throws IOException {
        Path file = file("values.yaml", text);
        CliFault fault =
                catchThrowableOfType(
                        CliFault.class, () -> InstallValues.of(List.of(file), Map.of()));
        assertThat(fault.exitCode()).isEqualTo(ExitCode.BAD_DATA);
        return fault;
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
