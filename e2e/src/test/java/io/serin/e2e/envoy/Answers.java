// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.envoy;

import io.serin.e2e.cluster.Program;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * What curl was told, on a few connections that it keeps.
 *
 * @param counts how often, by status and version, e.g. {@code 200 reviews-v1}
 */
public record Answers(Map<String, Integer> counts) {

    /**
     * Asks.
     *
     * @param place makes the command run where the client should be
     * @param times how often
     */
    public static Answers ask(UnaryOperator<List<String>> place, String url, int times) {
        Map<String, Integer> counts = new TreeMap<>();
        Program.run(
                        Map.of(),
                        "",
                        place.apply(
                                List.of(
                                        "curl",
                                        "--silent",
                                        "--parallel",
                                        "--parallel-max",
                                        "8",
                                        "--max-time",
                                        "10",
                                        "--output",
                                        "/dev/null",
                                        "--write-out",
                                        "%{http_code} %header{x-version}\\n",
                                        url + "?[1-" + times + "]")))
                .out()
                .lines()
                .forEach(answer -> counts.merge(answer.strip(), 1, Integer::sum));
        return new Answers(counts);
    }

    public int all() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    public double percent(String answer) {
        return 100.0 * counts.getOrDefault(answer, 0) / all();
    }
}
