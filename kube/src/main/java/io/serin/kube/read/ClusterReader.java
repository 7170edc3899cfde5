// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.read;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.dsl.LogWatch;
import io.serin.kube.Kube;
import io.serin.kube.convert.Convert;
import io.serin.kube.type.KubePod;
import io.serin.kube.type.ObjectName;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads for the command line. Blocks. */
public final class ClusterReader {

    private static final int NOT_FOUND = 404;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final KubernetesClient client;

    public ClusterReader(Kube kube) {
        this.client = kube.client();
    }

    /** How far a Deployment is: whether all it asks for is there, and if not, what it waits for. */
    public record Rollout(ObjectName name, boolean complete, String waitingFor) {}

    /**
     * How a pod is just now.
     *
     * @param ready whether it is to be sent requests
     * @param ending whether it was told to go
     */
    public record PodState(KubePod pod, boolean ready, boolean ending) {}

    /** The API server's version; throws when it can't be reached. */
    public String version() {
        return client.getKubernetesVersion().getGitVersion();
    }

    /** All namespaces with their labels. */
    public Map<String, Map<String, String>> namespaceLabels() {
        Map<String, Map<String, String>> namespaces = new TreeMap<>();
        client.namespaces()
                .list()
                .getItems()
                .forEach(namespace ->
                        namespaces.put(
                                namespace.getMetadata().getName(),
                                Map.copyOf(namespace.getMetadata().getLabels())));
        return namespaces;
    }

    /** A namespace's labels; empty where it is not there. */
    public Optional<Map<String, String>> namespaceLabels(String name) {
        return Optional.ofNullable(client.namespaces().withName(name).get())
                .map(namespace -> Map.copyOf(namespace.getMetadata().getLabels()));
    }

    /** A namespace's annotations; none where it is not there. */
    public Map<String, String> namespaceAnnotations(String name) {
        Namespace namespace = client.namespaces().withName(name).get();
        return namespace == null || namespace.getMetadata().getAnnotations() == null
                ? Map.of()
                : Map.copyOf(namespace.getMetadata().getAnnotations());
    }

    /** All pods that run or are about to. */
    public List<KubePod> pods() {
        return client.pods().inAnyNamespace().list().getItems().stream()
                .map(Convert::pod)
                .filter(pod -> !pod.finished())
                .toList();
    }

    /** All pods that run, are about to, or are going, in one request. */
    public List<PodState> podStates() {
        return client.pods().inAnyNamespace().list().getItems().stream()
                .map(pod ->
                        new PodState(
                                Convert.pod(pod),
                                Convert.isReady(pod),
                                pod.getMetadata().getDeletionTimestamp() != null))
                .filter(state -> !state.pod().finished())
                .toList();
    }

    /** The Deployments of a namespace, by name. */
    public List<Rollout> rollouts(String namespace) {
        return client.apps().deployments().inNamespace(namespace).list().getItems().stream()
                .map(this::rollout)
                .toList();
    }

    /** The first Deployment of a namespace that is not complete. */
    public Optional<Rollout> unfinished(String namespace) {
        return client.apps().deployments().inNamespace(namespace).list().getItems().stream()
                .filter(deployment -> !isComplete(deployment))
                .findFirst()
                .map(this::rollout);
    }

    private static boolean isComplete(Deployment deployment) {
        var status = deployment.getStatus();
        int wanted = deployment.getSpec().getReplicas();
        return status.getObservedGeneration() != null
                && status.getObservedGeneration() >= deployment.getMetadata().getGeneration()
                && is(status.getUpdatedReplicas(), wanted)
                && is(status.getReadyReplicas(), wanted)
                && is(status.getReplicas(), wanted);
    }

    Rollout rollout(Deployment deployment) {
        boolean complete = isComplete(deployment);
        return new Rollout(
                Convert.name(deployment.getMetadata()),
                complete,
                complete ? "" : reason(deployment));
    }

    private static boolean is(Integer held, int wanted) {
        return (held == null ? 0 : held) == wanted;
    }

    /** The live reason: why pods are refused, else the first pod that is not ready, and why. */
    private String reason(Deployment deployment) {
        Optional<String> refusal = refusal(deployment);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        List<Pod> pods =
                client.pods()
                        .inNamespace(deployment.getMetadata().getNamespace())
                        .withLabelSelector(deployment.getSpec().getSelector())
                        .list()
                        .getItems();
        for (Pod pod : pods) {
            Optional<String> reason = reason(pod);
            if (reason.isPresent()) {
                return "pod " + pod.getMetadata().getName() + ": " + reason.get();
            }
        }
        return pods.isEmpty() ? "no pod was made yet" : "pods are being replaced";
    }

    /** A quota's or a webhook's words; they stand on the ReplicaSet first, then on its owner. */
    private Optional<String> refusal(Deployment deployment) {
        for (var condition : deployment.getStatus().getConditions()) {
            if (isRefusal(condition.getType(), condition.getStatus())) {
                return Optional.of("pods are refused: " + condition.getMessage());
            }
        }
        for (ReplicaSet replicaSet :
                client.apps()
                        .replicaSets()
                        .inNamespace(deployment.getMetadata().getNamespace())
                        .withLabelSelector(deployment.getSpec().getSelector())
                        .list()
                        .getItems()) {
            if (replicaSet.getStatus() == null) {
                continue;
            }
            for (var condition : replicaSet.getStatus().getConditions()) {
                if (isRefusal(condition.getType(), condition.getStatus())) {
                    return Optional.of("pods are refused: " + condition.getMessage());
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isRefusal(String type, String status) {
        return type.equals("ReplicaFailure") && status.equals("True");
    }

    private static Optional<String> reason(Pod pod) {
        var status = pod.getStatus();
        for (var condition : status.getConditions()) {
            if (condition.getType().equals("PodScheduled")
                    && condition.getStatus().equals("False")) {
                return Optional.of(String.valueOf(condition.getMessage()));
            }
        }
        List<ContainerStatus> containers = new ArrayList<>(status.getInitContainerStatuses());
        containers.addAll(status.getContainerStatuses());
        for (ContainerStatus container : containers) {
            Optional<String> waiting = Convert.waiting(container.getState());
            if (waiting.isPresent()) {
                return Optional.of("container " + container.getName() + " " + waiting.get());
            }
        }
        for (ContainerStatus container : status.getContainerStatuses()) {
            if (!Boolean.TRUE.equals(container.getReady())) {
                return Optional.of("container " + container.getName() + " is not ready");
            }
        }
        return Optional.empty();
    }

    /** The running pods with a label. */
    public List<KubePod> pods(String namespace, Map<String, String> labels) {
        return client.pods().inNamespace(namespace).withLabels(labels).list().getItems().stream()
                .filter(pod -> "Running".equals(pod.getStatus().getPhase()))
                .map(Convert::pod)
                .toList();
    }

    /** An object as JSON; empty when it is not there, or its kind is not. */
    public Optional<JsonNode> object(String apiVersion, String kind, ObjectName name) {
        var kinds = client.genericKubernetesResources(apiVersion, kind);
        HasMetadata found =
                name.namespace().isEmpty()
                        ? kinds.withName(name.name()).get()
                        : kinds.inNamespace(name.namespace()).withName(name.name()).get();
        return Optional.ofNullable(found).map(JSON::valueToTree);
    }

    /** Whether the cluster has such a kind, of objects in namespaces. */
    public boolean serves(String apiVersion, String kind, String namespace) {
        try {
            var _ =
                    client.genericKubernetesResources(apiVersion, kind)
                            .inNamespace(namespace)
                            .list(new ListOptionsBuilder().withLimit(1L).build());
            return true;
        } catch (KubernetesClientException refused) {
            if (refused.getCode() == NOT_FOUND) {
                return false;
            }
            throw refused;
        }
    }

    /** The Service that a configuration's webhooks call; empty where they call an address. */
    public Optional<JsonNode> called(JsonNode configuration) {
        JsonNode service = configuration.at("/webhooks/0/clientConfig/service");
        return service.isObject()
                ? object(
                        "v1",
                        "Service",
                        new ObjectName(
                                service.path("namespace").asText(), service.path("name").asText()))
                : Optional.empty();
    }

    /** A ConfigMap as JSON; empty when it is not there. */
    public Optional<JsonNode> configMap(ObjectName name) {
        return Optional.ofNullable(
                        client.configMaps()
                                .inNamespace(name.namespace())
                                .withName(name.name())
                                .get())
                .map(JSON::valueToTree);
    }

    /** The ConfigMaps of a namespace with these labels, as JSON. */
    public List<JsonNode> configMaps(String namespace, Map<String, String> labels) {
        return client
                .configMaps()
                .inNamespace(namespace)
                .withLabels(labels)
                .list()
                .getItems()
                .stream()
                .<JsonNode>map(JSON::valueToTree)
                .toList();
    }

    /**
     * All objects of a kind with these labels, as JSON; none where the kind is not served.
     *
     * @param namespace empty for kinds that have none
     */
    public List<JsonNode> objects(
            String apiVersion, String kind, String namespace, Map<String, String> labels) {
        try {
            var kinds = client.genericKubernetesResources(apiVersion, kind);
            var found =
                    namespace.isEmpty()
                            ? kinds.withLabels(labels).list()
                            : kinds.inNamespace(namespace).withLabels(labels).list();
            return found.getItems().stream().<JsonNode>map(JSON::valueToTree).toList();
        } catch (KubernetesClientException refused) {
            if (refused.getCode() == NOT_FOUND) {
                return List.of();
            }
            throw refused;
        }
    }

    /** Those of all namespaces, of a kind that is always served. */
    public List<JsonNode> objectsEverywhere(
            String apiVersion, String kind, Map<String, String> labels) {
        return client
                .genericKubernetesResources(apiVersion, kind)
                .inAnyNamespace()
                .withLabels(labels)
                .list()
                .getItems()
                .stream()
                .<JsonNode>map(JSON::valueToTree)
                .toList();
    }

    /**
     * A page of a pod, by way of the API server.
     *
     * @return empty when the pod doesn't answer
     */
    public Optional<JsonNode> page(ObjectName pod, int port, String path) {
        Optional<String> text = text(pod, port, path);
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(JSON.readTree(text.get()));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** The same, as it stands. */
    Optional<String> text(ObjectName pod, int port, String path) {
        try {
            return Optional.ofNullable(
                    client.raw(
                            "/api/v1/namespaces/"
                                    + pod.namespace()
                                    + "/pods/"
                                    + pod.name()
                                    + ":"
                                    + port
                                    + "/proxy"
                                    + path));
        } catch (KubernetesClientException unreachable) {
            return Optional.empty();
        }
    }

    /**
     * A page that a pod shows on its loopback only, through a port-forward.
     *
     * @throws IOException when the pod can't be reached or answers other than 200
     */
    public JsonNode loopbackPage(ObjectName pod, int port, String path) throws IOException {
        try (LocalPortForward forward =
                        client.pods()
                                .inNamespace(pod.namespace())
                                .withName(pod.name())
                                .portForward(port);
                HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> response =
                    http.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "http://127.0.0.1:"
                                                            + forward.getLocalPort()
                                                            + path))
                                    .timeout(Duration.ofSeconds(10))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IOException("status " + response.statusCode());
            }
            return JSON.readTree(response.body());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopped);
        }
    }

    /** A container's log from now on; the caller closes it. */
    public InputStream follow(ObjectName pod, String container) {
        LogWatch log =
                client.pods()
                        .inNamespace(pod.namespace())
                        .withName(pod.name())
                        .inContainer(container)
                        .watchLog();
        return log.getOutput();
    }
}
