// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.demo;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serin.cli.client.CliFault;
import io.serin.cli.demo.event.TrafficCounts;
import io.serin.kube.read.ClusterReader;
import io.serin.kube.type.ObjectName;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the load client reports, second by second, as its pod's log brings it. Written by the thread
 * that reads the log; read from any.
 */
final class Traffic implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long SILENCE_NANOS = 30_000_000_000L;

    private final List<TrafficCounts> seconds = new ArrayList<>();
    private final InputStream log;
    private final Consumer<TrafficCounts> eachSecond;
    private String lastFailure = "";
    private @Nullable TrafficCounts whole;

    /**
     * @param eachSecond is told of every second, on the thread that reads the log
     */
    Traffic(ClusterReader reader, ObjectName pod, Consumer<TrafficCounts> eachSecond) {
        this.eachSecond = eachSecond;
        log = reader.follow(pod, "client");
        Thread.ofVirtual().name("traffic").start(this::read);
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(log, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                add(line);
            }
        } catch (IOException closed) {
            // The story is over.
        }
    }

    private void add(String line) {
        JsonNode report;
        try {
            report = JSON.readTree(line);
        } catch (JacksonException notOurs) {
            return;
        }
        if (report == null || !report.has("sent")) {
            return;
        }
        TrafficCounts counts = counts(report);
        boolean last = report.path("final").asBoolean();
        synchronized (this) {
            if (last) {
                whole = counts;
            } else {
                seconds.add(counts);
            }
            if (report.path("lastFailure").isTextual()) {
                lastFailure = report.path("lastFailure").asText();
            }
            notifyAll();
        }
        if (!last) {
            eachSecond.accept(counts);
        }
    }

    private static TrafficCounts counts(JsonNode report) {
        Map<String, Long> versions = new TreeMap<>();
        report.path("versions")
                .properties()
                .forEach(version -> versions.put(version.getKey(), version.getValue().asLong()));
        return new TrafficCounts(
                report.path("sent").asLong(),
                report.path("succeeded").asLong(),
                report.path("failed").asLong() + unanswered(report),
                report.path("p99Millis").asDouble(),
                versions);
    }

    /** At the end, who has not answered yet never will. */
    private static long unanswered(JsonNode report) {
        return report.path("final").asBoolean() ? report.path("outstanding").asLong() : 0;
    }

    /**
     * The client's own counts of its whole run, once it was told to stop and has waited for the
     * answers that were due.
     */
    synchronized TrafficCounts whole() {
        awaitLine(() -> whole != null);
        return requireNonNull(whole);
    }

    /** The number of seconds reported so far: a mark to count from. */
    synchronized int mark() {
        return seconds.size();
    }

    synchronized String lastFailure() {
        return lastFailure;
    }

    /** All since a mark, added up. */
    synchronized TrafficCounts since(int mark) {
        return seconds.subList(mark, seconds.size()).stream()
                .reduce(TrafficCounts.NONE, TrafficCounts::plus);
    }

    /** The next second that is reported. */
    synchronized TrafficCounts next() {
        int before = seconds.size();
        awaitLine(() -> seconds.size() > before);
        return seconds.getLast();
    }

    private synchronized void awaitLine(BooleanSupplier there) {
        long end = System.nanoTime() + SILENCE_NANOS;
        while (!there.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw CliFault.failed(
                        "the load client has reported nothing for 30 s",
                        "look at it: kubectl -n visitors logs deploy/client -c client");
            }
            try {
                wait(1000);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw CliFault.failed("interrupted", "");
            }
        }
    }

    @Override
    public void close() {
        try {
            log.close();
        } catch (IOException closed) {
            // As wished.
        }
    }
}
