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
import java.util.function.UnaryOperator;

/** An API server that answers from a table, by method and path; what is not there is 404. */
public final class RecordedCluster implements AutoCloseable {

    private record Reply(int status, UnaryOperator<String> body) {}

    private record Asked(String request, String body) {}

    private final HttpServer server;
    private final Map<String, Reply> replies = new ConcurrentHashMap<>();
    private final List<Asked> requests = new CopyOnWriteArrayList<>();
    private volatile Consumer<String> heard = request -> {};

    public RecordedCluster() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        on(
                "GET /api/v1/namespaces/istio-system/configmaps",
                200,
                "{\"kind\":\"ConfigMapList\",\"apiVersion\":\"v1\",\"items\":[]}");
        on(
                "GET /apis/admissionregistration.k8s.io/v1",
                200,
                """
                {"kind":"APIResourceList","apiVersion":"v1",
                 "groupVersion":"admissionregistration.k8s.io/v1","resources":[
                  {"name":"mutatingwebhookconfigurations","singularName":"","namespaced":false,
                   "kind":"MutatingWebhookConfiguration","verbs":["get"]},
                  {"name":"validatingwebhookconfigurations","singularName":"","namespaced":false,
                   "kind":"ValidatingWebhookConfiguration","verbs":["get"]}]}
                """);
    }

    /** A list of objects, as answers have it. */
    public static String list(String... items) {
        return "{\"kind\":\"List\",\"apiVersion\":\"v1\",\"metadata\":{},\"items\":["
                + String.join(",", items)
                + "]}";
    }

    /**
     * @param request e.g. {@code GET /api/v1/pods}
     */
    public RecordedCluster on(String request, int status, String body) {
        return on(request, status, _ -> body);
    }

    /**
     * @param body of the answer, made from the body of the request
     */
    public RecordedCluster on(String request, int status, UnaryOperator<String> body) {
        replies.put(request, new Reply(status, body));
        return this;
    }

    /** With their queries, in order. */
    public List<String> requests() {
        return requests.stream().map(Asked::request).toList();
    }

    /** What was sent with the requests that begin so, in order. */
    public List<String> sent(String request) {
        return requests.stream()
                .filter(asked -> asked.request().startsWith(request))
                .map(Asked::body)
                .toList();
    }

    /** What came with them, in the same order; empty for nothing. */
    public List<String> bodies() {
        return requests.stream().map(Asked::body).toList();
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
            String asked =
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String method = exchange.getRequestMethod() + " ";
            requests.add(new Asked(method + exchange.getRequestURI(), asked));
            Reply reply =
                    replies.getOrDefault(
                            method + exchange.getRequestURI().getPath(),
                            new Reply(
                                    404,
                                    _ ->
                                            """
                                            {"kind":"Status","apiVersion":"v1","status":"Failure",
                                             "message":"not found","reason":"NotFound","code":404}
                                            """));
            byte[] body = reply.body().apply(asked).getBytes(StandardCharsets.UTF_8);
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
