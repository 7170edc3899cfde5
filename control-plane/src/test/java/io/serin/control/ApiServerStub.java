// SPDX-License-Identifier: Apache-2.0
package io.serin.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * An API server without objects but those that are put or posted, whose watches say nothing; keeps
 * the bodies of patches, and does those of JSON to what it holds.
 */
public final class ApiServerStub implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final Map<String, String> objects = new ConcurrentHashMap<>();
    private final Map<String, Integer> versions = new ConcurrentHashMap<>();

    /** Path and body of each PATCH. */
    public final BlockingQueue<String> patches = new LinkedBlockingQueue<>();

    /** Path and body of each POST. */
    public final BlockingQueue<String> posts = new LinkedBlockingQueue<>();

    /** Path of each GET of one object. */
    public final BlockingQueue<String> reads = new LinkedBlockingQueue<>();

    /** How many of the next patches are refused. */
    public final AtomicInteger refusals = new AtomicInteger();

    /** In whose words the object of a dry run is refused; empty: it is let in. */
    public final AtomicReference<Function<String, String>> rehearsal =
            new AtomicReference<>(_ -> "");

    public ApiServerStub() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    /** Has an object from now on. */
    public void hold(String path, String object) {
        objects.put(path, object);
    }

    /** An object as it is now. */
    public String held(String path) {
        return objects.getOrDefault(path, "{}");
    }

    /** Writes a kubeconfig for it. */
    public Path kubeconfig(Path folder) throws IOException {
        return kubeconfig(folder, server);
    }

    /** Writes a kubeconfig for what serves as an API server. */
    public static Path kubeconfig(Path folder, HttpServer server) throws IOException {
        return Files.writeString(
                folder.resolve("kubeconfig"),
                """
                apiVersion: v1
                kind: Config
                current-context: stub
                clusters: [{name: stub, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: stub, user: {}}]
                contexts: [{name: stub, context: {cluster: stub, user: stub}}]
                """
                        .formatted(server.getAddress().getPort()));
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        switch (exchange.getRequestMethod()) {
            case "GET" -> get(exchange, path, query);
            case "POST" -> {
                posts.add(path + " " + body);
                if (query.contains("dryRun=All")) {
                    rehearse(exchange, body);
                    return;
                }
                keep(
                        exchange,
                        path + "/" + body.replaceAll("(?s).*\"name\":\"([^\"]+)\".*", "$1"),
                        "",
                        body);
            }
            case "PUT" ->
                    keep(
                            exchange,
                            path,
                            body.replaceAll("(?s).*\"resourceVersion\":\"([^\"]+)\".*", "$1"),
                            body.replaceAll(",?\"resourceVersion\":\"[^\"]+\"", ""));
            case "DELETE" -> {
                objects.remove(path);
                answer(exchange, 200, "{}");
            }
            case "PATCH" -> {
                boolean isDone = refusals.getAndDecrement() <= 0 && patched(exchange, path, body);
                patches.add(path + " " + body);
                answer(exchange, isDone ? 200 : 422, isDone ? held(path) : "{}");
            }
            default -> answer(exchange, 405, "{}");
        }
    }

    private void rehearse(HttpExchange exchange, String body) {
        String refusal = rehearsal.get().apply(body);
        answer(
                exchange,
                refusal.isEmpty() ? 201 : 403,
                refusal.isEmpty()
                        ? body
                        : JSON.createObjectNode()
                                .put("kind", "Status")
                                .put("code", 403)
                                .put("message", refusal)
                                .toString());
    }

    /** False where one of its tests fails. What is not held is let be. */
    private synchronized boolean patched(HttpExchange exchange, String path, String body) {
        String type = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"));
        if (!type.contains("json-patch") || !objects.containsKey(path)) {
            return true;
        }
        try {
            objects.put(
                    path,
                    JsonPatch.apply(JSON.readTree(body), JSON.readTree(held(path))).toString());
            return true;
        } catch (JsonProcessingException | RuntimeException refused) {
            return false;
        }
    }

    /** Only in place of the version that the writer has seen; none where there was none. */
    private synchronized void keep(HttpExchange exchange, String path, String seen, String body) {
        if (objects.containsKey(path) && !seen.equals(version(path))) {
            answer(exchange, 409, "{\"kind\":\"Status\",\"code\":409}");
            return;
        }
        objects.put(path, body);
        versions.merge(path, 1, Integer::sum);
        answer(exchange, 200, body);
    }

    private String version(String path) {
        return String.valueOf(versions.getOrDefault(path, 0));
    }

    private void get(HttpExchange exchange, String path, String query) throws IOException {
        if (query.contains("watch=true")) {
            if (exchange.getRequestHeaders().containsKey("Upgrade")) {
                // No web sockets here: the client falls back to a plain stream.
                answer(exchange, 200, "");
            } else {
                exchange.sendResponseHeaders(200, 0);
            }
            return;
        }
        if (path.contains("/namespaces/")) {
            reads.add(path);
        }
        if (objects.containsKey(path)) {
            answer(
                    exchange,
                    200,
                    objects.get(path)
                            .replace(
                                    "\"metadata\":{",
                                    "\"metadata\":{\"resourceVersion\":\""
                                            + version(path)
                                            + "\","));
        } else if (path.contains("/namespaces/") || path.contains("/customresourcedefinitions")) {
            answer(exchange, 404, "{\"kind\":\"Status\",\"code\":404}");
        } else {
            answer(exchange, 200, "{\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[]}");
        }
    }

    private static void answer(HttpExchange exchange, int code, String body) {
        try (exchange) {
            byte[] bytes = body.getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
