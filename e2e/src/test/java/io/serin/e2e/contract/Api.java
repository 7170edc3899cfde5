// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.e2e.stage.Kubectl;
import io.serin.e2e.stage.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The API server in its own words, over {@code kubectl proxy}, with a namespace of one's own that
 * goes when this is closed.
 */
final class Api implements AutoCloseable {

    static final String MERGE = "application/merge-patch+json";
    static final String STRATEGIC = "application/strategic-merge-patch+json";
    static final String JSON_PATCH = "application/json-patch+json";
    static final String APPLY = "application/apply-patch+yaml";

    private final Kubectl kubectl;
    private final String namespace;
    private final Process proxy;
    private final String address;

    // kubectl proxy takes an offer of h2c for the start of a stream.
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    Api(Kubectl kubectl, String namespace) {
        this.kubectl = kubectl;
        this.namespace = namespace;
        this.proxy = kubectl.start("proxy --port=0");
        try {
            String line = proxy.inputReader(UTF_8).readLine();
            address = "http://" + line.substring(line.lastIndexOf(' ') + 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        kubectl.run("create namespace " + namespace);
        Waiting.until(
                "the namespace's service account",
                () -> get(core("serviceaccounts/default")).code() == 200);
    }

    /**
     * What came back.
     *
     * @param body the object, or a {@code Status}
     * @param warnings the values of its {@code Warning} headers
     */
    record Answer(int code, JsonNode body, List<String> warnings) {

        Answer orFail() {
            if (code / 100 != 2) {
                throw new AssertionError(code + ": " + body);
            }
            return this;
        }

        String reason() {
            return body.path("reason").asText();
        }

        String message() {
            return body.path("message").asText();
        }

        String version() {
            return body.at("/metadata/resourceVersion").asText();
        }
    }

    String namespace() {
        return namespace;
    }

    Kubectl kubectl() {
        return kubectl;
    }

    /** In the namespace: {@code pods/x}. */
    String core(String path) {
        return "/api/v1/namespaces/" + namespace + "/" + path;
    }

    String apps(String path) {
        return "/apis/apps/v1/namespaces/" + namespace + "/" + path;
    }

    String slicesOf(String service) {
        return "/apis/discovery.k8s.io/v1/namespaces/"
                + namespace
                + "/endpointslices?labelSelector=kubernetes.io/service-name%3D"
                + service;
    }

    Answer get(String path) {
        return send("GET", path, "", "");
    }

    Answer post(String path, String json) {
        return send("POST", path, json, "application/json");
    }

    Answer put(String path, String json) {
        return send("PUT", path, json, "application/json");
    }

    Answer patch(String path, String type, String patch) {
        return send("PATCH", path, patch, type);
    }

    Answer delete(String path) {
        return send("DELETE", path, "", "");
    }

    Answer delete(String path, String options) {
        return send("DELETE", path, options, "application/json");
    }

    Answer send(String verb, String path, String body, String type) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(address + path))
                        .header("accept", "application/json")
                        .method(
                                verb,
                                body.isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(body));
        if (!type.isEmpty()) {
            request.header("content-type", type);
        }
        try {
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            return new Answer(
                    response.statusCode(),
                    Kubectl.parse(response.body()),
                    response.headers().allValues("warning"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Waits until an object is as wished, and returns it. */
    JsonNode await(String path, Predicate<JsonNode> wish) {
        JsonNode[] last = new JsonNode[1];
        try {
            Waiting.until(
                    path,
                    () -> {
                        last[0] = get(path).body();
                        return wish.test(last[0]);
                    });
        } catch (org.awaitility.core.ConditionTimeoutException late) {
            throw new AssertionError(path + " never was as wished; last: " + last[0], late);
        }
        return last[0];
    }

    /** A watch, whose events come one by one. */
    Watch watch(String path) {
        return new Watch(client, URI.create(address + path));
    }

    /** Reads on a thread of its own until closed. */
    static final class Watch implements AutoCloseable {

        private final LinkedBlockingQueue<JsonNode> events = new LinkedBlockingQueue<>();
        private final java.util.stream.Stream<String> lines;

        private Watch(HttpClient client, URI uri) {
            try {
                lines =
                        client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofLines())
                                .body();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
            Thread.startVirtualThread(this::read);
        }

        private void read() {
            try {
                lines.forEach(line -> events.add(Kubectl.parse(line)));
            } catch (UncheckedIOException closed) {
                // As wished.
            }
        }

        /** The next event; fails after ten seconds of silence. */
        JsonNode next() {
            try {
                JsonNode event = events.poll(10, TimeUnit.SECONDS);
                if (event == null) {
                    throw new AssertionError("no event within 10 s");
                }
                return event;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }

        /** The next event of a type and name, the others passed over. */
        JsonNode next(String type, String name) {
            JsonNode event = next();
            while (!event.path("type").asText().equals(type)
                    || !event.at("/object/metadata/name").asText().equals(name)) {
                event = next();
            }
            return event;
        }

        @Override
        public void close() {
            lines.close();
        }
    }

    @Override
    public void close() {
        kubectl.attempt("delete namespace " + namespace + " --wait=false");
        client.shutdownNow();
        proxy.destroy();
    }
}
