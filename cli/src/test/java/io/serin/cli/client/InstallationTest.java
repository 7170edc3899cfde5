// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.serin.api.name.Revision;
import io.serin.cli.RecordedCluster;
import io.serin.injector.template.TreeTemplate;
import io.serin.kube.Kube;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a recorded cluster, which takes no change. */
class InstallationTest {

    private static final String CONFIG_MAP =
            "/api/v1/namespaces/istio-system/configmaps/istio-sidecar-injector-1-0";

    @TempDir private Path folder;
    private RecordedCluster cluster;

    @BeforeEach
    void start() throws IOException {
        cluster =
                new RecordedCluster()
                        .on(
                                "GET /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
                                200,
                                "{\"kind\":\"List\",\"apiVersion\":\"v1\",\"items\":[]}")
                        .on(
                                "GET /api/v1",
                                200,
                                """
                                {"kind":"APIResourceList","groupVersion":"v1","resources":[
                                 {"name":"configmaps","namespaced":true,"kind":"ConfigMap","verbs":["get"]}]}
                                """);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void saysWhatOthersWroteBeforeItIsReplaced() throws IOException {
        cluster.on("GET " + CONFIG_MAP, 200, configMap("kubectl-edit"));

        assertThat(replaced())
                .containsExactly(
                        "replaces what kubectl-edit wrote into ConfigMap istio-sidecar-injector-1-0,"
                                + " config (what is to stay has to be a value, see serin install"
                                + " --help):",
                        "  policy: \"disabled\"");
    }

    @Test
    void saysNothingOfWhatItWroteItself() throws IOException {
        cluster.on("GET " + CONFIG_MAP, 200, configMap("serin"));

        assertThat(replaced()).isEmpty();
    }

    /** What is said until the first change. */
    private List<String> replaced() throws IOException {
        List<String> said = new ArrayList<>();
        try (Kube kube = Kube.connect(Optional.of(cluster.kubeconfig(folder)), Optional.empty())) {
            Installation installation = new Installation(kube, _ -> {});
            assertThatExceptionOfType(KubernetesClientException.class)
                    .isThrownBy(() ->
                            installation.install(
                                    new Revision("1-0"),
                                    InstallValues.of(Map.of()),
                                    Duration.ZERO,
                                    line -> {
                                        assertThat(cluster.requests())
                                                .allMatch(asked -> asked.startsWith("GET"));
                                        said.add(line);
                                    }));
        }
        assertThat(cluster.requests()).anyMatch(asked -> asked.startsWith("PATCH"));
        return said;
    }

    private static String configMap(String manager) {
        return TreeTemplate.tree(
                        Map.of(
                                "apiVersion",
                                "v1",
                                "kind",
                                "ConfigMap",
                                "metadata",
                                Map.of(
                                        "name",
                                        "istio-sidecar-injector-1-0",
                                        "namespace",
                                        "istio-system",
                                        "labels",
                                        Manifests.labels(new Revision("1-0"), "istiod"),
                                        "managedFields",
                                        List.of(
                                                Map.of(
                                                        "manager",
                                                        manager,
                                                        "fieldsType",
                                                        "FieldsV1",
                                                        "fieldsV1",
                                                        Map.of(
                                                                "f:data",
                                                                Map.of("f:config", Map.of()))))),
                                "data",
                                Map.of(
                                        "config",
                                        Manifests.injectorConfig(
                                                InstallValues.of(
                                                        Map.of("proxy.autoInject", "disabled"))),
                                        "values",
                                        Manifests.injectorValues(InstallValues.of(Map.of())))))
                .toString();
    }
}
