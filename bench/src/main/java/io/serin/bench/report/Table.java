// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Results for a terminal: a column for each proxy, a row for each figure. */
public final class Table {

    private static final int NAME = 31;
    private static final int CELL = 20;
    private static final int BUSY_PERCENT = 10;

    private final Results results;
    private final StringBuilder out = new StringBuilder();

    private Table(Results results) {
        this.results = results;
    }

    public static String of(Results results) {
        return new Table(results).render();
    }

    private String render() {
        List<String> heads = new ArrayList<>();
        results.proxies().forEach((id, title) -> heads.add(head(id, title)));
        line("median (min–max)", heads);
        Figure.Workload group = null;
        for (Figure figure : Figure.values()) {
            if (results.results().stream().noneMatch(r -> r.workload().equals(figure.id()))) {
                continue;
            }
            if (figure.workload() != group) {
                group = figure.workload();
                out.append('\n').append(group.title()).append('\n');
            }
            line("  " + figure.title() + ", " + figure.unit(), cells(figure));
        }
        out.append('\n');
        ratios();
        busy();
        for (String failure : results.failures()) {
            out.append("failed: ").append(failure).append('\n');
        }
        return out.toString();
    }

    private String head(String id, String title) {
        String version = results.versions().getOrDefault(id, "");
        return version.isEmpty() ? title : title + " " + version;
    }

    private List<String> cells(Figure figure) {
        return results.proxies().keySet().stream()
                .map(id -> results.find(figure, id).map(Table::cell).orElse("–"))
                .toList();
    }

    static String cell(Result result) {
        return "%s (%s–%s)"
                .formatted(
                        number(result.median(), result.max()),
                        number(result.min(), result.max()),
                        number(result.max(), result.max()));
    }

    /** With as many digits as the largest of its kind can bear; thousands as k. */
    static String number(double value, double scale) {
        boolean thousands = scale >= 10_000;
        double shown = thousands ? value / 1000 : value;
        double shownScale = thousands ? scale / 1000 : scale;
        int digits = shownScale >= 100 ? 0 : shownScale >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + digits + "f", shown) + (thousands ? "k" : "");
    }

    /** What the absolute figures, which a busy machine changes, don't say as well. */
    private void ratios() {
        for (Map.Entry<String, String> one : results.proxies().entrySet()) {
            if (!one.getKey().startsWith("serin")) {
                continue;
            }
            for (Figure figure : List.of(Figure.SATURATED_CPU, Figure.PACED_CPU, Figure.TCP_CPU)) {
                List<String> beside = new ArrayList<>();
                results.proxies()
                        .forEach((id, title) -> {
                            if (!id.equals(one.getKey())) {
                                ratio(figure, one.getKey(), id)
                                        .ifPresent(
                                                ratio -> beside.add(cell(ratio) + " × " + title));
                            }
                        });
                if (!beside.isEmpty()) {
                    out.append(
                            "%s, %s, CPU: %s\n"
                                    .formatted(
                                            one.getValue(),
                                            switch (figure) {
                                                case SATURATED_CPU -> "saturated";
                                                case PACED_CPU -> "1 000/s";
                                                default -> "TCP";
                                            },
                                            String.join(", ", beside)));
                }
            }
        }
    }

    /** So that nobody takes a neighbour's work for a proxy's latency. */
    private void busy() {
        double waited =
                results.results().stream()
                        .filter(one -> one.workload().equals(Figure.PACED_WAIT.id()))
                        .mapToDouble(Result::median)
                        .max()
                        .orElse(0);
        if (waited > BUSY_PERCENT) {
            out.append(
                    String.format(
                            Locale.ROOT,
                            "The machine was busy: proxies waited for a CPU up to %.0f %% of the"
                                    + " time. Only the ratios count; latencies mean nothing.\n",
                            waited));
        }
    }

    private Optional<Result> ratio(Figure figure, String of, String to) {
        return results.find(figure, of)
                .flatMap(one -> results.find(figure, to).flatMap(two -> Ratio.of(one, two)));
    }

    private void line(String name, List<String> cells) {
        StringBuilder line = new StringBuilder(pad(name, NAME));
        for (String cell : cells) {
            line.append(" ".repeat(Math.max(1, CELL - cell.length()))).append(cell);
        }
        out.append(line.toString().stripTrailing()).append('\n');
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
