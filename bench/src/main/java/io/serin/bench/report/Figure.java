// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.report;

import java.util.Arrays;
import java.util.Optional;

/** What is measured; each is one row of the table. */
public enum Figure {
    SATURATED_CPU(Workload.SATURATED, "cpu", "CPU of the proxy", "µs/request", Better.LOWER),
    SATURATED_RATE(Workload.SATURATED, "rate", "requests", "1/s", Better.HIGHER),
    SATURATED_LOAD(Workload.SATURATED, "load", "busy: load and backend", "%", Better.NEITHER),
    SATURATED_WAIT(Workload.SATURATED, "wait", "proxy waited for its CPU", "%", Better.NEITHER),
    PACED_CPU(Workload.PACED, "cpu", "CPU of the proxy", "µs/request", Better.LOWER),
    PACED_P50(Workload.PACED, "p50", "p50 from due", "µs", Better.LOWER),
    PACED_P99(Workload.PACED, "p99", "p99", "µs", Better.LOWER),
    PACED_P999(Workload.PACED, "p99.9", "p99.9", "µs", Better.LOWER),
    PACED_LOAD(Workload.PACED, "load", "busy: load and backend", "%", Better.NEITHER),
    PACED_WAIT(Workload.PACED, "wait", "proxy waited for its CPU", "%", Better.NEITHER),
    TCP_CPU(Workload.TCP, "cpu", "CPU of the proxy", "s/GB", Better.LOWER),
    TCP_RATE(Workload.TCP, "rate", "bytes", "GB/s", Better.HIGHER),
    START(Workload.PROCESS, "start", "exec to first 200", "ms", Better.LOWER),
    REST_RSS(Workload.PROCESS, "rest-rss", "RSS at rest", "MiB", Better.LOWER),
    REST_PSS(Workload.PROCESS, "rest-pss", "PSS at rest", "MiB", Better.LOWER),
    LOADED_RSS(Workload.PROCESS, "loaded-rss", "RSS after load", "MiB", Better.LOWER),
    LOADED_PSS(Workload.PROCESS, "loaded-pss", "PSS after load", "MiB", Better.LOWER);

    /** In which direction a figure is good. */
    public enum Better {
        LOWER,
        HIGHER,
        /** It is there so that the others can be judged. */
        NEITHER
    }

    /** Under what circumstances; each is one group of rows. */
    public enum Workload {
        SATURATED("http1-64-saturated", "HTTP/1.1, 1 KB answers, 64 connections, as much as goes"),
        PACED(
                "http1-16-1000rps",
                "HTTP/1.1, 1 KB answers, 1 000 requests/s over 16 connections, open loop"),
        TCP("tcp-1", "TCP passed through, one connection"),
        PROCESS("process", "the process");

        private final String id;
        private final String title;

        Workload(String id, String title) {
            this.id = id;
            this.title = title;
        }

        public String title() {
            return title;
        }
    }

    private final Workload workload;
    private final String id;
    private final String title;
    private final String unit;
    private final Better better;

    Figure(Workload workload, String suffix, String title, String unit, Better better) {
        this.workload = workload;
        this.id = workload.id + "-" + suffix;
        this.title = title;
        this.unit = unit;
        this.better = better;
    }

    public Workload workload() {
        return workload;
    }

    /** As in results, {@code http1-64-saturated-cpu}. */
    public String id() {
        return id;
    }

    public String title() {
        return title;
    }

    public String unit() {
        return unit;
    }

    public Better better() {
        return better;
    }

    /** The one with this id. */
    public static Optional<Figure> of(String id) {
        return Arrays.stream(values()).filter(figure -> figure.id.equals(id)).findFirst();
    }
}
