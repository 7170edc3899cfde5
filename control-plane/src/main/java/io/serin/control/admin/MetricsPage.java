// SPDX-License-Identifier: Apache-2.0
package io.serin.control.admin;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.serin.control.serve.AdsSettings;
import io.vertx.ext.web.Router;

/** The page at 15014: {@code /metrics}, for Prometheus. */
public final class MetricsPage {

    /** The format in which it is written. */
    private static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    /** Held here: a registry holds what it measures only weakly. */
    private static final ProcessFacts PROCESS = new ProcessFacts();

    private MetricsPage() {}

    /**
     * The registry of this process, with what is told of every process: JVM, CPU, memory, build.
     */
    public static PrometheusMeterRegistry registry(AdsSettings settings) {
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        // Closes with the process: it listens to the collectors as long as there are any.
        @SuppressWarnings("resource")
        var collections = new JvmGcMetrics();
        collections.bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        FunctionCounter.builder("process_cpu_seconds", PROCESS, ProcessFacts::cpuSeconds)
                .description("CPU time that this process took, in seconds.")
                .register(registry);
        Gauge.builder("process_resident_memory_bytes", PROCESS, ProcessFacts::residentBytes)
                .description("Memory that this process holds, in bytes.")
                .register(registry);
        Gauge.builder("istio_build", () -> 1)
                .description("Which version this is.")
                .tag("component", "pilot")
                .tag("tag", settings.version())
                .tag("revision", settings.revision().value())
                .register(registry);
        return registry;
    }

    public static void mount(Router router, PrometheusMeterRegistry registry) {
        router.get("/metrics")
                .handler(context ->
                        context.response()
                                .putHeader("content-type", CONTENT_TYPE)
                                .end(registry.scrape(CONTENT_TYPE)));
    }
}
