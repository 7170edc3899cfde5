// SPDX-License-Identifier: Apache-2.0
package io.serin.control.main;

import io.serin.control.trust.ServerCertificate;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Where the API server calls: one TLS listener, whose certificate can be changed while it listens.
 * Any thread.
 */
final class WebhookServer {

    private final HttpServer server;
    private volatile boolean listens;
    private volatile boolean isLeaving;

    WebhookServer(Vertx vertx, Router router, ServerCertificate certificate) {
        HttpServerOptions tls =
                new HttpServerOptions().setSsl(true).setKeyCertOptions(certificate.options());
        server =
                vertx.createHttpServer(tls)
                        .requestHandler(request -> {
                            sayGoodbye(request);
                            router.handle(request);
                        });
    }

    /** Listens; 0 for any free port. Yields the port. */
    Future<Integer> listen(int port) {
        return server.listen(port)
                .map(listening -> {
                    listens = true;
                    return listening.actualPort();
                });
    }

    /** Whether it listens, and goes on doing so. */
    boolean listens() {
        return listens;
    }

    /** Connections that are made from now on see this certificate. */
    Future<?> present(ServerCertificate certificate) {
        return server.updateSSLOptions(
                new ServerSSLOptions().setKeyCertOptions(certificate.options()));
    }

    /** Goes on answering, but asks callers of HTTP/1.1 to come back on another connection. */
    void leave() {
        isLeaving = true;
    }

    /** Takes nothing new, and answers what has been asked. */
    Future<?> stop(Duration atMost) {
        return server.shutdown(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * A kept connection outlives the endpoint that it was made to: the API server would send the
     * next pod to us just when we close it. HTTP/2 has GOAWAY for that, which stop() sends.
     */
    private void sayGoodbye(HttpServerRequest request) {
        if (isLeaving && request.version() != HttpVersion.HTTP_2) {
            request.response()
                    .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                    // Vert.x closes for a request's header, not for its own answer's.
                    .endHandler(ended -> request.connection().close());
        }
    }
}
