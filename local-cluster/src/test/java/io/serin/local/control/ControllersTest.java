// SPDX-License-Identifier: Apache-2.0
package io.serin.local.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ApiFault;
import io.serin.local.api.ClusterApi;
import io.serin.local.api.DeleteOptions;
import io.serin.local.api.Execution;
import io.serin.local.api.Meta;
import io.serin.local.api.PodAccess;
import io.serin.local.api.Resource;
import io.serin.local.api.Resources;
import io.serin.local.api.Slices;
import io.serin.local.api.Times;
import io.serin.local.api.WatchEvent;
import io.serin.local.serve.ApiServer;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The controllers on the real API, with a node that only says that pods are ready. */
class ControllersTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Vertx vertx = Vertx.vertx();
    private final ServiceAddresses addresses = new ServiceAddresses(Clock.systemUTC());
    private final ApiServer server =
            new ApiServer(
                    vertx,
                    Clock.systemUTC(),
                    new ApiServer.Settings(
                            List.of("localhost"),
                            List.of("127.0.0.1"),
                            List.of(attributes -> {
                                if (attributes.kind().is(Resources.SERVICES)) {
                                    attributes
                                            .object()
                                            .ifPresent(service ->
                                                    addresses.assign(service, attributes.old()));
                                }
                            })),
                    new NoPods());
    private final ClusterApi api = server.api("test");
    private Controllers controllers;

    @BeforeEach
    void start() {
        addresses.follow(api);
        controllers = Controllers.start(server::api, "PEM", "10.244.0.1", Clock.systemUTC());
        await().until(() -> api.get(Resources.SERVICE_ACCOUNTS, "default", "default").isPresent());
        AtomicInteger number = new AtomicInteger(1);
        var _ =
                server.api("kubelet")
                        .watch(
                                Resources.PODS,
                                event -> {
                                    if (event.type() != WatchEvent.Type.DELETED) {
                                        Thread.startVirtualThread(
                                                () -> run(event.object(), number));
                                    }
                                });
    }

    @AfterEach
    void close() {
        controllers.close();
        server.close();
        var _ = vertx.close();
    }

    /** What a kubelet would do. */
    private void run(ObjectNode pod, AtomicInteger number) {
        try {
            if (Meta.isTerminating(pod)) {
                api.delete(Resources.PODS, Meta.namespace(pod), Meta.name(pod), DeleteOptions.NOW);
            } else if (pod.path("spec").path("nodeName").isTextual()
                    && !Pods.isReady(pod)
                    && !Meta.label(pod, "never").equals("ready")) {
                String address = "10.244.1." + number.incrementAndGet();
                var _ =
                        api.editStatus(
                                Resources.PODS,
                                Meta.namespace(pod),
                                Meta.name(pod),
                                found -> ready(found, address));
            }
        } catch (ApiFault gone) {
            // Somebody was faster.
        }
    }

    private static ObjectNode ready(ObjectNode pod, String address) {
        ObjectNode status = pod.withObject("/status");
        if (!Pods.isReady(pod)) {
            status.put("phase", "Running");
            status.put("podIP", address);
            Conditions.set(
                    status,
                    Conditions.of(
                            status,
                            "Ready",
                            true,
                            "",
                            "",
                            Times.text(Clock.systemUTC().instant())));
        }
        return pod;
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) JSON.readTree(text);
        } catch (IOException wrong) {
            throw new IllegalArgumentException(wrong);
        }
    }

    private void deploy(String name, int replicas, String image, String label) {
        var _ =
                api.create(
                        Resources.DEPLOYMENTS,
                        json(
                                """
                                {"apiVersion": "apps/v1", "kind": "Deployment",
                                 "metadata": {"name": "%1$s", "namespace": "default"},
                                 "spec": {"replicas": %2$d, "selector": {"matchLabels": {"app": "%1$s"}},
                                  "strategy": {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
                                  "template": {"metadata": {"labels": {"app": "%1$s", "never": "%4$s"}},
                                   "spec": {"containers": [{"name": "main", "image": "%3$s"}]}}}}
                                """
                                        .formatted(name, replicas, image, label)));
    }

    private JsonNode awaitDeployment(String name, Predicate<JsonNode> wish) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> wish.test(get(Resources.DEPLOYMENTS, name).path("status")));
        return get(Resources.DEPLOYMENTS, name);
    }

    private JsonNode get(Resource resource, String name) {
        return api.get(resource, "default", name).orElseThrow();
    }

    private List<ObjectNode> sets() {
        return api.list(Resources.REPLICA_SETS, "default", _ -> true);
    }

    private void setImage(String name, String image) {
        var _ =
                api.edit(
                        Resources.DEPLOYMENTS,
                        "default",
                        name,
                        found -> {
                            ((ObjectNode) found.at("/spec/template/spec/containers/0"))
                                    .put("image", image);
                            return found;
                        });
    }

    @Test
    void aDeploymentGetsItsPodsAndSaysSo() {
        deploy("web", 3, "one", "");

        JsonNode web =
                awaitDeployment("web", status -> status.path("availableReplicas").asInt() == 3);

        assertThat(web.at("/metadata/annotations/deployment.kubernetes.io~1revision").asText())
                .isEqualTo("1");
        await().untilAsserted(() ->
                assertThat(
                                Conditions.find(
                                                get(Resources.DEPLOYMENTS, "web").path("status"),
                                                "Progressing")
                                        .orElseThrow()
                                        .path("reason")
                                        .asText())
                        .isEqualTo("NewReplicaSetAvailable"));
        assertThat(sets()).hasSize(1);
    }

    @Test
    void aRolloutKeepsAllAvailableAndGoesBackToTheOldSet() {
        deploy("web", 3, "one", "");
        awaitDeployment("web", status -> status.path("availableReplicas").asInt() == 3);
        AtomicInteger least = new AtomicInteger(3);
        var _ =
                api.watch(
                        Resources.DEPLOYMENTS,
                        event ->
                                least.accumulateAndGet(
                                        event.object().at("/status/availableReplicas").asInt(),
                                        Math::min));
        setImage("web", "two");
        awaitDeployment("web", RolloutDone::is);
        assertThat(least).hasValue(3);
        assertThat(sets()).hasSize(2);

        setImage("web", "one");
        awaitDeployment(
                "web",
                status ->
                        RolloutDone.is(status)
                                && Meta.annotation(
                                                get(Resources.DEPLOYMENTS, "web"),
                                                Deployments.REVISION)
                                        .equals("3"));
        assertThat(sets()).hasSize(2);
    }

    /** All pods are new ones, and available. */
    private static final class RolloutDone {
        static boolean is(JsonNode status) {
            return status.path("observedGeneration").asInt() > 1
                    && status.path("updatedReplicas").asInt() == 3
                    && status.path("replicas").asInt() == 3
                    && status.path("availableReplicas").asInt() == 3;
        }
    }

    @Test
    void aRolloutWaitsForWhoIsNeverReady() {
        deploy("web", 2, "one", "");
        awaitDeployment("web", status -> status.path("availableReplicas").asInt() == 2);
        var _ =
                api.edit(
                        Resources.DEPLOYMENTS,
                        "default",
                        "web",
                        found -> {
                            ((ObjectNode) found.at("/spec/template/metadata/labels"))
                                    .put("never", "ready");
                            return found;
                        });

        JsonNode web =
                awaitDeployment("web", status -> status.path("updatedReplicas").asInt() == 1);

        assertThat(web.at("/status/availableReplicas").asInt()).isEqualTo(2);
    }

    @Test
    void whatIsOwnedGoesWithItsOwner() {
        deploy("web", 2, "one", "");
        awaitDeployment("web", status -> status.path("availableReplicas").asInt() == 2);

        api.delete(Resources.DEPLOYMENTS, "default", "web", DeleteOptions.BACKGROUND);

        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        sets().isEmpty()
                                && api.list(Resources.PODS, "default", _ -> true).isEmpty());
    }

    @Test
    void aNamespaceGoesWhenItIsEmpty() {
        var _ = api.create(Resources.NAMESPACES, json("{\"metadata\": {\"name\": \"doomed\"}}"));
        await().until(() ->
                api.get(Resources.CONFIG_MAPS, "doomed", Namespaces.ROOT_CA).isPresent());
        api.delete(Resources.NAMESPACES, "", "doomed", DeleteOptions.BACKGROUND);

        await().atMost(Duration.ofSeconds(20))
                .until(() -> api.get(Resources.NAMESPACES, "", "doomed").isEmpty());
        assertThat(api.list(Resources.CONFIG_MAPS, "doomed", _ -> true)).isEmpty();
    }

    @Test
    void endpointsFollowThePods() {
        var _ =
                api.create(
                        Resources.SERVICES,
                        json(
                                """
                                {"apiVersion": "v1", "kind": "Service",
                                 "metadata": {"name": "web", "namespace": "default"},
                                 "spec": {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": 8080}]}}
                                """));
        await().until(() -> slices().size() == 1);
        assertThat(slices().getFirst().path("endpoints")).isEmpty();
        deploy("web", 2, "one", "");
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        slices().stream()
                                .anyMatch(slice ->
                                        slice.path("endpoints").size() == 2
                                                && slice.at("/endpoints/0/conditions/ready")
                                                        .asBoolean()
                                                && slice.at("/endpoints/1/conditions/ready")
                                                        .asBoolean()));
        assertThat(slices()).hasSize(1);
        assertThat(slices().getFirst().at("/ports/0/port").asInt()).isEqualTo(8080);

        api.delete(Resources.SERVICES, "default", "web", DeleteOptions.BACKGROUND);
        await().until(() -> slices().isEmpty());
    }

    private List<ObjectNode> slices() {
        return api.list(
                Resources.ENDPOINT_SLICES,
                "default",
                slice -> Meta.label(slice, Slices.SERVICE_NAME).equals("web"));
    }

    @Test
    void aPodThatDoesNotFitSaysWhy() {
        var _ =
                api.create(
                        Resources.PODS,
                        json(
                                """
                                {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "huge", "namespace": "default"},
                                 "spec": {"containers": [{"name": "main", "image": "one",
                                  "resources": {"requests": {"cpu": "5000"}}}]}}
                                """));

        await().until(() ->
                Conditions.find(get(Resources.PODS, "huge").path("status"), "PodScheduled")
                        .filter(c -> c.path("message").asText().contains("1 Insufficient cpu"))
                        .isPresent());
    }

    @Test
    void anAddressIsGivenOnceAndComesBack() {
        ObjectNode service =
                json(
                        """
                        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a", "namespace": "default"},
                         "spec": {"clusterIP": "10.96.7.7", "ports": [{"port": 80}]}}
                        """);
        var _ = api.create(Resources.SERVICES, service);
        ObjectNode other = service.deepCopy();
        other.withObject("/metadata").put("name", "b");

        assertThatThrownBy(() -> api.create(Resources.SERVICES, other))
                .isInstanceOf(ApiFault.class)
                .hasMessageContaining("provided IP is already allocated");
        api.delete(Resources.SERVICES, "default", "a", DeleteOptions.BACKGROUND);
        await().untilAsserted(() ->
                assertThat(api.create(Resources.SERVICES, other).at("/spec/clusterIP").asText())
                        .isEqualTo("10.96.7.7"));
    }

    /** Nobody is asked. */
    private static final class NoPods implements PodAccess {
        @Override
        public InputStream logs(
                String namespace,
                String pod,
                String container,
                boolean follow,
                OptionalInt tailLines,
                boolean previous) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Execution exec(
                String namespace,
                String pod,
                String container,
                List<String> command,
                boolean stdin,
                boolean tty) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SocketChannel connect(String namespace, String pod, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public InetSocketAddress address(String namespace, String pod, int port) {
            throw new UnsupportedOperationException();
        }
    }
}
