// SPDX-License-Identifier: Apache-2.0
package io.serin.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
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

/**
 * An API server without objects but those that are put or posted, whose watches say nothing; keeps
 * the bodies of patches.
 */
public final class ApiServerStub implements AutoCloseable {

    private final HttpServer server;
    private final Map<String, String> objects = new ConcurrentHashMap<>();

    /** Path and body of each PATCH. */
    public final BlockingQueue<String> patches = new LinkedBlockingQueue<>();

    /** Path and body of each POST. */
    public final BlockingQueue<String> posts = new LinkedBlockingQueue<>();

    /** How many of the next patches are refused. */
    public final AtomicInteger refusals = new AtomicInteger();

    public ApiServerStub() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    /** Writes a kubeconfig for it. */
    public Path kubeconfig(Path folder) throws IOException {
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
                objects.put(
                        path + "/" + body.replaceAll("(?s).*\"name\":\"([^\"]+)\".*", "$1"), body);
                answer(exchange, 201, body);
            }
            case "PUT" -> {
                objects.put(path, body);
                answer(exchange, 200, body);
            }
            case "PATCH" -> {
                patches.add(path + " " + body);
                answer(exchange, refusals.getAndDecrement() > 0 ? 422 : 200, "{}");
            }
            default -> answer(exchange, 405, "{}");
        }
    }

    private void get(HttpExchange exchange, String path, String query) throws IOException {
        if (query.contains("watch=true")) {
            if (exchange.getRequestHeaders().containsKey("Upgrade")) {
                // No web sockets here: the client falls back to a plain stream.
                answer(exchange, 200, "");
            } else {
                exchange.sendResponseHeaders(200, 0);
            }
        } else if (objects.containsKey(path)) {
            answer(
                    exchange,
                    200,
                    objects.get(path)
                            .replace("\"metadata\":{", "\"metadata\":{\"resourceVersion\":\"1\","));
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
