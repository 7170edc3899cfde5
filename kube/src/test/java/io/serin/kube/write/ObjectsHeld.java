// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.write;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.serin.kube.Kube;
import io.serin.kube.StubApi;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * An API server that holds objects by path: GET, POST, PUT and merge PATCH, with versions that have
 * to be right; DELETE; and the requests that came, with their queries.
 */
final class ObjectsHeld implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final StubApi server;
    private final Map<String, ObjectNode> objects = new ConcurrentHashMap<>();
    private long version = 100;

    final List<String> requests = new CopyOnWriteArrayList<>();

    /** Whether nobody is answered, as when the API server is away. */
    final AtomicBoolean isAway = new AtomicBoolean();

    /** In whose words every POST is refused; empty: none is. */
    final AtomicReference<String> refusal = new AtomicReference<>("");

    ObjectsHeld() throws IOException {
        server = new StubApi(this::answer);
    }

    Kube connect(Path folder) throws IOException {
        return server.connect(folder);
    }

    Optional<JsonNode> get(String path) {
        return Optional.ofNullable(objects.get(path));
    }

    void put(String path, String object) {
        try {
            objects.put(path, (ObjectNode) JSON.readTree(object));
        } catch (IOException wrong) {
            throw new IllegalArgumentException(wrong);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
            if (isAway.get()) {
                send(exchange, 503, status(503, "away"));
                return;
            }
            synchronized (this) {
                act(exchange, exchange.getRequestURI().getPath(), body);
            }
        }
    }

    private void act(HttpExchange exchange, String path, String body) throws IOException {
        switch (exchange.getRequestMethod()) {
            case "POST" -> {
                if (!refusal.get().isEmpty()) {
                    send(exchange, 403, status(403, refusal.get()));
                    return;
                }
                ObjectNode object = (ObjectNode) JSON.readTree(body);
                keep(exchange, 201, path + "/" + object.at("/metadata/name").asText(), object);
            }
            case "PUT", "PATCH" -> {
                ObjectNode held = objects.get(path);
                JsonNode given = JSON.readTree(body);
                String seen = given.at("/metadata/resourceVersion").asText("");
                if (held == null) {
                    send(exchange, 404, status(404, "not found"));
                } else if (!seen.isEmpty()
                        && !seen.equals(held.at("/metadata/resourceVersion").asText())) {
                    send(exchange, 409, status(409, "was changed"));
                } else {
                    ObjectNode next =
                            exchange.getRequestMethod().equals("PUT")
                                    ? (ObjectNode) given
                                    : merge(held.deepCopy(), given);
                    objects.remove(path);
                    keep(exchange, 200, path, next);
                }
            }
            case "DELETE" -> {
                boolean wasThere = objects.remove(path) != null;
                send(
                        exchange,
                        wasThere ? 200 : 404,
                        wasThere ? status(200, "gone") : status(404, "not found"));
            }
            default -> {
                ObjectNode held = objects.get(path);
                send(exchange, held == null ? 404 : 200, held == null ? status(404, "") : held);
            }
        }
    }

    private void keep(HttpExchange exchange, int code, String path, ObjectNode object)
            throws IOException {
        if (objects.containsKey(path)) {
            send(exchange, 409, status(409, "is there"));
            return;
        }
        version++;
        object.withObject("/metadata").put("resourceVersion", Long.toString(version));
        objects.put(path, object);
        send(exchange, code, object);
    }

    /** RFC 7396: what is null in it goes, however deep, and is nowhere kept. */
    private static ObjectNode merge(ObjectNode into, JsonNode given) {
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
        return into;
    }

    private static ObjectNode status(int code, String message) {
        return JSON.createObjectNode()
                .put("kind", "Status")
                .put("apiVersion", "v1")
                .put("status", code < 300 ? "Success" : "Failure")
                .put("message", message)
                .put("code", code);
    }

    private static void send(HttpExchange exchange, int code, JsonNode body) throws IOException {
        byte[] bytes = body.toString().getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.close();
    }
}
