// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.serin.api.codec.TypeUrl;
import io.serin.control.snapshot.Publisher;
import io.serin.control.snapshot.Snapshots;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** What is counted of serving configuration, under Istio's names where there are such. */
final class AdsMetrics {

    private static final double[] SECONDS = {
        .005, .01, .025, .05, .1, .2, .3, .5, 1, 2, 3, 5, 10, 30
    };

    private final AtomicLong connected = new AtomicLong();
    private final AtomicLong rejects = new AtomicLong();
    private final Map<TypeUrl, Counter> pushes = new EnumMap<>(TypeUrl.class);
    private final Map<TypeUrl, DistributionSummary> sizes = new EnumMap<>(TypeUrl.class);
    private final DistributionSummary pushTime;
    private final DistributionSummary convergence;
    private final DistributionSummary propagation;
    private final Counter revisionMismatches;

    AdsMetrics(MeterRegistry registry, Publisher publisher) {
        Gauge.builder(
                        "pilot_services",
                        publisher,
                        it -> it.latest().map(Snapshots::services).orElse(0))
                .description("Services that this control plane knows.")
                .register(registry);
        Gauge.builder("pilot_xds", connected, AtomicLong::get)
                .description("Proxies that are connected to this control plane.")
                .register(registry);
        // A gauge, because a counter would be given the name's ending _total, which Istio's lacks.
        Gauge.builder("pilot_total_xds_rejects", rejects, AtomicLong::get)
                .description("Responses that a proxy refused, since this process began.")
                .register(registry);
        for (TypeUrl type : TypeUrl.values()) {
            pushes.put(
                    type,
                    Counter.builder("pilot_xds_pushes")
                            .description("Responses sent, by type.")
                            .tag("type", name(type))
                            .register(registry));
            sizes.put(
                    type,
                    DistributionSummary.builder("pilot_xds_config_size_bytes")
                            .description("Size of each response, by type.")
                            .tag("type", name(type))
                            .serviceLevelObjectives(1e3, 1e4, 1e5, 1e6, 4e6, 1e7, 4e7)
                            .register(registry));
        }
        pushTime =
                seconds(
                        registry,
                        "pilot_xds_push_time",
                        "Time to work out and write what one proxy is sent, in seconds.");
        convergence =
                seconds(
                        registry,
                        "pilot_proxy_convergence_time",
                        "Time from a change in the cluster until one proxy took it, in seconds.");
        propagation =
                seconds(
                        registry,
                        "serin_config_propagation_seconds",
                        "Time from a change in the cluster until the last proxy took it, in seconds.");
        revisionMismatches =
                Counter.builder("serin_proxy_revision_mismatch")
                        .description("Proxies of another revision that were turned away.")
                        .register(registry);
    }

    private static DistributionSummary seconds(
            MeterRegistry registry, String name, String description) {
        return DistributionSummary.builder(name)
                .description(description)
                .serviceLevelObjectives(SECONDS)
                .register(registry);
    }

    private static String name(TypeUrl type) {
        return switch (type) {
            case CLUSTER -> "cds";
            case ENDPOINT -> "eds";
            case LISTENER -> "lds";
            case ROUTE -> "rds";
            case HOME -> "home";
            case NAMES -> "nds";
        };
    }

    private static <M> M of(Map<TypeUrl, M> meters, TypeUrl type) {
        M meter = meters.get(type);
        if (meter == null) {
            throw new IllegalStateException("no meter for " + type);
        }
        return meter;
    }

    void connected(int proxies) {
        connected.set(proxies);
    }

    void rejected() {
        rejects.incrementAndGet();
    }

    void sent(TypeUrl type, int bytes) {
        of(pushes, type).increment();
        of(sizes, type).record(bytes);
    }

    void pushed(Duration took) {
        pushTime.record(took.toNanos() / 1e9);
    }

    void converged(Duration took) {
        convergence.record(took.toNanos() / 1e9);
    }

    void propagated(Duration took) {
        propagation.record(took.toNanos() / 1e9);
    }

    void revisionMismatch() {
        revisionMismatches.increment();
    }
}
