// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ApiFault;
import io.serin.local.resource.Faults;
import io.serin.local.token.Tokens;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes each request in: who it is, what it is about, and who answers it. */
final class Front {

    private static final Logger LOG = LoggerFactory.getLogger(Front.class);
    private static final Set<String> OPEN_TO_ALL =
            Set.of("/healthz", "/livez", "/readyz", "/version");
    private final Vertx vertx;
    private final Executor threads;
    private final Authenticator authenticator;
    private final Discovery discovery;
    private final OpenApi openApi;
    private final Reviews reviews;
    private final Tokens tokens;
    private final Routes routes;

    Front(
            Vertx vertx,
            Executor threads,
            Authenticator authenticator,
            Discovery discovery,
            OpenApi openApi,
            Reviews reviews,
            Tokens tokens,
            Routes routes) {
        this.vertx = vertx;
        this.threads = threads;
        this.authenticator = authenticator;
        this.discovery = discovery;
        this.openApi = openApi;
        this.reviews = reviews;
        this.tokens = tokens;
        this.routes = routes;
    }

    /** On the connection's event loop. */
    void handle(HttpServerRequest request) {
        Context context = vertx.getOrCreateContext();
        Optional<ObjectNode> user = authenticator.authenticate(request);
        if (user.isEmpty() && OPEN_TO_ALL.contains(request.path())) {
            user = Optional.of(Authenticator.user("system:anonymous", List.of()));
        }
        if (user.isEmpty()) {
            new Exchange(
                            request,
                            context,
                            io.vertx.core.buffer.Buffer.buffer(),
                            JsonNodeFactory.instance.objectNode())
                    .fault(ApiFault.of(401, "Unauthorized", "Unauthorized"));
            return;
        }
        ObjectNode known = user.get();
        // Other offers, as of h2c, are passed over (RFC 9110, section 7.8).
        if ("websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
            routes.upgrade(
                    new Exchange(request, context, io.vertx.core.buffer.Buffer.buffer(), known));
            return;
        }
        request.body()
                .onSuccess(body -> {
                    Exchange exchange = new Exchange(request, context, body, known);
                    threads.execute(() -> guard(exchange));
                })
                .onFailure(gone -> LOG.debug("a request broke off", gone));
    }

    private void guard(Exchange exchange) {
        try {
            answer(exchange);
        } catch (ApiFault fault) {
            exchange.fault(fault);
        } catch (IOException gone) {
            LOG.debug("{} {} broke off", exchange.method(), exchange.path(), gone);
        } catch (RuntimeException e) {
            LOG.error("{} {} failed", exchange.method(), exchange.path(), e);
            exchange.fault(ApiFault.of(500, "InternalError", "Internal error occurred: " + e));
        }
    }

    private void answer(Exchange exchange) throws IOException {
        String path = exchange.path();
        switch (path) {
            case "/healthz", "/livez", "/readyz" -> exchange.text(200, "ok");
            case "/version" -> exchange.answer(200, version());
            case "/openid/v1/jwks" ->
                    exchange.answer(200, "application/jwk-set+json", tokens.keys(), List.of());
            case "/.well-known/openid-configuration" -> exchange.answer(200, configuration());
            default -> {
                if (discovery.answer(exchange) || openApi.answer(exchange)) {
                    return;
                }
                RequestPath resource =
                        RequestPath.parse(path).orElseThrow(() -> Faults.notFoundPath(path));
                if (!reviews.answer(exchange, resource)) {
                    routes.answer(exchange, resource);
                }
            }
        }
    }

    private static ObjectNode version() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("major", "1")
                .put("minor", "36")
                .put("gitVersion", "v1.36.0+local-cluster")
                .put("gitCommit", "")
                .put("gitTreeState", "clean")
                .put("buildDate", "1970-01-01T00:00:00Z")
                .put("goVersion", "none: Java " + Runtime.version().feature())
                .put("compiler", "javac")
                .put("platform", "linux/" + System.getProperty("os.arch"));
    }

    private static ObjectNode configuration() {
        ObjectNode configuration = JsonNodeFactory.instance.objectNode();
        configuration.put("issuer", Tokens.ISSUER);
        configuration.put("jwks_uri", Tokens.ISSUER + "/openid/v1/jwks");
        configuration.putArray("response_types_supported").add("id_token");
        configuration.putArray("subject_types_supported").add("public");
        configuration.putArray("id_token_signing_alg_values_supported").add("ES256");
        return configuration;
    }
}
