// SPDX-License-Identifier: Apache-2.0
package io.serin.api.signal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The names that Istio's dashboards ask for: a renamed constant must not rename a label. */
class IstioNamesTest {

    @Test
    void labelsAreIstios() {
        assertThat(Arrays.stream(Label.values()).map(Label::text))
                .containsExactlyInAnyOrder(
                        "reporter",
                        "source_workload",
                        "source_workload_namespace",
                        "source_principal",
                        "source_app",
                        "source_version",
                        "source_cluster",
                        "source_canonical_service",
                        "source_canonical_revision",
                        "destination_workload",
                        "destination_workload_namespace",
                        "destination_principal",
                        "destination_app",
                        "destination_version",
                        "destination_service",
                        "destination_service_name",
                        "destination_service_namespace",
                        "destination_cluster",
                        "destination_canonical_service",
                        "destination_canonical_revision",
                        "request_protocol",
                        "response_code",
                        "response_flags",
                        "connection_security_policy");
    }

    @Test
    void metricsAreIstios() {
        assertThat(Arrays.stream(Metric.values()).map(Metric::text))
                .containsExactlyInAnyOrder(
                        "istio_requests_total",
                        "istio_request_duration_milliseconds",
                        "istio_tcp_connections_opened_total",
                        "istio_tcp_connections_closed_total",
                        "istio_tcp_sent_bytes_total",
                        "istio_tcp_received_bytes_total");
    }

    @Test
    void everyNameHasASentence() {
        assertThat(Arrays.stream(Label.values()).map(Label::help)).allMatch(it -> it.endsWith("."));
        assertThat(Arrays.stream(Metric.values()).map(Metric::help))
                .allMatch(it -> it.endsWith("."));
    }
}
