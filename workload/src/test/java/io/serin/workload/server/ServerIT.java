// SPDX-License-Identifier: Apache-2.0
package io.serin.workload.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServerIT {

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void saysWhoItIsAndWhatItWasAsked() throws Exception {
        try (Server server = start("reviews", "v2", "")) {
            HttpResponse<String> response = get(server, "/books/7?delay=1");

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("x-version")).hasValue("reviews-v2");
            assertThat(response.body())
                    .isEqualToIgnoringNewLines(
                            """
                            {"service":"reviews","version":"v2","path":"/books/7","pod":"pod-0"}\
                            """);
        }
    }

    @Test
    void asksItsUpstreamFirstAndPassesThePathOn() throws Exception {
        try (Server reviews = start("reviews", "v3", "");
                Server web = start("web", "v1", url(reviews, "/reviews"))) {
            HttpResponse<String> response = get(web, "/books");

            assertThat(response.headers().firstValue("x-version")).hasValue("web-v1,reviews-v3");
            assertThat(response.body())
                    .contains(
                            "\"upstream\":{\"service\":\"reviews\",\"version\":\"v3\","
                                    + "\"path\":\"/reviews/books\"");
        }
    }

    @Test
    void passesMethodAndBodyOn() throws Exception {
        try (Server reviews = start("reviews", "v1", "");
                Server web = start("web", "v1", url(reviews, ""))) {
            HttpRequest post =
                    HttpRequest.newBuilder(URI.create(url(web, "/")))
                            .POST(BodyPublishers.ofString("{}"))
                            .build();

            assertThat(client.send(post, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void answersAnUpstreamsErrorWithTheSameError() throws Exception {
        HttpServer broken =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        broken.createContext(
                "/",
                exchange -> {
                    exchange.sendResponseHeaders(503, 4);
                    exchange.getResponseBody().write("gone".getBytes(US_ASCII));
                    exchange.close();
                });
        broken.start();
        String address = "http://127.0.0.1:" + broken.getAddress().getPort();
        try (Server web = start("web", "v1", address)) {
            HttpResponse<String> response = get(web, "/");

            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.body()).contains("\"upstream\":{\"status\":503,\"body\":\"gone\"}");
        } finally {
            broken.stop(0);
        }
    }

    @Test
    void answers502WhereNobodyListens() throws Exception {
        Server gone = start("reviews", "v1", "");
        try (Server web = start("web", "v1", url(gone, "/"))) {
            // Only now, or its port could be the other's.
            gone.close();
            HttpResponse<String> response = get(web, "/");

            assertThat(response.statusCode()).isEqualTo(502);
            assertThat(response.body()).contains("\"upstream\":{\"status\":502,\"error\":");
            assertThat(response.headers().firstValue("x-version")).hasValue("web-v1");
        }
    }

    @Test
    void answersWithTheStatusItIsAskedFor() throws Exception {
        try (Server server = start("web", "v1", "")) {
            assertThat(get(server, "/?status=418").statusCode()).isEqualTo(418);
            assertThat(get(server, "/?status=abc").statusCode()).isEqualTo(200);
            assertThat(get(server, "/healthz").body()).isEqualTo("ok\n");
        }
    }

    @Test
    void asksClientsToLetGoWhenItRetires() throws Exception {
        try (Server server = start("web", "v1", "")) {
            assertThat(get(server, "/").headers().firstValue("connection")).isEmpty();

            server.retire();

            assertThat(get(server, "/").headers().firstValue("connection")).hasValue("close");
        }
    }

    private HttpResponse<String> get(Server server, String target) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(url(server, target))).build(),
                BodyHandlers.ofString());
    }

    private static String url(Server server, String target) {
        return "http://127.0.0.1:" + server.port() + target;
    }

    private static Server start(String service, String version, String upstream) throws Exception {
        String[] args = {
            "--service", service, "--version", version, "--port", "0", "--upstream", upstream
        };
        return Server.start(ServerSettings.read(args, Map.of("HOSTNAME", "pod-0")));
    }
}
