// SPDX-License-Identifier: Apache-2.0
package io.serin.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** An API server that answers from a table, by method and path; what is not there is 404. */
public final class RecordedCluster implements AutoCloseable {

    private record Reply(int status, String body) {}

    private final HttpServer server;
    private final Map<String, Reply> replies = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private volatile Consumer<String> heard = request -> {};

    public RecordedCluster() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        on(
                "GET /apis/admissionregistration.k8s.io/v1",
                200,
                """
                {"kind":"APIResourceList","apiVersion":"v1",
                 "groupVersion":"admissionregistration.k8s.io/v1","resources":[
                  {"name":"mutatingwebhookconfigurations","singularName":"","namespaced":false,
                   "kind":"MutatingWebhookConfiguration","verbs":["get"]}]}
                """);
    }

    /**
     * @param request e.g. {@code GET /api/v1/pods}
     */
    public RecordedCluster on(String request, int status, String body) {
        replies.put(request, new Reply(status, body));
        return this;
    }

    /** With their queries, in order. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** What came with them, in the same order; empty for nothing. */
    public List<String> bodies() {
        return List.copyOf(bodies);
    }

    /** Tells of each request once its answer is settled: what follows may be answered otherwise. */
    public RecordedCluster after(Consumer<String> request) {
        heard = request;
        return this;
    }

    /** A kubeconfig for it, in a folder. */
    public Path kubeconfig(Path folder) throws IOException {
        return Files.writeString(
                folder.resolve("kubeconfig"),
                """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: u, user: {token: t}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """
                        .formatted(server.getAddress().getPort()));
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            bodies.add(
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            String method = exchange.getRequestMethod() + " ";
            requests.add(method + exchange.getRequestURI());
            Reply reply =
                    replies.getOrDefault(
                            method + exchange.getRequestURI().getPath(),
                            new Reply(
                                    404,
                                    """
                                    {"kind":"Status","apiVersion":"v1","status":"Failure",
                                     "message":"not found","reason":"NotFound","code":404}
                                    """));
            byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(reply.status(), body.length);
            heard.accept(method + exchange.getRequestURI());
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
