// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.contract.Labels;
import io.serin.api.name.Revision;
import io.serin.injector.template.TreeTemplate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stock Helm renders what the command line applies. */
class HelmTemplateIT {

    private static final InstallValue.Check ANY = new InstallValue.Truth();

    private static String helm = "";

    private record Ended(int exit, String out, String err) {}

    @BeforeAll
    static void find() throws Exception {
        Ended found = run(List.of("../e2e/helm-program", "--find"));
        assumeTrue(found.exit() == 0, "there is no Helm: e2e/helm-program builds it");
        helm = found.out().strip();
    }

    /** A revision, and values. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "asm-1187-26",
                "asm-managed-2",
                "default",
                "10",
                "default enableNamespacesByDefault=true",
                "1-0 replicas=2 image.hub=registry.example.org/serin image.pullPolicy=Always",
                "1-0 autoscale.min=2 autoscale.max=5 controlPlane.cpu=500m",
                "default autoscale.max=1",
                "default channel=stable",
                "1-0 channel=rapid replicas=2",
                "1-0 proxy.cpu=1 proxy.memory=64Mi proxy.cpuLimit=3 proxy.memoryLimit=2Gi"
                        + " controlPlane.memory=1Gi controlPlane.memoryLimit=2Gi image.tag=7",
                "1-0 image.pullSecrets=one,two proxy.nativeSidecar=false"
                        + " proxy.holdApplicationUntilProxyStarts=true"
                        + " proxy.seccompProfile=RuntimeDefault",
                "default pilot.cni.enabled=true",
                "1-0 pilot.cni.enabled=true pilot.cni.provider=default image.pullSecrets=one,two"
                        + " image.hub=registry.example.org/serin",
                "1-0 meshConfig.defaultConfig={\"proxyMetadata\":{\"B\":\"b<&>\",\"A\":\"1\"}}",
                "1-0 proxy.autoInject=disabled"
                        + " sidecarInjectorWebhook.neverInjectSelector=[{\"matchExpressions\":[{\"operator\":\"In\",\"key\":\"a\",\"values\":[\"b\"]}]}]"
                        + " sidecarInjectorWebhook.alwaysInjectSelector=[{\"matchLabels\":{\"a\":\"b\"}}]"
                        + " sidecarInjectorWebhook.injectedAnnotations={\"example.org/of\":\"ä<&>{{.}}\"}",
                "default"
                        + " sidecarInjectorWebhook.templates={\"tracing\":{\"containers\":[{\"name\":\"c\",\"image\":\"c:1\",\"args\":[\"${workloadName}\"]}]},\"B\":{\"volumes\":[]}}"
                        + " sidecarInjectorWebhook.aliases={\"traced\":[\"sidecar\",\"tracing\"]}"
                        + " sidecarInjectorWebhook.defaultTemplates=[\"traced\"]",
                "1-0"
                        + " sidecarInjectorWebhook.templates={\"sidecar\":{\"containers\":[{\"name\":\"istio-proxy\",\"image\":\"${image}\"}]}}",
            })
    void rendersTheSameObjects(String installation) throws Exception {
        String[] words = installation.split(" ");
        Map<String, String> settings = new LinkedHashMap<>();
        for (int i = 1; i < words.length; i++) {
            settings.put(words[i].split("=")[0], words[i].split("=")[1]);
        }

        Ended rendered = template(words[0], settings);

        assertThat(rendered.exit()).as(rendered.err()).isZero();
        assertThat(byName(TreeTemplate.parseYaml(rendered.out()), "Helm"))
                .isEqualTo(
                        byName(
                                Manifests.render(new Revision(words[0]), InstallValues.of(settings))
                                        .stream()
                                        .filter(object ->
                                                !object.path("kind").asText().equals("Namespace"))
                                        .toList(),
                                "serin"));
    }

    @Test
    void anUpgradeSaysNothingOfWhatTheControlPlaneWrites() throws Exception {
        Ended rendered = template("1-0", Map.of(), "--is-upgrade");

        assertThat(byName(TreeTemplate.parseYaml(rendered.out()), "Helm"))
                .isEqualTo(
                        byName(
                                Manifests.render(
                                                new Revision("1-0"),
                                                InstallValues.of(Map.of()),
                                                false)
                                        .stream()
                                        .filter(object ->
                                                !object.path("kind").asText().equals("Namespace"))
                                        .toList(),
                                "serin"));
    }

    /** What the command line refuses, Helm refuses. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1-0 colour=blue",
                "1-0 image.hubb=x",
                "1-0 replicas=many",
                "1-0 replicas=0",
                "1-0 proxy.cpu=fast",
                "1-0 image.pullPolicy=never",
                "1-0 autoscale.max=2 replicas=2",
                "1-0 enableNamespacesByDefault=true",
                "1-0 channel=fast",
                "1-0 pilot.cni.enabled=perhaps",
                "1-0 pilot.cni.provider=multus",
                "1-0 proxy.autoInject=on",
                "1-0 sidecarInjectorWebhook.colour=1",
                "1-0 sidecarInjectorWebhook.neverInjectSelector=[{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"Gt\"}]}]",
                "1-0 sidecarInjectorWebhook.neverInjectSelector=[{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"In\"}]}]",
                "1-0 sidecarInjectorWebhook.neverInjectSelector=[{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"Exists\",\"values\":[\"b\"]}]}]",
                "1-0 sidecarInjectorWebhook.alwaysInjectSelector=[{\"matchLabel\":{\"a\":\"b\"}}]",
                "1-0 sidecarInjectorWebhook.injectedAnnotations={\"a\":1}",
                "1-0 sidecarInjectorWebhook.templates={\"a\":{\"spec\":{}}}",
                "1-0 sidecarInjectorWebhook.templates={\"a\":{\"volumes\":[{}]}}",
                "1-0 sidecarInjectorWebhook.defaultTemplates=[]",
                "1-0 sidecarInjectorWebhook.aliases={\"a\":\"sidecar\"}",
                "Upper",
                "asm-managed",
                "asm-managed-rapid",
                "revision-tag-prod",
            })
    void refusesWhatTheCommandLineRefuses(String installation) throws Exception {
        String[] words = installation.split(" ");
        Map<String, String> settings = new LinkedHashMap<>();
        for (int i = 1; i < words.length; i++) {
            settings.put(words[i].split("=")[0], words[i].split("=")[1]);
        }

        assertThat(template(words[0], settings).exit()).isNotZero();
        assertThat(template("1-0", Map.of()).exit()).isZero();
    }

    @Test
    void aReleaseWithoutARevisionIsRefused() throws Exception {
        Ended ended =
                run(
                        List.of(
                                helm,
                                "template",
                                "mesh",
                                HelmChartTest.FOLDER.toString(),
                                "--kube-version",
                                "1.29.0"));

        assertThat(ended.exit()).isNotZero();
        assertThat(ended.err()).contains("missing property 'revision'");
    }

    private static Ended template(String revision, Map<String, String> settings, String... more)
            throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                helm,
                                "template",
                                "mesh",
                                HelmChartTest.FOLDER.toString(),
                                "--namespace",
                                "istio-system",
                                // What a Helm takes a cluster for depends on how it was built.
                                "--kube-version",
                                "1.29.0",
                                "--set-string",
                                "revision=" + revision));
        settings.forEach((key, value) ->
                command.addAll(
                        switch (InstallValue.of(key).map(InstallValue::check).orElse(ANY)) {
                            case InstallValue.Text _ -> List.of("--set-string", key + "=" + value);
                            case InstallValue.Names _ -> List.of("--set", key + "={" + value + "}");
                            case InstallValue.Defaults _, InstallValue.Tree _ ->
                                    List.of("--set-json", key + "=" + value);
                            case InstallValue.Whole _, InstallValue.OneOf _, InstallValue.Truth _ ->
                                    List.of("--set", key + "=" + value);
                        }));
        command.addAll(List.of(more));
        return run(command);
    }

    /** With the one label that has to differ made equal. */
    private static Map<String, JsonNode> byName(List<JsonNode> objects, String manager) {
        Map<String, JsonNode> byName = new TreeMap<>();
        for (JsonNode object : objects) {
            ObjectNode labels = (ObjectNode) object.at("/metadata/labels");
            assertThat(labels.path(Labels.MANAGED_BY).asText()).isEqualTo(manager);
            labels.put(Labels.MANAGED_BY, "-");
            byName.put(
                    object.path("kind").asText() + " " + object.at("/metadata/name").asText(),
                    object);
        }
        return byName;
    }

    private static Ended run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(false).start();
        process.getOutputStream().close();
        var err =
                new java.util.concurrent.FutureTask<>(
                        () -> new String(process.getErrorStream().readAllBytes(), UTF_8));
        Thread.ofVirtual().start(err);
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            return new Ended(process.waitFor(), out, err.get());
        } catch (java.util.concurrent.ExecutionException broken) {
            throw new IOException(broken);
        }
    }
}
