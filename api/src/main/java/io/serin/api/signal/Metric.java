// SPDX-License-Identifier: Apache-2.0
package io.serin.api.signal;

/** The metrics of the sidecar, under Istio's names. Their labels: {@link Label}. */
public enum Metric {
    REQUESTS("istio_requests_total", "Requests that were answered."),
    REQUEST_DURATION(
            "istio_request_duration_milliseconds",
            "Time from a request's first byte to its answer's last, in milliseconds."),
    TCP_OPENED("istio_tcp_connections_opened_total", "TCP connections opened."),
    TCP_CLOSED("istio_tcp_connections_closed_total", "TCP connections closed."),
    TCP_SENT("istio_tcp_sent_bytes_total", "Bytes that servers sent to clients."),
    TCP_RECEIVED("istio_tcp_received_bytes_total", "Bytes that clients sent to servers.");

    private final String text;
    private final String help;

    Metric(String text, String help) {
        this.text = text;
        this.help = help;
    }

    /** As it is exposed. */
    public String text() {
        return text;
    }

    /** One sentence for people. */
    public String help() {
        return help;
    }
}
