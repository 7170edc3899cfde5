// SPDX-License-Identifier: Apache-2.0
package io.serin.control.admin;

import io.serin.control.serve.AdsSettings;
import io.serin.control.serve.ConnectedProxies;
import io.serin.control.snapshot.Publisher;
import io.vertx.ext.web.Router;

/**
 * The pages at 8080: {@code /ready}, {@code /debug/syncz}, {@code /debug/configz?proxy=<pod>.<ns>}.
 */
public record AdminRoutes(
        AdsSettings settings, Readiness readiness, Publisher publisher, ConnectedProxies proxies) {

    public void mount(Router router) {
        router.get("/ready").handler(context -> context.end(readiness.missing().toString()));
    }
}
