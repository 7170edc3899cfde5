// SPDX-License-Identifier: Apache-2.0
package io.serin.control.admin;

import io.serin.api.snapshot.ProxyNode;
import io.serin.control.serve.AdsSettings;
import io.serin.control.serve.ConnectedProxies;
import io.serin.control.serve.ProxyStatus;
import io.serin.control.snapshot.Publisher;
import io.serin.control.snapshot.Snapshots;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;

/**
 * The pages at 8080: {@code /ready}, {@code /debug/syncz}, {@code /debug/configz?proxy=<pod>.<ns>},
 * and {@code /debug/configz?pod=<pod>.<ns>}, what a proxy would be told if it were here.
 */
public record AdminRoutes(
        AdsSettings settings, Readiness readiness, Publisher publisher, ConnectedProxies proxies) {

    public void mount(Router router) {
        router.get("/ready").handler(this::ready);
        router.get("/debug/syncz")
                .handler(context ->
                        json(context, SyncPage.of(settings, proxies.list(), publisher.latest())));
        router.get("/debug/configz").handler(this::config);
    }

    private void ready(RoutingContext context) {
        List<String> missing = readiness.missing();
        if (missing.isEmpty()) {
            text(context, 200, "ready");
        } else {
            text(context, 503, "not yet: " + String.join(", ", missing));
        }
    }

    private void config(RoutingContext context) {
        List<String> pods = context.queryParam("pod");
        List<String> names = pods.isEmpty() ? context.queryParam("proxy") : pods;
        String kind = pods.isEmpty() ? "proxy" : "pod";
        String name = names.isEmpty() ? "" : names.getFirst();
        int dot = name.lastIndexOf('.');
        if (dot <= 0 || dot == name.length() - 1) {
            text(context, 400, kind + ": '" + name + "' (expected: <pod>.<namespace>)");
            return;
        }
        String pod = name.substring(0, dot);
        String namespace = name.substring(dot + 1);
        Optional<Snapshots> latest = publisher.latest();
        if (!pods.isEmpty()) {
            wouldBe(context, pod, namespace, latest);
            return;
        }
        Optional<ProxyStatus> proxy = proxies.find(pod, namespace);
        if (proxy.isEmpty() || latest.isEmpty()) {
            text(
                    context,
                    404,
                    "proxy: '"
                            + name
                            + "' (expected: one that is connected to "
                            + settings.instance()
                            + ", see /debug/syncz)");
            return;
        }
        json(context, ConfigPage.of(proxy.get().node(), latest.get()));
    }

    private void wouldBe(
            RoutingContext context, String pod, String namespace, Optional<Snapshots> latest) {
        Optional<ProxyNode> node =
                latest.flatMap(known ->
                        known.nodeOf(pod, namespace, settings.revision(), settings.version()));
        if (node.isEmpty()) {
            text(
                    context,
                    404,
                    "pod: '"
                            + pod
                            + "."
                            + namespace
                            + "' (expected: one that has an address, and not its machine's)");
            return;
        }
        json(context, ConfigPage.of(node.get(), latest.orElseThrow()));
    }

    private static void json(RoutingContext context, JsonObject body) {
        context.response()
                .putHeader("content-type", "application/json")
                .end(body.encodePrettily() + "\n");
    }

    private static void text(RoutingContext context, int status, String body) {
        context.response()
                .setStatusCode(status)
                .putHeader("content-type", "text/plain")
                .end(body + "\n");
    }
}
