// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that one run found out; as JSON, what {@code --json} writes and {@code compare} reads.
 *
 * @param machine its CPU, how many of them, memory, kernel, and who had which CPU
 * @param versions of each program, by name
 * @param date when, ISO 8601 in UTC
 * @param proxies their titles by id, in the order of columns
 * @param failures requests that failed, which there should be none of: a sentence for each
 */
public record Results(
        Map<String, String> machine,
        Map<String, String> versions,
        String date,
        Map<String, String> proxies,
        List<Result> results,
        List<String> failures) {

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    public Results {
        machine = ordered(machine);
        versions = ordered(versions);
        proxies = ordered(proxies);
        results = List.copyOf(results);
        failures = List.copyOf(failures);
    }

    private static Map<String, String> ordered(Map<String, String> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    public Optional<Result> find(Figure figure, String proxy) {
        return results.stream()
                .filter(one -> one.workload().equals(figure.id()) && one.proxy().equals(proxy))
                .findFirst();
    }

    public String json() {
        try {
            return JSON.writeValueAsString(this) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Reads a file that {@code --json} has written.
     *
     * @throws IllegalArgumentException when it is not one
     */
    public static Results read(Path file) {
        try {
            return JSON.readValue(Files.readString(file), Results.class);
        } catch (JsonProcessingException | NullPointerException e) {
            String[] cause = String.valueOf(e.getMessage()).split("\n", 2);
            throw new IllegalArgumentException(
                    file + " (expected: JSON that serin bench --json has written): " + cause[0], e);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " can't be read: " + e.getMessage(), e);
        }
    }
}
