// SPDX-License-Identifier: Apache-2.0
package io.serin.control.channel;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.serin.injector.template.TreeTemplate;
import io.serin.kube.Kube;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * An API server with a mesh of revisions: it holds objects, rehearses pods with the sidecar that
 * webhooks would bring, and replaces a Deployment's pods one by one when its template changes.
 */
final class SmallApi implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> LISTS =
            Set.of(
                    "namespaces",
                    "pods",
                    "configmaps",
                    "services",
                    "deployments",
                    "statefulsets",
                    "daemonsets",
                    "replicasets",
                    "poddisruptionbudgets",
                    "mutatingwebhookconfigurations");

    static final String MWCS =
            "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
    static final String SYSTEM = "/api/v1/namespaces/istio-system";
    static final String OBJECT = SYSTEM + "/configmaps/istio-channel-rapid";

    private final HttpServer server;
    private final Map<String, ObjectNode> objects = new TreeMap<>();
    private final List<String> restarts = new ArrayList<>();
    private final Thread controllers;
    private long version = 100;
    private int made;

    /** What was asked for, as rules of roles speak of it. */
    final Set<Deed> deeds = new ConcurrentSkipListSet<>();

    /** Revisions whose sidecars do not become ready. */
    final Set<String> broken = new ConcurrentSkipListSet<>();

    /**
     * @param namespace empty for objects of no namespace
     * @param name empty for lists, and for what is made
     */
    record Deed(String verb, String group, String resource, String namespace, String name)
            implements Comparable<Deed> {
        @Override
        public int compareTo(Deed other) {
            return toString().compareTo(other.toString());
        }
    }

    SmallApi() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
        controllers = Thread.ofVirtual().start(this::control);
    }

    Kube connect(Path folder) throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("kubeconfig"),
                        """
                        apiVersion: v1
                        kind: Config
                        current-context: small
                        clusters: [{name: small, cluster: {server: "http://127.0.0.1:%d"}}]
                        users: [{name: small, user: {}}]
                        contexts: [{name: small, context: {cluster: small, user: small}}]
                        """
                                .formatted(server.getAddress().getPort()));
        return Kube.connect(Optional.of(file), Optional.empty());
    }

    synchronized void put(String path, String yaml) {
        ObjectNode object = (ObjectNode) TreeTemplate.parseYaml(yaml).getFirst();
        object.withObject("/metadata").put("name", path.substring(path.lastIndexOf('/') + 1));
        object.withObject("/metadata").put("uid", "u-" + path.hashCode());
        objects.put(path, object);
    }

    synchronized JsonNode get(String path) {
        ObjectNode held = objects.get(path);
        return held == null ? JSON.missingNode() : held.deepCopy();
    }

    /** Which Deployments were told to make new pods, in order. */
    synchronized List<String> restarts() {
        return List.copyOf(restarts);
    }

    /** The revisions that the pods of a namespace are of. */
    synchronized Set<String> revisions(String namespace) {
        Set<String> revisions = new TreeSet<>();
        in("/api/v1/namespaces/" + namespace + "/pods")
                .forEach(pod ->
                        revisions.add(pod.at("/metadata/annotations/istio.io~1rev").asText()));
        return revisions;
    }

    /** {@code reason: message} of the events of a namespace. */
    synchronized List<String> events(String namespace) {
        return in("/api/v1/namespaces/" + namespace + "/events").stream()
                .map(event ->
                        event.path("type").asText()
                                + " "
                                + event.path("reason").asText()
                                + ": "
                                + event.path("message").asText())
                .toList();
    }

    private List<ObjectNode> in(String list) {
        return objects.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(list + "/"))
                .filter(entry -> entry.getKey().indexOf('/', list.length() + 1) < 0)
                .map(Map.Entry::getValue)
                .toList();
    }

    /** A revision of the channel, ready. */
    void install(String revision, String version) {
        put(
                "/apis/apps/v1/namespaces/istio-system/deployments/istiod-" + revision,
                """
                metadata:
                  namespace: istio-system
                  generation: 1
                  creationTimestamp: "2026-01-02T03:04:05Z"
                  labels: {serin.io/channel: rapid, app.kubernetes.io/version: %2$s}
                  annotations: {deployment.kubernetes.io/revision: "1"}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: istiod}}
                  template: {metadata: {labels: {app: istiod, istio.io/rev: %1$s}}, spec: {}}
                status: {readyReplicas: 1}
                """
                        .formatted(revision, version));
        put(
                SYSTEM + "/services/istiod-" + revision,
                """
                apiVersion: v1
                kind: Service
                metadata: {namespace: istio-system}
                spec: {selector: {istio.io/rev: %s}, ports: [{name: grpc-xds, port: 15010}]}
                """
                        .formatted(revision));
        put(
                SYSTEM + "/pods/istiod-" + revision + "-x",
                """
                metadata:
                  namespace: istio-system
                  labels: {app: istiod, istio.io/rev: %s, app.kubernetes.io/part-of: serin}
                spec: {}
                status: {phase: Running}
                """
                        .formatted(revision));
        put(
                MWCS + "/istio-sidecar-injector-" + revision,
                """
                apiVersion: admissionregistration.k8s.io/v1
                kind: MutatingWebhookConfiguration
                metadata: {labels: {app: sidecar-injector, istio.io/rev: %1$s}}
                webhooks:
                  - name: rev.namespace.sidecar-injector.istio.io
                    clientConfig:
                      caBundle: T05F
                      service: {name: istiod-%1$s, namespace: istio-system, path: /inject}
                """
                        .formatted(revision));
    }

    void namespace(String name, String labels) {
        put(
                "/api/v1/namespaces/" + name,
                "{apiVersion: v1, kind: Namespace, metadata: {labels: %s}}".formatted(labels));
    }

    /** Three pods of it on a revision. */
    synchronized void deployment(String namespace, String name, String revision) {
        put(
                deploymentPath(namespace, name),
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {namespace: %s, generation: 1}
                spec:
                  replicas: 3
                  selector: {matchLabels: {app: %2$s}}
                  template: {metadata: {labels: {app: %2$s}}, spec: {}}
                """
                        .formatted(namespace, name));
        for (int i = 0; i < 3; i++) {
            pod(namespace, name, revision, "");
        }
        tell(deploymentPath(namespace, name));
    }

    private static String deploymentPath(String namespace, String name) {
        return "/apis/apps/v1/namespaces/" + namespace + "/deployments/" + name;
    }

    private void pod(String namespace, String of, String revision, String mark) {
        put(
                "/api/v1/namespaces/" + namespace + "/pods/" + of + "-" + made++,
                """
                metadata:
                  namespace: %s
                  labels: {app: %2$s, pod-template-hash: t}
                  annotations: {istio.io/rev: %3$s, serin.io/rollout: "%4$s"}
                  ownerReferences: [{kind: ReplicaSet, name: %2$s-t, controller: true}]
                spec: {}
                status: {phase: Running, conditions: [{type: Ready, status: "%5$s"}]}
                """
                        .formatted(
                                namespace,
                                of,
                                revision,
                                mark,
                                broken.contains(revision) ? "False" : "True"));
    }

    private void control() {
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(100);
                synchronized (this) {
                    objects.keySet().stream()
                            .filter(path -> path.contains("/deployments/"))
                            .filter(path -> !path.contains("/istio-system/"))
                            .toList()
                            .forEach(this::replaceOne);
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isReady(JsonNode pod) {
        return pod.at("/status/conditions/0/status").asText().equals("True");
    }

    private static String mark(JsonNode pod) {
        return pod.at("/metadata/annotations/serin.io~1rollout").asText("");
    }

    private List<String> pods(String deployment) {
        String namespace = deployment.split("/")[5];
        String app = deployment.substring(deployment.lastIndexOf('/') + 1);
        return objects.entrySet().stream()
                .filter(entry ->
                        entry.getKey().startsWith("/api/v1/namespaces/" + namespace + "/pods/"))
                .filter(entry -> entry.getValue().at("/metadata/labels/app").asText().equals(app))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** A new one comes first; while one does not become ready, no old one goes. */
    private void replaceOne(String path) {
        String wanted = mark(get(path).at("/spec/template"));
        List<String> pods = pods(path);
        List<String> old = pods.stream().filter(pod -> !mark(get(pod)).equals(wanted)).toList();
        boolean isStuck =
                pods.stream().anyMatch(pod -> mark(get(pod)).equals(wanted) && !isReady(get(pod)));
        if (!old.isEmpty()) {
            String[] parts = path.split("/");
            if (!isStuck) {
                pod(parts[5], parts[7], boundTo(parts[5]), wanted);
                objects.remove(old.getFirst());
            } else {
                // Of an earlier template: it is in the way of nobody.
                old.stream().filter(pod -> !isReady(get(pod))).forEach(objects::remove);
            }
        } else if (isStuck) {
            return;
        }
        tell(path);
    }

    private void tell(String path) {
        ObjectNode deployment = objects.get(path);
        if (deployment == null) {
            return;
        }
        String wanted = mark(deployment.at("/spec/template"));
        List<String> pods = pods(path);
        ObjectNode status = deployment.putObject("status");
        status.put("observedGeneration", deployment.at("/metadata/generation").asLong());
        status.put("replicas", pods.size());
        status.put("readyReplicas", pods.stream().filter(pod -> isReady(get(pod))).count());
        status.put(
                "updatedReplicas",
                pods.stream().filter(pod -> mark(get(pod)).equals(wanted)).count());
        status.putArray("conditions");
    }

    private String boundTo(String namespace) {
        return meaning(
                get("/api/v1/namespaces/" + namespace)
                        .at("/metadata/labels/istio.io~1rev")
                        .asText());
    }

    private String meaning(String name) {
        return get(MWCS + "/istio-revision-tag-" + name)
                .at("/metadata/labels/istio.io~1rev")
                .asText(name);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            synchronized (this) {
                String path = exchange.getRequestURI().getPath();
                String query = String.valueOf(exchange.getRequestURI().getQuery());
                switch (exchange.getRequestMethod()) {
                    case "GET" -> read(exchange, path, query);
                    case "POST" -> make(exchange, path, query, body);
                    case "PUT" -> replace(exchange, path, (ObjectNode) JSON.readTree(body));
                    case "PATCH" -> patch(exchange, path, (ObjectNode) JSON.readTree(body));
                    default -> send(exchange, 405, status(405));
                }
            }
        }
    }

    private void note(String verb, String path) {
        List<String> parts = new ArrayList<>(Arrays.asList(path.substring(1).split("/")));
        boolean isCore = parts.removeFirst().equals("api");
        String group = isCore ? "" : parts.removeFirst();
        parts.removeFirst();
        String namespace = "";
        if (parts.size() > 2 && parts.getFirst().equals("namespaces")) {
            parts.removeFirst();
            namespace = parts.removeFirst();
        }
        String resource = parts.getFirst() + (path.contains("/proxy/") ? "/proxy" : "");
        deeds.add(new Deed(verb, group, resource, namespace, parts.size() > 1 ? parts.get(1) : ""));
    }

    private void read(HttpExchange exchange, String path, String query) throws IOException {
        if (path.equals("/api/v1") || path.equals("/apis/admissionregistration.k8s.io/v1")) {
            send(exchange, 200, kinds(path));
            return;
        }
        String last = path.substring(path.lastIndexOf('/') + 1);
        boolean isList = LISTS.contains(last) && !objects.containsKey(path);
        note(isList ? "list" : "get", path);
        if (path.contains("/proxy/")) {
            send(exchange, 200, page(path));
        } else if (isList) {
            ObjectNode list = JSON.createObjectNode().put("kind", "List").put("apiVersion", "v1");
            var items = list.putArray("items");
            in(path).stream().filter(object -> isSelected(object, query)).forEach(items::add);
            send(exchange, 200, list.toString());
        } else {
            ObjectNode held = objects.get(path);
            send(exchange, held == null ? 404 : 200, held == null ? status(404) : held.toString());
        }
    }

    private static boolean isSelected(ObjectNode object, String query) {
        for (String parameter : query.split("&", -1)) {
            if (parameter.startsWith("labelSelector=")) {
                for (String wanted : parameter.substring(14).split(",", -1)) {
                    String[] pair = wanted.split("=", 2);
                    if (!object.at("/metadata/labels").path(pair[0]).asText().equals(pair[1])) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private static String kinds(String path) {
        return path.equals("/api/v1")
                ? """
                {"kind":"APIResourceList","groupVersion":"v1","resources":[
                 {"name":"services","namespaced":true,"kind":"Service","verbs":["get"]}]}
                """
                : """
                {"kind":"APIResourceList","groupVersion":"admissionregistration.k8s.io/v1",
                 "resources":[{"name":"mutatingwebhookconfigurations","namespaced":false,
                 "kind":"MutatingWebhookConfiguration","verbs":["get"]}]}
                """;
    }

    /** Of a control plane, all that were injected by it; of a sidecar, requests that went well. */
    private String page(String path) {
        if (path.endsWith("/stats/prometheus")) {
            return "istio_requests_total{response_code=\"200\"} "
                    + System.nanoTime() / 1_000_000
                    + "\n";
        }
        String revision = path.replaceAll(".*/istiod-(.*)-x:.*", "$1");
        ObjectNode page = JSON.createObjectNode();
        var proxies = page.putArray("proxies");
        objects.forEach((place, pod) -> {
            if (place.contains("/pods/")
                    && pod.at("/metadata/annotations/istio.io~1rev").asText().equals(revision)) {
                proxies.addObject()
                        .put("namespace", place.split("/")[4])
                        .put("pod", place.split("/")[6])
                        .withObject("/types/CLUSTER")
                        .put("sent", "1")
                        .put("acked", "1");
            }
        });
        return page.toString();
    }

    private void make(HttpExchange exchange, String path, String query, String body)
            throws IOException {
        note("create", path);
        ObjectNode object = (ObjectNode) JSON.readTree(body);
        if (query.contains("dryRun")) {
            String wanted = object.at("/metadata/labels/istio.io~1rev").asText();
            object.withObject("/metadata/annotations").put("istio.io/rev", meaning(wanted));
            object.withObject("/spec")
                    .putArray("initContainers")
                    .addObject()
                    .put("name", "istio-proxy");
            send(exchange, 201, object.toString());
            return;
        }
        String place = path + "/" + object.at("/metadata/name").asText();
        if (objects.containsKey(place)) {
            send(exchange, 409, status(409));
        } else {
            keep(exchange, place, object);
        }
    }

    private void replace(HttpExchange exchange, String path, ObjectNode object) throws IOException {
        note("update", path);
        boolean isSeen =
                get(path)
                        .at("/metadata/resourceVersion")
                        .asText()
                        .equals(object.at("/metadata/resourceVersion").asText());
        if (isSeen) {
            keep(exchange, path, object);
        } else {
            send(exchange, 409, status(409));
        }
    }

    private void patch(HttpExchange exchange, String path, ObjectNode given) throws IOException {
        note("patch", path);
        ObjectNode held = objects.get(path);
        boolean isApplied =
                String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"))
                        .contains("apply");
        if (held == null) {
            note("create", path.substring(0, path.lastIndexOf('/')));
            keep(exchange, path, given);
        } else if (isApplied) {
            given.withObject("/metadata").set("uid", held.at("/metadata/uid"));
            ObjectNode annotations = held.withObject("/metadata/annotations").deepCopy();
            merge(annotations, given.at("/metadata/annotations"));
            given.withObject("/metadata").set("annotations", annotations);
            keep(exchange, path, given);
        } else {
            if (path.contains("/deployments/")) {
                restarts.add(path.substring(path.lastIndexOf('/') + 1));
                held.withObject("/metadata")
                        .put("generation", held.at("/metadata/generation").asLong() + 1);
            }
            merge(held, given);
            keep(exchange, path, held);
        }
    }

    /** RFC 7396: what is null in it goes, however deep, and is nowhere kept. */
    private static void merge(ObjectNode into, JsonNode given) {
        given.properties()
                .forEach(field -> {
                    if (field.getValue().isNull()) {
                        into.remove(field.getKey());
                    } else if (field.getValue().isObject()) {
                        if (!into.path(field.getKey()).isObject()) {
                            into.putObject(field.getKey());
                        }
                        merge((ObjectNode) into.path(field.getKey()), field.getValue());
                    } else {
                        into.set(field.getKey(), field.getValue());
                    }
                });
    }

    private void keep(HttpExchange exchange, String path, ObjectNode object) throws IOException {
        version++;
        object.withObject("/metadata").put("resourceVersion", Long.toString(version));
        objects.put(path, object);
        send(exchange, 200, object.toString());
    }

    private static String status(int code) {
        return "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"code\":" + code + "}";
    }

    private static void send(HttpExchange exchange, int code, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        controllers.interrupt();
        server.stop(0);
    }
}
