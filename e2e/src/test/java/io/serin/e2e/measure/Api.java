// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.measure;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.e2e.stage.Kubectl;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/**
 * The API server over one kept connection of {@code kubectl proxy}: starting a program for each
 * question would be most of what is measured.
 */
final class Api implements AutoCloseable {

    private final Process proxy;
    private final String address;

    /** kubectl's proxy takes an offer to upgrade to HTTP/2 for one to a WebSocket. */
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    Api(Kubectl kubectl) {
        proxy = kubectl.start("proxy --port=0");
        BufferedReader said = proxy.inputReader(StandardCharsets.UTF_8);
        try {
            String line = said.readLine();
            address = "http://" + line.substring(line.lastIndexOf(' ') + 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String get(String path) {
        return send(HttpRequest.newBuilder(URI.create(address + path)).build());
    }

    JsonNode json(String path) {
        return Kubectl.parse(get(path));
    }

    /** What a pod's own HTTP server says. */
    String ofPod(String namespace, String pod, int port, String path) {
        return get(
                "/api/v1/namespaces/%s/pods/%s:%d/proxy%s".formatted(namespace, pod, port, path));
    }

    void post(String path, String body) {
        send(
                HttpRequest.newBuilder(URI.create(address + path))
                        .header("content-type", "application/yaml")
                        .POST(BodyPublishers.ofString(body))
                        .build());
    }

    void delete(String path) {
        send(HttpRequest.newBuilder(URI.create(address + path)).DELETE().build());
    }

    void patch(String path, String merge) {
        send(
                HttpRequest.newBuilder(URI.create(address + path))
                        .header("content-type", "application/merge-patch+json")
                        .method("PATCH", BodyPublishers.ofString(merge))
                        .build());
    }

    @Override
    public void close() {
        client.close();
        proxy.destroy();
    }

    private String send(HttpRequest request) {
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new AssertionError(request + ": " + response.body());
            }
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in " + request, e);
        }
    }
}
