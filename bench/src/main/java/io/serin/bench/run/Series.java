// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.run;

import io.serin.bench.report.Figure;
import io.serin.bench.report.Result;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the rounds so far have brought. Used by one thread. */
final class Series {

    private final Map<Figure, Map<String, List<Double>>> values = new EnumMap<>(Figure.class);

    void add(Figure figure, String proxy, double value) {
        values.computeIfAbsent(figure, any -> new LinkedHashMap<>())
                .computeIfAbsent(proxy, any -> new ArrayList<>())
                .add(value);
    }

    List<Result> results() {
        List<Result> all = new ArrayList<>();
        values.forEach((figure, proxies) ->
                proxies.forEach((proxy, seen) -> all.add(Result.of(figure, proxy, seen))));
        return all;
    }
}
