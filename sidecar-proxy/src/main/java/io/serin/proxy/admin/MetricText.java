// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.admin;

import java.io.IOException;
import java.math.BigDecimal;

/** Prometheus' text format, as far as a few counters and gauges need it. */
final class MetricText {

    private final Appendable to;

    MetricText(Appendable to) {
        this.to = to;
    }

    void family(String name, String type, String help) throws IOException {
        to.append("# HELP ").append(name).append(' ').append(help).append('\n');
        to.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    void sample(String name, long value) throws IOException {
        to.append(name).append(' ').append(Long.toString(value)).append('\n');
    }

    void sample(String name, BigDecimal value) throws IOException {
        to.append(name).append(' ').append(value.toPlainString()).append('\n');
    }

    /**
     * Writes a sample with a label.
     *
     * @param with the label's value; holds nothing that has to be escaped
     */
    void sample(String name, String label, String with, long value) throws IOException {
        to.append(name)
                .append('{')
                .append(label)
                .append("=\"")
                .append(with)
                .append("\"} ")
                .append(Long.toString(value))
                .append('\n');
    }
}
