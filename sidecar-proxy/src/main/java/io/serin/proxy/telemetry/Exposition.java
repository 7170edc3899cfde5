// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.telemetry;

import io.serin.api.backend.Workload;
import io.serin.api.signal.Metric;
import java.util.Collection;
import java.util.function.ToLongFunction;

/** Prometheus text format 0.0.4, with the labels of Istio's standard metrics. */
final class Exposition {

    private static final String TCP = "istio_tcp_";

    /** Istio's name for the one cluster of a mesh that has one. */
    private static final String CLUSTER = "Kubernetes";

    private Exposition() {}

    static String write(Collection<Meter> meters) {
        StringBuilder out = new StringBuilder(4096);
        requests(out, meters);
        durations(out, meters);
        tcp(out, meters, "connections_opened_total", "TCP connections opened.", m -> m.tcpOpened);
        tcp(out, meters, "connections_closed_total", "TCP connections closed.", m -> m.tcpClosed);
        tcp(out, meters, "sent_bytes_total", "Bytes sent back to the client.", m -> m.tcpSent);
        tcp(
                out,
                meters,
                "received_bytes_total",
                "Bytes received from the client.",
                m -> m.tcpReceived);
        return out.toString();
    }

    private static void head(StringBuilder out, String name, String help, String type) {
        out.append("# HELP ").append(name).append(' ').append(help).append('\n');
        out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private static void requests(StringBuilder out, Collection<Meter> meters) {
        head(out, Metric.REQUESTS.text(), Metric.REQUESTS.help(), "counter");
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
        head(out, name, Metric.REQUEST_DURATION.help(), "histogram");
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
            String suffix,
            String help,
            ToLongFunction<Meter> value) {
        head(out, TCP + suffix, help, "counter");
        for (Meter meter : meters) {
            if (meter.tcpOpened > 0) {
                out.append(TCP).append(suffix).append('{');
                labels(out, meter.labels);
                out.append(",request_protocol=\"tcp\",response_flags=\"-\"} ")
                        .append(value.applyAsLong(meter))
                        .append('\n');
            }
        }
    }

    private static void labels(StringBuilder out, Labels labels) {
        out.append("reporter=\"").append(labels.reporter().text()).append('"');
        workload(out, "source", labels.source());
        workload(out, "destination", labels.destination());
        String service = labels.service();
        String[] parts = service.split("\\.", 3);
        label(out, "destination_service", service.isEmpty() ? Workload.UNKNOWN : service);
        label(out, "destination_service_name", service.isEmpty() ? Workload.UNKNOWN : parts[0]);
        label(out, "destination_service_namespace", parts.length > 1 ? parts[1] : Workload.UNKNOWN);
        // Without mTLS nobody has an identity; the destination knows it, the source can't.
        label(
                out,
                "connection_security_policy",
                labels.reporter() == Labels.Reporter.DESTINATION ? "none" : Workload.UNKNOWN);
    }

    private static void workload(StringBuilder out, String side, Workload workload) {
        label(out, side + "_workload", workload.name());
        label(out, side + "_workload_namespace", workload.namespace());
        label(out, side + "_principal", Workload.UNKNOWN);
        label(out, side + "_app", workload.app());
        label(out, side + "_version", workload.version());
        boolean known = !workload.equals(Workload.NOT_KNOWN);
        label(out, side + "_cluster", known ? CLUSTER : Workload.UNKNOWN);
        label(out, side + "_canonical_service", workload.app());
        label(out, side + "_canonical_revision", workload.version());
    }

    private static void request(StringBuilder out, RequestSeries series) {
        label(out, "request_protocol", "http");
        label(out, "response_code", Integer.toString(series.code));
        label(out, "response_flags", series.flags);
    }

    private static void label(StringBuilder out, String name, String value) {
        out.append(',').append(name).append("=\"");
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
