// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import static org.awaitility.Awaitility.await;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.serin.api.name.Revision;
import io.serin.control.admin.AdminRoutes;
import io.serin.control.admin.MetricsPage;
import io.serin.control.admin.Readiness;
import io.serin.control.index.IndexChange;
import io.serin.control.index.MeshIndex;
import io.serin.control.snapshot.Pacer;
import io.serin.control.snapshot.Publisher;
import io.serin.control.translate.MeshText;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Optional;

/** Everything from the index to the wire, on loopback; the test writes the index. */
final class ControlPlaneInProcess implements AutoCloseable {

    final Vertx vertx = Vertx.vertx();
    final Publisher publisher = new Publisher(Pacer.real());
    final ConnectedProxies proxies = new ConnectedProxies();
    private final AdsSettings settings =
            new AdsSettings(0, new Revision("1-0"), "0.1.0", "istiod-1-0-abc");
    final PrometheusMeterRegistry metrics = MetricsPage.registry(settings);
    private final AdsVerticle verticle =
            new AdsVerticle(settings, Optional.empty(), publisher, proxies, metrics);
    private final String deployment;
    private final HttpServer admin;
    private final HttpClient client = vertx.createHttpClient();

    ControlPlaneInProcess() {
        deployment = DiscoveryClient.await(vertx.deployVerticle(verticle));
        Router router = Router.router(vertx);
        var readiness =
                new Readiness(
                        List.of(
                                new Readiness.Condition(
                                        "configuration is published",
                                        () -> publisher.latest().isPresent())));
        new AdminRoutes(settings, readiness, publisher, proxies).mount(router);
        MetricsPage.mount(router, metrics);
        admin = DiscoveryClient.await(vertx.createHttpServer().requestHandler(router).listen(0));
    }

    int port() {
        return verticle.port();
    }

    /** Returns when there is something to be served. */
    void mesh(String text) {
        change(MeshText.index(text), true);
        await().until(() -> publisher.latest().isPresent());
    }

    void change(MeshIndex index, boolean removal) {
        publisher.accept(new IndexChange(index, removal));
    }

    /** Status and body of an admin page. */
    String get(String path) {
        return DiscoveryClient.await(
                client.request(HttpMethod.GET, admin.actualPort(), "127.0.0.1", path)
                        // On the client's own loop, for a body that nobody waits for is let go.
                        .compose(request ->
                                request.send().compose(ControlPlaneInProcess::statusAndBody)));
    }

    private static Future<String> statusAndBody(HttpClientResponse response) {
        return response.body().map(body -> response.statusCode() + " " + body);
    }

    JsonObject json(String path) {
        return new JsonObject(get(path).substring("200 ".length()));
    }

    void undeploy() {
        DiscoveryClient.await(vertx.undeploy(deployment));
    }

    @Override
    public void close() {
        DiscoveryClient.await(vertx.close());
    }
}
