// SPDX-License-Identifier: Apache-2.0
package io.serin.api.signal;

/** The metrics of the sidecar, under Istio's names. */
public enum Metric {
    REQUESTS("istio_requests_total", "Requests that were answered."),
    REQUEST_DURATION(
            "istio_request_duration_milliseconds",
            "Time from a request's first byte to its answer's last, in milliseconds.");

    private final String text;
    private final String help;

    Metric(String text, String help) {
        this.text = text;
        this.help = help;
    }

    public String text() {
        return text;
    }

    public String help() {
        return help;
    }
}
