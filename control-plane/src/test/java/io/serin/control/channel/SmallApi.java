// SPDX-License-Identifier: Apache-2.0
package io.serin.control.channel;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.serin.control.ApiServerStub;
import io.serin.kube.Kube;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;

/**
 * An API server: reads, lists, makes, replaces and patches what is held, rehearses pods with the
 * sidecar that webhooks would bring, and knows afterwards what it was asked for.
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

    private final HttpServer server;
    private final HeldObjects objects;
    private final SmallMesh mesh;
    private final List<String> restarts = new ArrayList<>();

    /** What was asked for, as rules of roles speak of it. */
    final Set<Deed> deeds = new ConcurrentSkipListSet<>();

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

    SmallApi(HeldObjects objects, SmallMesh mesh) throws IOException {
        this.objects = objects;
        this.mesh = mesh;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    Kube connect(Path folder) throws IOException {
        return Kube.connect(
                Optional.of(ApiServerStub.kubeconfig(folder, server)), Optional.empty());
    }

    /** Which Deployments were told to make new pods, in order. */
    List<String> restarts() {
        synchronized (objects) {
            return List.copyOf(restarts);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            synchronized (objects) {
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
        boolean isList = LISTS.contains(last) && !objects.has(path);
        note(isList ? "list" : "get", path);
        if (path.contains("/proxy/")) {
            send(exchange, 200, mesh.page(path));
        } else if (isList) {
            ObjectNode list = JSON.createObjectNode().put("kind", "List").put("apiVersion", "v1");
            var items = list.putArray("items");
            objects.in(path).values().stream()
                    .filter(object -> isSelected(object, query))
                    .forEach(items::add);
            send(exchange, 200, list.toString());
        } else {
            JsonNode held = objects.get(path);
            send(
                    exchange,
                    held.isObject() ? 200 : 404,
                    held.isObject() ? held.toString() : status(404));
        }
    }

    private static boolean isSelected(JsonNode object, String query) {
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
                 "kind":"MutatingWebhookConfiguration","verbs":["get"]},
                 {"name":"validatingwebhookconfigurations","namespaced":false,
                 "kind":"ValidatingWebhookConfiguration","verbs":["get"]}]}
                """;
    }

    private void make(HttpExchange exchange, String path, String query, String body)
            throws IOException {
        note("create", path);
        ObjectNode object = (ObjectNode) JSON.readTree(body);
        if (query.contains("dryRun")) {
            mesh.inject(object);
            send(exchange, 201, object.toString());
            return;
        }
        String place = path + "/" + object.at("/metadata/name").asText();
        if (objects.has(place)) {
            send(exchange, 409, status(409));
        } else {
            keep(exchange, place, object);
        }
    }

    private void replace(HttpExchange exchange, String path, ObjectNode object) throws IOException {
        note("update", path);
        boolean isSeen =
                objects.get(path)
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
        boolean isApplied =
                String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"))
                        .contains("apply");
        if (!(objects.get(path) instanceof ObjectNode held)) {
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
        objects.keep(path, object);
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
        server.stop(0);
    }
}
