// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import io.serin.local.api.ApiFault;
import io.serin.local.api.PodAccess;
import io.serin.local.resource.Faults;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.TreeSet;

/** {@code pods/[SCHEME:]NAME[:PORT]/proxy/PATH}: a request passed on to a pod. */
final class PodProxy {

    private static final Set<String> OWN = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    static {
        // Those of one connection, and those that are for us.
        OWN.addAll(
                Set.of(
                        "Connection",
                        "Keep-Alive",
                        "Transfer-Encoding",
                        "Content-Length",
                        "Upgrade",
                        "Host",
                        "Authorization",
                        "TE",
                        "Trailer"));
    }

    private final HttpClient client;
    private final PodAccess pods;

    PodProxy(Vertx vertx, PodAccess pods) {
        this.client = vertx.createHttpClient(new HttpClientOptions().setConnectTimeout(5_000));
        this.pods = pods;
    }

    /** A pod's port in a path. */
    record Target(String pod, int port) {

        static Target parse(String name) {
            String[] parts = name.split(":", -1);
            if (parts.length == 3 && !parts[0].isEmpty() && !parts[0].equals("http")) {
                throw Faults.badRequest(
                        "proxy to " + parts[0] + ": local-cluster proxies to http only");
            }
            String pod = parts.length == 3 ? parts[1] : parts[0];
            String port = parts.length == 1 ? "80" : parts[parts.length - 1];
            try {
                return new Target(pod, Integer.parseInt(port));
            } catch (NumberFormatException e) {
                throw Faults.badRequest("port of " + name + ": " + port + " (expected: a number)");
            }
        }
    }

    void answer(Exchange exchange, RequestPath path, Target target) {
        InetSocketAddress address = pods.address(path.namespace(), target.pod(), target.port());
        String uri =
                (path.rest().isEmpty() ? "/" : path.rest())
                        + (exchange.query().isEmpty() ? "" : "?" + exchange.query());
        RequestOptions options =
                new RequestOptions()
                        .setMethod(exchange.request().method())
                        .setHost(address.getAddress().getHostAddress())
                        .setPort(address.getPort())
                        .setURI(uri);
        exchange.request()
                .headers()
                .forEach((name, value) -> {
                    if (!OWN.contains(name)) {
                        options.addHeader(name, value);
                    }
                });
        exchange.context()
                .runOnContext(run ->
                        client.request(options)
                                .compose(request -> send(request, exchange))
                                .compose(response -> pass(response, exchange))
                                .onFailure(e -> failed(exchange, e)));
    }

    private static io.vertx.core.Future<HttpClientResponse> send(
            HttpClientRequest request, Exchange exchange) {
        return exchange.hasBody() ? request.send(exchange.rawBody()) : request.send();
    }

    private static io.vertx.core.Future<Void> pass(HttpClientResponse response, Exchange exchange) {
        HttpServerResponse out = exchange.request().response();
        out.setStatusCode(response.statusCode());
        out.setChunked(true);
        response.headers()
                .forEach((name, value) -> {
                    if (!OWN.contains(name)) {
                        out.headers().add(name, value);
                    }
                });
        return response.pipeTo(out);
    }

    private static void failed(Exchange exchange, Throwable e) {
        exchange.fault(
                ApiFault.of(
                        503,
                        "ServiceUnavailable",
                        "error trying to reach service: " + e.getMessage()));
    }
}
