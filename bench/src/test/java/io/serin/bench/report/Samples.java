// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs that never were. */
final class Samples {

    private Samples() {}

    /** A whole one of three proxies, one figure with an odd shape of each kind. */
    static Results whole() {
        return new Results(
                ordered("cpu", "Some <CPU> & \"more\"", "cpus", "2"),
                ordered("haproxy", "2.6.12", "serin", "0.1.0", "java", "25+36"),
                "2026-11-24T18:00:00Z",
                ordered("direct", "direct", "haproxy", "HAProxy", "serin", "Serin"),
                List.of(
                        result(Figure.SATURATED_CPU, "haproxy", 25, 27.5, 26, 31, 28),
                        result(Figure.SATURATED_CPU, "serin", 30, 26, 26, 28, 27),
                        result(Figure.SATURATED_RATE, "direct", 61_000, 60_000, 63_000),
                        result(Figure.PACED_P99, "serin", 403.25, 410, 399),
                        result(Figure.TCP_CPU, "haproxy", 0.44, 0.45, 0.43),
                        result(Figure.TCP_CPU, "serin", 0.7, 0.66, 0.68)),
                List.of("Serin, saturated: Socket errors: connect 0, read 3, write 0, timeout 1"));
    }

    /** One of the sidecar and, as far as there are values for it, HAProxy. */
    static Results of(Figure figure, List<Double> serin, List<Double> haproxy) {
        List<Result> results = new ArrayList<>();
        results.add(Result.of(figure, "serin", serin));
        if (!haproxy.isEmpty()) {
            results.add(Result.of(figure, "haproxy", haproxy));
        }
        return new Results(
                Map.of(),
                Map.of(),
                "2026-11-24T18:00:00Z",
                Map.of("serin", "Serin"),
                results,
                List.of());
    }

    private static Result result(Figure figure, String proxy, double... values) {
        return Result.of(figure, proxy, java.util.Arrays.stream(values).boxed().toList());
    }

    private static Map<String, String> ordered(String... pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }
}
