// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebhookRouteIT {

    private static final int MOST_BYTES = 3 * 1024 * 1024;
    private static final String REVIEW =
            "{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1beta1\","
                    + "\"request\":{\"uid\":\"u-1\",\"object\":{}}}";

    private final HttpClient client = HttpClient.newHttpClient();
    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger refused = new AtomicInteger();
    private int port;

    @BeforeEach
    void listen() throws Exception {
        Router router = Router.router(vertx);
        WebhookRoute.mount(router, "/inject", WebhookRouteIT::answer, refused::incrementAndGet);
        port =
                vertx.createHttpServer()
                        .requestHandler(router)
                        .listen(0, "127.0.0.1")
                        .await(10, TimeUnit.SECONDS)
                        .actualPort();
    }

    private static String answer(String body, String rest) {
        if (rest.equals("/bug")) {
            throw new IllegalStateException("a bug");
        }
        return "{\"rest\":\"%s\",\"length\":%d,\"worker\":%b}"
                .formatted(
                        rest, body.length(), Thread.currentThread().getName().contains("worker"));
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        var _ = vertx.close().await(10, TimeUnit.SECONDS);
    }

    private HttpResponse<String> post(String path, String type, byte[] body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(Duration.ofSeconds(20))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String type, String body)
            throws IOException, InterruptedException {
        return post(path, type, body.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "/inject, ''",
        "/inject/, /",
        "/inject/cluster/c1/net/n1/, /cluster/c1/net/n1/",
        "/inject/cluster/a--slash--b, /cluster/a--slash--b"
    })
    void answersThePathAndAllBelowItOffTheEventLoop(String path, String rest) throws Exception {
        HttpResponse<String> response = post(path, "application/json", REVIEW);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(response.body())
                .isEqualTo(
                        "{\"rest\":\"%s\",\"length\":%d,\"worker\":true}"
                                .formatted(rest, REVIEW.length()));
    }

    @ParameterizedTest
    @CsvSource({"application/yaml", "application/json; charset=utf-8", "text/plain", "''"})
    void anotherTypeIs415(String type) throws Exception {
        HttpResponse<String> response = post("/inject", type, REVIEW);

        assertThat(response.statusCode()).isEqualTo(415);
        assertThat(response.body()).contains("expected: application/json");
        assertThat(refused).hasValue(1);
    }

    @Test
    void anEmptyBodyIs400() throws Exception {
        HttpResponse<String> response = post("/inject", "application/json", "");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body())
                .isEqualTo("no body found (expected: an AdmissionReview as application/json)\n");
        assertThat(refused).hasValue(1);
    }

    @Test
    void aGetHasNoBody() throws Exception {
        HttpRequest get =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/inject")).build();

        assertThat(client.send(get, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(400);
    }

    @Test
    void aBodyOverTheLimitIs400AndOneOfTheLimitIsTaken() throws Exception {
        assertThat(post("/inject", "application/json", new byte[MOST_BYTES + 1]).statusCode())
                .isEqualTo(400);
        assertThat(post("/inject", "application/json", new byte[MOST_BYTES]).statusCode())
                .isEqualTo(200);
        assertThat(refused).hasValue(1);
    }

    @Test
    void aBugIsARefusalAndNotAHungRequest() throws Exception {
        HttpResponse<String> response = post("/inject/bug", "application/json", REVIEW);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .contains("admission.k8s.io/v1beta1", "\"u-1\"", "\"allowed\":false", "a bug");
        assertThat(post("/inject/bug", "application/json", "garbage").body())
                .contains("\"allowed\":false");
    }
}
