// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.vertx.core.http.HttpServer;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The API as the client library of our own programs uses it. */
class ApiServerIT {

    private static RunningServer server;
    private static KubernetesClient client;

    @BeforeAll
    static void start() {
        server = new RunningServer();
        client =
                new KubernetesClientBuilder()
                        .withConfig(Config.fromKubeconfig(server.kubeconfig()))
                        .build();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    private static ConfigMap map(String name, Map<String, String> data) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .addToLabels("test", name)
                .endMetadata()
                .withData(data)
                .build();
    }

    private static Pod pod(String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .withNodeName("local")
                .addNewContainer()
                .withName("c")
                .withImage("i")
                .endContainer()
                .endSpec()
                .build();
    }

    @Test
    void createsReadsChangesAndDeletes() {
        ConfigMap made = client.resource(map("crud", Map.of("a", "b"))).create();
        assertThat(made.getMetadata().getUid()).isNotEmpty();
        ConfigMap changed =
                client.configMaps()
                        .inNamespace("default")
                        .withName("crud")
                        .edit(held -> new ConfigMapBuilder(held).addToData("c", "d").build());
        assertThat(changed.getData()).containsEntry("c", "d");
        assertThat(client.resource(changed).delete()).isNotEmpty();
        assertThat(client.resource(changed).get()).isNull();
    }

    @Test
    void anInformerHearsOfAllThatHappens() {
        client.resource(map("informed-1", Map.of())).create();
        try (SharedIndexInformer<ConfigMap> informer =
                client.configMaps().inNamespace("default").withLabel("test").inform()) {
            client.resource(map("informed-2", Map.of())).create();
            await().until(() ->
                    informer.getStore().list().stream()
                                    .map(map -> map.getMetadata().getName())
                                    .filter(name -> name.startsWith("informed"))
                                    .count()
                            == 2);
            client.configMaps().inNamespace("default").withName("informed-1").delete();
            await().until(() ->
                    informer.getStore().list().stream()
                            .noneMatch(map -> map.getMetadata().getName().equals("informed-1")));
        }
    }

    @Test
    void anObjectThatLeavesTheSelectionIsDeletedForItsWatcher() {
        List<String> heard = new CopyOnWriteArrayList<>();
        client.resource(map("leaves", Map.of())).create();
        try (var watch =
                client.configMaps()
                        .inNamespace("default")
                        .withLabel("test", "leaves")
                        .watch(
                                new Watcher<ConfigMap>() {
                                    @Override
                                    public void eventReceived(Action action, ConfigMap map) {
                                        heard.add(action.name());
                                    }

                                    @Override
                                    public void onClose(WatcherException cause) {
                                        heard.add("closed");
                                    }
                                })) {
            assertThat(watch).isNotNull();
            await().until(() -> heard.equals(List.of("ADDED")));
            client.configMaps()
                    .inNamespace("default")
                    .withName("leaves")
                    .edit(map ->
                            new ConfigMapBuilder(map)
                                    .editMetadata()
                                    .removeFromLabels("test")
                                    .endMetadata()
                                    .build());
            await().until(() -> heard.equals(List.of("ADDED", "DELETED")));
        }
    }

    @Test
    void aWatchFromTooLongAgoIsTold410() {
        List<Integer> codes = new CopyOnWriteArrayList<>();
        ConfigMap map = client.resource(map("old", Map.of())).create();
        for (int i = 0; i < 2_100; i++) {
            String value = Integer.toString(i);
            assertThat(
                            server.api()
                                    .edit(
                                            io.serin.local.api.Resources.CONFIG_MAPS,
                                            "default",
                                            "old",
                                            held -> {
                                                held.withObjectProperty("data").put("i", value);
                                                return held;
                                            }))
                    .isNotEmpty();
        }
        try (var watch =
                client.configMaps()
                        .inNamespace("default")
                        .watch(
                                new ListOptionsBuilder()
                                        .withResourceVersion(map.getMetadata().getResourceVersion())
                                        .build(),
                                new Watcher<ConfigMap>() {
                                    @Override
                                    public void eventReceived(Action action, ConfigMap held) {
                                        codes.add(0);
                                    }

                                    @Override
                                    public void onClose(WatcherException cause) {
                                        codes.add(cause.isHttpGone() ? 410 : -1);
                                    }
                                })) {
            assertThat(watch).isNotNull();
            await().until(() -> codes.contains(410));
        }
    }

    @Test
    void applyingTheSameAgainChangesNothing() {
        Deployment wanted =
                new DeploymentBuilder()
                        .withNewMetadata()
                        .withName("applied")
                        .withNamespace("default")
                        .endMetadata()
                        .withNewSpec()
                        .withNewSelector()
                        .addToMatchLabels("app", "applied")
                        .endSelector()
                        .withNewTemplate()
                        .withNewMetadata()
                        .addToLabels("app", "applied")
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("c")
                        .withImage("i")
                        .addNewPort()
                        .withContainerPort(8080)
                        .endPort()
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build();
        Deployment first = client.resource(wanted).serverSideApply();
        Deployment second = client.resource(wanted).serverSideApply();
        assertThat(second.getMetadata().getResourceVersion())
                .isEqualTo(first.getMetadata().getResourceVersion());
        assertThat(second.getSpec().getReplicas()).isEqualTo(1);
        client.apps().deployments().inNamespace("default").withName("applied").scale(3);
        assertThatThrownBy(() ->
                        client.resource(
                                        new DeploymentBuilder(wanted)
                                                .editSpec()
                                                .withReplicas(2)
                                                .endSpec()
                                                .build())
                                .patch(
                                        new PatchContext.Builder()
                                                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                                                .withFieldManager("other")
                                                .withForce(false)
                                                .build()))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining(".spec.replicas");
    }

    @Test
    void patchesOfEachTypeReachTheObject() {
        client.resource(map("patched", Map.of("a", "b"))).create();
        var held = client.configMaps().inNamespace("default").withName("patched");
        held.patch(
                PatchContext.of(PatchType.JSON),
                "[{\"op\":\"add\",\"path\":\"/data/j\",\"value\":\"1\"}]");
        held.patch(PatchContext.of(PatchType.JSON_MERGE), "{\"data\":{\"m\":\"2\"}}");
        held.patch(PatchContext.of(PatchType.STRATEGIC_MERGE), "{\"data\":{\"s\":\"3\"}}");
        assertThat(held.get().getData()).isEqualTo(Map.of("a", "b", "j", "1", "m", "2", "s", "3"));
    }

    @Test
    void aDefinitionsObjectsAreServed() {
        CustomResourceDefinition definition =
                client.apiextensions()
                        .v1()
                        .customResourceDefinitions()
                        .load(getClass().getResourceAsStream("/io/serin/local/serve/widgets.yaml"))
                        .create();
        GenericKubernetesResource widget =
                new GenericKubernetesResourceBuilder()
                        .withApiVersion("x.io/v1")
                        .withKind("Widget")
                        .withNewMetadata()
                        .withName("w")
                        .withNamespace("default")
                        .endMetadata()
                        .addToAdditionalProperties("spec", Map.of("size", 2))
                        .build();
        GenericKubernetesResource made = client.resource(widget).create();
        assertThat(made.<String>get("spec", "color")).isEqualTo("red");
        made.setAdditionalProperty("status", Map.of("ready", true));
        assertThat(client.resource(made).updateStatus().<Boolean>get("status", "ready")).isTrue();
        GenericKubernetesResource wrong =
                new GenericKubernetesResourceBuilder(widget)
                        .editMetadata()
                        .withName("wrong")
                        .endMetadata()
                        .addToAdditionalProperties("spec", Map.of("size", 0))
                        .build();
        assertThatThrownBy(() -> client.resource(wrong).create())
                .hasMessageContaining("spec.size in body should be greater than or equal to 1");
        client.resource(definition).delete();
        assertThatThrownBy(() -> client.resource(widget).create())
                .isInstanceOf(KubernetesClientException.class);
    }

    @Test
    void runsACommandInAContainer() throws Exception {
        client.resource(pod("exec")).create();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (ExecWatch exec =
                client.pods()
                        .inNamespace("default")
                        .withName("exec")
                        .writingOutput(out)
                        .writingError(err)
                        .exec("sh", "-c", "echo out; echo err >&2; exit 7")) {
            assertThat(exec.exitCode().get(10, TimeUnit.SECONDS)).isEqualTo(7);
        }
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("out\n");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("err\n");
    }

    @Test
    void readsALog() {
        client.resource(pod("log")).create();
        assertThat(client.pods().inNamespace("default").withName("log").getLog())
                .isEqualTo("c: first\nlast\n");
        assertThat(client.pods().inNamespace("default").withName("log").tailingLines(1).getLog())
                .isEqualTo("c: last\n");
    }

    @Test
    void forwardsAPortAndProxiesToIt() throws Exception {
        HttpServer page =
                server.vertx()
                        .createHttpServer()
                        .requestHandler(request -> request.response().end("page " + request.uri()))
                        .listen(0, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get();
        int port = page.actualPort();
        client.resource(pod("ported")).create();
        server.api()
                .editStatus(
                        io.serin.local.api.Resources.PODS,
                        "default",
                        "ported",
                        held -> {
                            held.withObjectProperty("status").put("podIP", "127.0.0.1");
                            return held;
                        });
        try (LocalPortForward forward =
                        client.pods().inNamespace("default").withName("ported").portForward(port);
                HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> response =
                    http.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "http://127.0.0.1:"
                                                            + forward.getLocalPort()
                                                            + "/x"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(response.body()).isEqualTo("page /x");
        }
        assertThat(client.raw("/api/v1/namespaces/default/pods/ported:" + port + "/proxy/y?z=1"))
                .isEqualTo("page /y?z=1");
    }

    @Test
    void aServiceAccountsTokenIsSomebody() {
        String token =
                client.serviceAccounts()
                        .inNamespace("default")
                        .withName("default")
                        .tokenRequest()
                        .getStatus()
                        .getToken();
        Config config = Config.fromKubeconfig(server.kubeconfig());
        config.setOauthToken(token);
        try (KubernetesClient bearer = new KubernetesClientBuilder().withConfig(config).build()) {
            assertThat(bearer.namespaces().withName("default").get()).isNotNull();
        }
        config.setOauthToken("nobody's");
        try (KubernetesClient nobody = new KubernetesClientBuilder().withConfig(config).build()) {
            assertThatThrownBy(() -> nobody.namespaces().list())
                    .isInstanceOfSatisfying(
                            KubernetesClientException.class,
                            e -> assertThat(e.getCode()).isEqualTo(401));
        }
    }

    @Test
    void whatIsNotServedNamesItself() {
        assertThatThrownBy(() -> client.apps().statefulSets().inNamespace("default").list())
                .hasMessageContaining("local-cluster does not do StatefulSets; use --cluster kind");
    }

    @Test
    void listsInPagesOfOneVersion() {
        for (int i = 0; i < 5; i++) {
            ConfigMap paged = map("paged-" + i, Map.of());
            paged.getMetadata().setLabels(Map.of("paged", "yes"));
            client.resource(paged).create();
        }
        var all = client.configMaps().inNamespace("default").withLabel("paged", "yes");
        var first = all.list(new ListOptionsBuilder().withLimit(2L).build());
        client.configMaps().inNamespace("default").withName("paged-4").delete();
        var second =
                all.list(
                        new ListOptionsBuilder()
                                .withLimit(10L)
                                .withContinue(first.getMetadata().getContinue())
                                .build());
        assertThat(first.getItems()).hasSize(2);
        assertThat(second.getItems())
                .extracting(map -> map.getMetadata().getName())
                .containsExactly("paged-2", "paged-3", "paged-4");
    }
}
