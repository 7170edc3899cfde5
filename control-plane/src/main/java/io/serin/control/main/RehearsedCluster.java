// SPDX-License-Identifier: Apache-2.0
package io.serin.control.main;

import io.serin.control.trust.ServerCertificate;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The API server of a rehearsal, over TLS as a real one: a small shop, of which each watch tells
 * once more that it has changed. It takes whatever is written, and keeps nothing; a review is
 * answered as it stands there.
 */
final class RehearsedCluster {

    private static final String OBJECTS = "rehearsed-cluster.json";
    private static final int NOT_FOUND = 404;

    /** What stands before kind and name in a path. */
    private static final String PLACE = "^/(api/v1|apis/[^/]+/[^/]+)(/namespaces/[^/]+(?=/))?/";

    /** By kind, as paths name it. */
    private final JsonObject objects;

    private RehearsedCluster(JsonObject objects) {
        this.objects = objects;
    }

    /**
     * Starts it.
     *
     * @param folder where its kubeconfig goes
     * @return that file
     */
    static Path start(Vertx vertx, Path folder) throws Exception {
        RehearsedCluster cluster = new RehearsedCluster(read());
        ServerCertificate certificate = ServerCertificate.make(List.of("localhost"), Instant.now());
        int port =
                vertx.createHttpServer(
                                new HttpServerOptions()
                                        .setSsl(true)
                                        .setUseAlpn(true)
                                        .setKeyCertOptions(certificate.options()))
                        .requestHandler(request ->
                                request.body().onSuccess(body -> cluster.answer(request, body)))
                        .webSocketHandler(cluster::tell)
                        .listen(0)
                        .await(10, TimeUnit.SECONDS)
                        .actualPort();
        return Files.writeString(
                folder.resolve("kubeconfig"),
                """
                apiVersion: v1
                kind: Config
                clusters:
                  - name: c
                    cluster: {server: "https://localhost:%d", certificate-authority-data: %s}
                users: [{name: u, user: {token: t}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """
                        .formatted(
                                port,
                                Base64.getEncoder()
                                        .encodeToString(
                                                certificate
                                                        .authority()
                                                        .getBytes(StandardCharsets.US_ASCII))));
    }

    private static JsonObject read() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(RehearsedCluster.class.getResourceAsStream(OBJECTS))) {
            return new JsonObject(Buffer.buffer(in.readAllBytes()));
        }
    }

    private void answer(HttpServerRequest request, Buffer body) {
        String[] kindAndName = String.valueOf(request.path()).replaceFirst(PLACE, "").split("/");
        JsonArray held = objects.getJsonArray(kindAndName[0], new JsonArray());
        var response = request.response().putHeader("content-type", "application/json");
        boolean isReview = kindAndName[0].endsWith("reviews");
        if ((kindAndName.length > 1 || isReview) && !held.isEmpty()) {
            response.end(held.getJsonObject(0).toBuffer());
        } else if (!request.method().equals(HttpMethod.GET)) {
            response.end(body);
        } else if (kindAndName.length > 1) {
            response.setStatusCode(NOT_FOUND)
                    .end("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"code\":404}");
        } else {
            response.end(
                    JsonObject.of("metadata", JsonObject.of("resourceVersion", "1"), "items", held)
                            .toBuffer());
        }
    }

    private void tell(ServerWebSocket watch) {
        String kind = watch.path().replaceFirst(PLACE, "");
        for (Object held : objects.getJsonArray(kind, new JsonArray())) {
            JsonObject changed = ((JsonObject) held).copy();
            changed.getJsonObject("metadata").put("resourceVersion", "2");
            var _ =
                    watch.writeTextMessage(
                            JsonObject.of("type", "MODIFIED", "object", changed).encode());
        }
    }
}
