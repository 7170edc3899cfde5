// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import io.serin.api.backend.Workload;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TelemetryTest {

    private static final Labels EDGE =
            new Labels(
                    Labels.Reporter.SOURCE,
                    new Workload("shop", "web", "web", "v1"),
                    new Workload("store", "reviews-v2", "reviews", "v\"2"),
                    "reviews.store.svc.cluster.local");

    private final DefaultEventLoop one = new DefaultEventLoop();
    private final DefaultEventLoop two = new DefaultEventLoop();
    private final Telemetry telemetry = new Telemetry();

    @AfterEach
    void stop() {
        var _ = one.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        var _ = two.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private void on(DefaultEventLoop loop, LoopMeter meter, Runnable counts) {
        assertThat(meter).isNotNull();
        loop.submit(counts).syncUninterruptibly();
    }

    @Test
    void addsUpWhatTheLoopsCounted() {
        LoopMeter first = telemetry.meterOf(one);
        LoopMeter second = telemetry.meterOf(two);
        on(one, first, () -> first.of(EDGE).request(200, "-", 1_500_000));
        on(one, first, () -> first.of(EDGE).request(503, "UH", 100));
        on(two, second, () -> second.of(EDGE).request(200, "-", 700_000_000));
        String labels =
                "{reporter=\"source\",source_workload=\"web\",source_workload_namespace=\"shop\","
                        + "source_principal=\"unknown\",source_app=\"web\",source_version=\"v1\","
                        + "source_cluster=\"Kubernetes\",source_canonical_service=\"web\","
                        + "source_canonical_revision=\"v1\",destination_workload=\"reviews-v2\","
                        + "destination_workload_namespace=\"store\","
                        + "destination_principal=\"unknown\",destination_app=\"reviews\","
                        + "destination_version=\"v\\\"2\",destination_cluster=\"Kubernetes\","
                        + "destination_canonical_service=\"reviews\","
                        + "destination_canonical_revision=\"v\\\"2\","
                        + "destination_service=\"reviews.store.svc.cluster.local\","
                        + "destination_service_name=\"reviews\","
                        + "destination_service_namespace=\"store\","
                        + "connection_security_policy=\"unknown\",request_protocol=\"http\",";
        assertThat(telemetry.prometheusText())
                .contains("# TYPE istio_requests_total counter\n")
                .contains(
                        "istio_requests_total"
                                + labels
                                + "response_code=\"200\",response_flags=\"-\"} 2\n")
                .contains(
                        "istio_requests_total"
                                + labels
                                + "response_code=\"503\",response_flags=\"UH\"} 1\n")
                .contains("# TYPE istio_request_duration_milliseconds histogram\n")
                .contains("response_code=\"200\",response_flags=\"-\",le=\"1.0\"} 0\n")
                .contains("response_code=\"200\",response_flags=\"-\",le=\"2.0\"} 1\n")
                .contains("response_code=\"200\",response_flags=\"-\",le=\"500.0\"} 1\n")
                .contains("response_code=\"200\",response_flags=\"-\",le=\"1000.0\"} 2\n")
                .contains("response_code=\"200\",response_flags=\"-\",le=\"+Inf\"} 2\n")
                .contains("response_code=\"200\",response_flags=\"-\"} 701.5\n");
    }

    @Test
    void saysUnknownWhereNothingIsKnown() {
        LoopMeter meter = telemetry.meterOf(one);
        Labels nobody =
                new Labels(Labels.Reporter.DESTINATION, Workload.NOT_KNOWN, Workload.NOT_KNOWN, "");
        on(one, meter, () -> meter.of(nobody).request(400, "DPE", 0));
        assertThat(telemetry.prometheusText())
                .contains("source_workload=\"unknown\"")
                .contains("source_cluster=\"unknown\"")
                .contains("destination_service=\"unknown\"")
                .contains("destination_service_namespace=\"unknown\"")
                .contains("connection_security_policy=\"none\"");
    }

    @Test
    void leavesOutALoopThatHasStopped() {
        LoopMeter meter = telemetry.meterOf(one);
        on(one, meter, () -> meter.of(EDGE).request(200, "-", 1));
        one.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        assertThat(telemetry.prometheusText()).doesNotContain("response_code=\"200\"");
    }
}
