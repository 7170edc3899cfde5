// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.admin;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** What the process uses, as the kernel counts it, under the names that Prometheus' clients use. */
final class ProcessMetrics implements MetricSource {

    /**
     * Of {@code utime} and {@code stime}; a constant, 100 a second, of Linux' interface to
     * programs.
     */
    private static final int TICKS_PER_SECOND_DIGITS = 2;

    /** Of {@code statm}, on the machines that we run on. */
    private static final long PAGE_BYTES = 4096;

    private final Path proc;
    private final Clock clock;
    private final Instant started;

    /**
     * Reads from the kernel each time it is asked.
     *
     * @param proc {@code /proc/self}
     * @param started when the process did
     */
    ProcessMetrics(Path proc, Clock clock, Instant started) {
        this.proc = proc;
        this.clock = clock;
        this.started = started;
    }

    @Override
    public void write(Appendable to) throws IOException {
        // Fields are counted from behind the program's name, which may hold spaces.
        String stat = Files.readString(proc.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        long pages = Long.parseLong(Files.readString(proc.resolve("statm")).split(" ", -1)[1]);

        MetricText text = new MetricText(to);
        text.family("process_cpu_seconds_total", "counter", "CPU time used, user and system.");
        text.sample(
                "process_cpu_seconds_total", BigDecimal.valueOf(ticks, TICKS_PER_SECOND_DIGITS));
        text.family("process_resident_memory_bytes", "gauge", "Memory held.");
        text.sample("process_resident_memory_bytes", pages * PAGE_BYTES);
        text.family("process_start_time_seconds", "gauge", "Start, in seconds since 1970.");
        text.sample("process_start_time_seconds", BigDecimal.valueOf(started.toEpochMilli(), 3));
        text.family("envoy_server_uptime", "gauge", "Seconds since the start.");
        text.sample("envoy_server_uptime", Duration.between(started, clock.instant()).toSeconds());
    }
}
