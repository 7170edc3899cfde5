// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.demo;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serin.cli.client.CliFault;
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
import org.jspecify.annotations.Nullable;

/**
 * What the load client reports, second by second, as its pod's log brings it. Written by the thread
 * that reads the log; read from any.
 */
final class Traffic implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long SILENCE_NANOS = 30_000_000_000L;

    /** One second of the client's life. */
    record Second(
            long sent, long succeeded, long failed, double p99Millis, Map<String, Long> versions) {

        long of(String version) {
            return versions.getOrDefault(version, 0L);
        }
    }

    private final List<Second> seconds = new ArrayList<>();
    private final InputStream log;
    private String lastFailure = "";
    private @Nullable Second whole;

    Traffic(ClusterReader reader, ObjectName pod) {
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

    private synchronized void add(String line) {
        JsonNode second;
        try {
            second = JSON.readTree(line);
        } catch (JacksonException notOurs) {
            return;
        }
        if (second == null || !second.has("sent")) {
            return;
        }
        Map<String, Long> versions = new TreeMap<>();
        second.path("versions")
                .properties()
                .forEach(version -> versions.put(version.getKey(), version.getValue().asLong()));
        Second counts =
                new Second(
                        second.path("sent").asLong(),
                        second.path("succeeded").asLong(),
                        second.path("failed").asLong() + unanswered(second),
                        second.path("p99Millis").asDouble(),
                        versions);
        if (second.path("final").asBoolean()) {
            whole = counts;
        } else {
            seconds.add(counts);
        }
        if (second.path("lastFailure").isTextual()) {
            lastFailure = second.path("lastFailure").asText();
        }
        notifyAll();
    }

    /** At the end, who has not answered yet never will. */
    private static long unanswered(JsonNode second) {
        return second.path("final").asBoolean() ? second.path("outstanding").asLong() : 0;
    }

    /**
     * The client's own counts of its whole run, once it was told to stop and has waited for the
     * answers that were due.
     */
    synchronized Second whole() {
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

    /** All since a mark, added up; p99 is the worst second's. */
    synchronized Second since(int mark) {
        long sent = 0;
        long succeeded = 0;
        long failed = 0;
        double p99 = 0;
        Map<String, Long> versions = new TreeMap<>();
        for (Second second : seconds.subList(mark, seconds.size())) {
            sent += second.sent();
            succeeded += second.succeeded();
            failed += second.failed();
            p99 = Math.max(p99, second.p99Millis());
            second.versions()
                    .forEach((version, count) -> versions.merge(version, count, Long::sum));
        }
        return new Second(sent, succeeded, failed, p99, versions);
    }

    /** The next second that is reported. */
    synchronized Second next() {
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
