// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.api.backend.Workload;
import io.serin.api.signal.Label;
import io.serin.api.signal.Metric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ExpositionTest {

    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");

    private final Meter meter =
            new Meter(
                    new Labels(
                            Labels.Reporter.SOURCE,
                            new Workload("visitors", "client", "client", "latest"),
                            new Workload("shop", "reviews-v1", "reviews", "v\"1\\\n"),
                            "reviews.shop.svc.cluster.local"));

    @Test
    void requestsCarryEachLabelOnce() {
        meter.request(200, Meter.NO_FLAGS, 1);
        assertThat(labels(only(Metric.REQUESTS.text())))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Label.values()).map(Label::text).toList());
    }

    @Test
    void connectionsCarryAllButTheResponseCode() {
        meter.tcpOpened();
        meter.tcpSent(7);
        assertThat(labels(only(Metric.TCP_SENT.text())))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Label.values())
                                .filter(label -> label != Label.RESPONSE_CODE)
                                .map(Label::text)
                                .toList());
        assertThat(only(Metric.TCP_SENT.text())).endsWith("} 7");
    }

    @Test
    void bucketsCountAllThatWereAsFastOrFaster() {
        meter.request(200, Meter.NO_FLAGS, TimeUnit.MILLISECONDS.toNanos(4));
        meter.request(200, Meter.NO_FLAGS, TimeUnit.MILLISECONDS.toNanos(5));
        meter.request(200, Meter.NO_FLAGS, TimeUnit.MINUTES.toNanos(2));
        assertThat(bucket("3.0")).endsWith(" 0");
        assertThat(bucket("5.0")).endsWith(" 2");
        assertThat(bucket("60000.0")).endsWith(" 2");
        assertThat(bucket("+Inf")).endsWith(" 3");
        assertThat(only(Metric.REQUEST_DURATION.text() + "_count")).endsWith(" 3");
        assertThat(only(Metric.REQUEST_DURATION.text() + "_sum")).endsWith(" 120009.0");
    }

    /** What dashboards for Istio ask for, to the letter. */
    @Test
    void readsAsIstiosMetricsDo() {
        meter.request(200, Meter.NO_FLAGS, 1);
        assertThat(Exposition.write(List.of(meter)))
                .contains("# TYPE istio_requests_total counter\n")
                .contains("# TYPE istio_request_duration_milliseconds histogram\n")
                .contains("# TYPE istio_tcp_sent_bytes_total counter\n");
        assertThat(only("istio_requests_total"))
                .isEqualTo(
                        "istio_requests_total{reporter=\"source\",source_workload=\"client\","
                                + "source_workload_namespace=\"visitors\","
                                + "source_principal=\"unknown\",source_app=\"client\","
                                + "source_version=\"latest\",source_cluster=\"Kubernetes\","
                                + "source_canonical_service=\"client\","
                                + "source_canonical_revision=\"latest\","
                                + "destination_workload=\"reviews-v1\","
                                + "destination_workload_namespace=\"shop\","
                                + "destination_principal=\"unknown\",destination_app=\"reviews\","
                                + "destination_version=\"v\\\"1\\\\\\n\","
                                + "destination_cluster=\"Kubernetes\","
                                + "destination_canonical_service=\"reviews\","
                                + "destination_canonical_revision=\"v\\\"1\\\\\\n\","
                                + "destination_service=\"reviews.shop.svc.cluster.local\","
                                + "destination_service_name=\"reviews\","
                                + "destination_service_namespace=\"shop\","
                                + "connection_security_policy=\"unknown\","
                                + "request_protocol=\"http\",response_code=\"200\","
                                + "response_flags=\"-\"} 1");
    }

    @Test
    void saysUnknownWhereNothingIsKnown() {
        Meter nobody =
                new Meter(
                        new Labels(
                                Labels.Reporter.DESTINATION,
                                Workload.NOT_KNOWN,
                                Workload.NOT_KNOWN,
                                ""));
        nobody.request(400, "DPE", 0);
        assertThat(Exposition.write(List.of(nobody)))
                .contains("source_workload=\"unknown\"")
                .contains("source_cluster=\"unknown\"")
                .contains("destination_cluster=\"unknown\"")
                .contains("destination_service=\"unknown\"")
                .contains("destination_service_namespace=\"unknown\"")
                .contains("connection_security_policy=\"none\"");
    }

    private String bucket(String bound) {
        List<String> lines =
                series(Metric.REQUEST_DURATION.text() + "_bucket").stream()
                        .filter(line -> line.contains("le=\"" + bound + "\""))
                        .toList();
        assertThat(lines).hasSize(1);
        return lines.getFirst();
    }

    private String only(String name) {
        List<String> lines = series(name);
        assertThat(lines).hasSize(1);
        return lines.getFirst();
    }

    private List<String> series(String name) {
        return Exposition.write(List.of(meter))
                .lines()
                .filter(line -> line.startsWith(name + "{"))
                .toList();
    }

    private static List<String> labels(String line) {
        List<String> names = new ArrayList<>();
        var matcher = LABEL.matcher(line);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }
}
