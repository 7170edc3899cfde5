// SPDX-License-Identifier: Apache-2.0
package io.serin.control.main;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.serin.injector.webhook.InjectionMetrics;
import java.time.Duration;
import java.util.stream.Stream;

/** Istio's metrics of injection. */
final class InjectionCounters implements InjectionMetrics {

    /** Istio's, and below them those that tell one answer from another. */
    private static final Duration[] BUCKETS =
            Stream.of(1, 2, 5, 10, 20, 50, 100, 1000, 3000, 5000, 10_000, 20_000, 30_000, 60_000)
                    .map(Duration::ofMillis)
                    .toArray(Duration[]::new);

    private final Counter requests;
    private final Counter successes;
    private final Counter failures;
    private final Counter skips;
    private final Timer time;

    InjectionCounters(MeterRegistry registry) {
        requests = counter(registry, "requests", "Calls of the injection webhook.");
        successes = counter(registry, "success", "Pods that got a sidecar.");
        failures = counter(registry, "failure", "Calls that were refused.");
        skips = counter(registry, "skip", "Pods that were let through as they are.");
        time =
                Timer.builder("sidecar_injection_time")
                        .description("Time to answer a call of the injection webhook.")
                        .serviceLevelObjectives(BUCKETS)
                        .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder("sidecar_injection_" + name)
                .description(description)
                .register(registry);
    }

    @Override
    public void called(Result result, Duration took) {
        requests.increment();
        time.record(took);
        switch (result) {
            case INJECTED -> successes.increment();
            case SKIPPED -> skips.increment();
            case FAILED -> failures.increment();
        }
    }
}
