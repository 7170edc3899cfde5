// SPDX-License-Identifier: Apache-2.0
package io.serin.workload.server;

import com.sun.net.httpserver.Headers;
import io.serin.workload.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Asks the next server, over kept connections, and tells what came back. */
final class Upstream {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final URI target;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(PATIENCE)
                    .executor(Executors.newVirtualThreadPerTaskExecutor())
                    .build();

    Upstream(URI target) {
        this.target = target;
    }

    /**
     * What the next server said.
     *
     * @param status its status, or 502 or 504 when there was no answer
     * @param versions its header x-version, or empty
     * @param json its body, or what went wrong, as a JSON value
     */
    record Reply(int status, String versions, String json) {}

    /**
     * Passes method, path, body and the x-headers on: a canary that is chosen by a header needs it
     * at each hop.
     */
    Reply ask(String method, String path, Headers headers, byte[] body)
            throws InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(target.resolve(joined(path)))
                        .timeout(PATIENCE)
                        .method(
                                method,
                                body.length == 0
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofByteArray(body));
        headers.forEach((name, values) -> {
            if (isPassedOn(name)) {
                values.forEach(value -> request.header(name, value));
            }
        });
        try {
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            return new Reply(
                    response.statusCode(),
                    response.headers().firstValue("x-version").orElse(""),
                    json(response));
        } catch (HttpTimeoutException e) {
            return new Reply(504, "", failure(504, e));
        } catch (IOException e) {
            return new Reply(502, "", failure(502, e));
        }
    }

    private String joined(String path) {
        String base = target.getRawPath();
        if (path.equals("/")) {
            return base.isEmpty() ? "/" : base;
        }
        return base.endsWith("/") ? base + path.substring(1) : base + path;
    }

    private static boolean isPassedOn(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith("x-") && !lower.startsWith("x-forwarded-");
    }

    private static String json(HttpResponse<String> response) {
        boolean isJson =
                response.headers()
                        .firstValue("content-type")
                        .filter(type -> type.startsWith("application/json"))
                        .isPresent();
        return isJson
                ? response.body()
                : new Json()
                        .number("status", response.statusCode())
                        .text("body", response.body())
                        .toString();
    }

    /** With all causes: that a name is not known, and that nobody listens, are one exception. */
    private static String failure(int status, IOException e) {
        String causes =
                Stream.<Throwable>iterate(e, Objects::nonNull, Throwable::getCause)
                        .limit(8)
                        .map(Throwable::toString)
                        .collect(Collectors.joining(" by "));
        return new Json().number("status", status).text("error", causes).toString();
    }
}
