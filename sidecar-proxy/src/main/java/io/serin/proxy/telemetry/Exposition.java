// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.telemetry;

import io.serin.api.backend.Workload;
import io.serin.api.name.SpiffeId;
import io.serin.api.signal.Label;
import io.serin.api.signal.Metric;
import java.util.Collection;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** Prometheus text format 0.0.4, with the labels of Istio's standard metrics. */
final class Exposition {

    /** Istio's name for the one cluster of a mesh that has one. */
    private static final String CLUSTER = "Kubernetes";

    private Exposition() {}

    static String write(Collection<Meter> meters) {
        StringBuilder out = new StringBuilder(4096);
        requests(out, meters);
        durations(out, meters);
        tcp(out, meters, Metric.TCP_OPENED, meter -> meter.tcpOpened);
        tcp(out, meters, Metric.TCP_CLOSED, meter -> meter.tcpClosed);
        tcp(out, meters, Metric.TCP_SENT, meter -> meter.tcpSent);
        tcp(out, meters, Metric.TCP_RECEIVED, meter -> meter.tcpReceived);
        return out.toString();
    }

    private static void head(StringBuilder out, Metric metric, String type) {
        String name = metric.text();
        out.append("# HELP ").append(name).append(' ').append(metric.help()).append('\n');
        out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private static void requests(StringBuilder out, Collection<Meter> meters) {
        head(out, Metric.REQUESTS, "counter");
        for (Meter meter : meters) {
            for (RequestSeries series : meter.requests) {
                out.append(Metric.REQUESTS.text()).append('{');
                labels(out, meter.labels);
                request(out, series);
                out.append("} ").append(series.count).append('\n');
            }
        }
    }

    private static void durations(StringBuilder out, Collection<Meter> meters) {
        String name = Metric.REQUEST_DURATION.text();
        head(out, Metric.REQUEST_DURATION, "histogram");
        for (Meter meter : meters) {
            for (RequestSeries series : meter.requests) {
                long cumulative = 0;
                for (int i = 0; i < series.buckets.length; i++) {
                    cumulative += series.buckets[i];
                    out.append(name).append("_bucket{");
                    labels(out, meter.labels);
                    request(out, series);
                    out.append(",le=\"");
                    if (i < RequestSeries.BOUNDS.length) {
                        out.append(RequestSeries.BOUNDS[i]);
                    } else {
                        out.append("+Inf");
                    }
                    out.append("\"} ").append(cumulative).append('\n');
                }
                out.append(name).append("_sum{");
                labels(out, meter.labels);
                request(out, series);
                out.append("} ").append(series.sumNanos / 1e6).append('\n');
                out.append(name).append("_count{");
                labels(out, meter.labels);
                request(out, series);
                out.append("} ").append(series.count).append('\n');
            }
        }
    }

    private static void tcp(
            StringBuilder out,
            Collection<Meter> meters,
            Metric metric,
            ToLongFunction<Meter> value) {
        head(out, metric, "counter");
        for (Meter meter : meters) {
            if (meter.tcpOpened > 0) {
                out.append(metric.text()).append('{');
                labels(out, meter.labels);
                label(out, Label.REQUEST_PROTOCOL, "tcp");
                label(out, Label.RESPONSE_FLAGS, Meter.NO_FLAGS);
                out.append("} ").append(value.applyAsLong(meter)).append('\n');
            }
        }
    }

    private static void labels(StringBuilder out, Labels labels) {
        out.append(Label.REPORTER.text())
                .append("=\"")
                .append(labels.reporter().text())
                .append('"');
        source(out, labels.source(), labels.peer());
        destination(out, labels.destination());
        String service = labels.service();
        String[] parts = service.split("\\.", 3);
        label(out, Label.DESTINATION_SERVICE, service.isEmpty() ? Workload.UNKNOWN : service);
        label(out, Label.DESTINATION_SERVICE_NAME, service.isEmpty() ? Workload.UNKNOWN : parts[0]);
        label(
                out,
                Label.DESTINATION_SERVICE_NAMESPACE,
                parts.length > 1 ? parts[1] : Workload.UNKNOWN);
        label(out, Label.CONNECTION_SECURITY_POLICY, policy(labels));
    }

    /** The destination knows it; the source, as in Istio, does not say. */
    private static String policy(Labels labels) {
        return switch (labels.reporter()) {
            case SOURCE -> Workload.UNKNOWN;
            case DESTINATION -> labels.peer().isPresent() ? "mutual_tls" : "none";
        };
    }

    private static void source(StringBuilder out, Workload workload, Optional<SpiffeId> peer) {
        label(out, Label.SOURCE_WORKLOAD, workload.name());
        label(
                out,
                Label.SOURCE_WORKLOAD_NAMESPACE,
                peer.map(SpiffeId::namespace).orElse(workload.namespace()));
        label(out, Label.SOURCE_PRINCIPAL, peer.map(SpiffeId::toString).orElse(Workload.UNKNOWN));
        label(out, Label.SOURCE_APP, workload.app());
        label(out, Label.SOURCE_VERSION, workload.version());
        label(out, Label.SOURCE_CLUSTER, cluster(workload));
        label(out, Label.SOURCE_CANONICAL_SERVICE, workload.app());
        label(out, Label.SOURCE_CANONICAL_REVISION, workload.version());
    }

    private static void destination(StringBuilder out, Workload workload) {
        label(out, Label.DESTINATION_WORKLOAD, workload.name());
        label(out, Label.DESTINATION_WORKLOAD_NAMESPACE, workload.namespace());
        label(out, Label.DESTINATION_PRINCIPAL, Workload.UNKNOWN);
        label(out, Label.DESTINATION_APP, workload.app());
        label(out, Label.DESTINATION_VERSION, workload.version());
        label(out, Label.DESTINATION_CLUSTER, cluster(workload));
        label(out, Label.DESTINATION_CANONICAL_SERVICE, workload.app());
        label(out, Label.DESTINATION_CANONICAL_REVISION, workload.version());
    }

    private static String cluster(Workload workload) {
        return workload.equals(Workload.NOT_KNOWN) ? Workload.UNKNOWN : CLUSTER;
    }

    private static void request(StringBuilder out, RequestSeries series) {
        label(out, Label.REQUEST_PROTOCOL, "http");
        label(out, Label.RESPONSE_CODE, Integer.toString(series.code));
        label(out, Label.RESPONSE_FLAGS, series.flags);
    }

    private static void label(StringBuilder out, Label label, String value) {
        out.append(',').append(label.text()).append("=\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> out.append("\\\\");
                case '"' -> out.append("\\\"");
                case '\n' -> out.append("\\n");
                default -> out.append(c);
            }
        }
        out.append('"');
    }
}
