// SPDX-License-Identifier: Apache-2.0
package io.serin.control.main;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.serin.injector.webhook.InjectionMetrics.Result;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class InjectionCountersTest {

    @Test
    void countsEachCallOnceAndByItsEnd() {
        PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        InjectionCounters counters = new InjectionCounters(metrics);

        counters.called(Result.INJECTED, Duration.ofMillis(4));
        counters.called(Result.INJECTED, Duration.ofMillis(4));
        counters.called(Result.SKIPPED, Duration.ofMillis(1));
        counters.called(Result.FAILED, Duration.ofMillis(400));

        assertThat(metrics.scrape())
                .contains(
                        "sidecar_injection_requests_total 4.0",
                        "sidecar_injection_success_total 2.0",
                        "sidecar_injection_skip_total 1.0",
                        "sidecar_injection_failure_total 1.0",
                        "sidecar_injection_time_seconds_bucket{le=\"0.005\"} 3",
                        "sidecar_injection_time_seconds_bucket{le=\"1.0\"} 4",
                        "sidecar_injection_time_seconds_count 4");
    }
}
