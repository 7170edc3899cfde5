// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Results as one HTML page that needs nothing from anywhere: for each figure a plot, a row for each
 * proxy, every round a dot. Light or dark as the reader has it.
 */
public final class Page {

    private static final int WIDTH = 640;
    private static final int LEFT = 110;
    private static final int RIGHT = 190;
    private static final int ROW = 26;

    private static final String STYLE =
            """
            :root { color-scheme: light dark; --ink: #1c2330; --soft: #6b7482; --line: #d9dde3;
              --paper: #fff; --peer: #8a94a3; --serin: #c98a00; }
            @media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --soft: #98a2b0;
              --line: #333b47; --paper: #14181f; --peer: #8a94a3; --serin: #f2b92c; } }
            body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
              max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
            h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2.2rem; }
            h3 { font-size: .95rem; font-weight: 600; margin: 1.2rem 0 0; }
            h3 span, .soft { color: var(--soft); font-weight: 400; }
            svg { width: 100%; height: auto; display: block; }
            svg text { font: 13px system-ui, sans-serif; fill: var(--ink); }
            svg text.soft { fill: var(--soft); }
            .bar { fill: var(--peer); opacity: .28; } .dot { fill: var(--peer); }
            .serin .bar { fill: var(--serin); opacity: .4; } .serin .dot { fill: var(--serin); }
            .median { stroke: var(--ink); stroke-width: 2; } .axis { stroke: var(--line); }
            td { padding: 0 1rem 0 0; vertical-align: top; } .failed { color: #d33; }
            """;

    private final Results results;
    private final StringBuilder html = new StringBuilder();

    private Page(Results results) {
        this.results = results;
    }

    public static String of(Results results) {
        return new Page(results).render();
    }

    private String render() {
        html.append(
                """
                <!doctype html>
                <html lang="en">
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>serin bench</title>
                <style>
                %s</style>
                <h1>Serin beside others</h1>
                """
                        .formatted(STYLE));
        facts();
        for (String failure : results.failures()) {
            html.append("<p class=\"failed\">failed: ").append(escape(failure)).append("</p>\n");
        }
        Figure.Workload group = null;
        for (Figure figure : Figure.values()) {
            List<Result> rows =
                    results.proxies().keySet().stream()
                            .map(id -> results.find(figure, id))
                            .flatMap(Optional::stream)
                            .toList();
            if (rows.isEmpty()) {
                continue;
            }
            if (figure.workload() != group) {
                group = figure.workload();
                html.append("<h2>").append(escape(group.title())).append("</h2>\n");
            }
            plot(figure, rows);
        }
        html.append(
                """
                <p class="soft">Each dot is a round, the line the median, the bar from least to most.
                All took turns in every round. Made by <code>serin bench</code>.</p>
                """);
        return html.toString();
    }

    private void facts() {
        html.append("<table>\n");
        fact("taken", results.date());
        results.machine().forEach(this::fact);
        StringBuilder versions = new StringBuilder();
        results.versions()
                .forEach((name, version) -> {
                    if (!version.isEmpty()) {
                        versions.append(versions.isEmpty() ? "" : ", ")
                                .append(results.proxies().getOrDefault(name, name))
                                .append(' ')
                                .append(version);
                    }
                });
        fact("versions", versions.toString());
        html.append("</table>\n");
    }

    private void fact(String name, String value) {
        html.append("<tr><td class=\"soft\">")
                .append(escape(name))
                .append("<td>")
                .append(escape(value))
                .append('\n');
    }

    private void plot(Figure figure, List<Result> rows) {
        double most = rows.stream().mapToDouble(Result::max).max().orElse(1);
        double scale = most > 0 ? (WIDTH - LEFT - RIGHT) / most : 0;
        html.append(
                "<h3>%s <span>%s%s</span></h3>\n"
                        .formatted(
                                escape(figure.title()),
                                escape(figure.unit()),
                                switch (figure.better()) {
                                    case LOWER -> ", less is better";
                                    case HIGHER -> ", more is better";
                                    case NEITHER -> "";
                                }));
        int height = rows.size() * ROW + 6;
        html.append(
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n"
                        .formatted(WIDTH, height, escape(figure.id())));
        html.append(
                "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"0\" y2=\"%d\"/>\n"
                        .formatted(LEFT, LEFT, height));
        int y = 3;
        for (Result row : rows) {
            row(row, y, scale);
            y += ROW;
        }
        html.append("</svg>\n");
    }

    private void row(Result row, int y, double scale) {
        int middle = y + ROW / 2;
        html.append(row.proxy().startsWith("serin") ? "<g class=\"serin\">" : "<g>");
        html.append(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>"
                        .formatted(LEFT - 8, middle + 4, escape(title(row.proxy()))));
        html.append(
                "<rect class=\"bar\" x=\"%s\" y=\"%d\" width=\"%s\" height=\"%d\" rx=\"3\"/>"
                        .formatted(
                                at(row.min(), scale),
                                y + 5,
                                decimal(Math.max(1, (row.max() - row.min()) * scale)),
                                ROW - 10));
        for (double value : row.values()) {
            html.append(
                    "<circle class=\"dot\" cx=\"%s\" cy=\"%d\" r=\"3\"/>"
                            .formatted(at(value, scale), middle));
        }
        html.append(
                "<line class=\"median\" x1=\"%1$s\" x2=\"%1$s\" y1=\"%2$d\" y2=\"%3$d\"/>"
                        .formatted(at(row.median(), scale), y + 3, y + ROW - 3));
        html.append(
                "<text x=\"%d\" y=\"%d\">%s</text></g>\n"
                        .formatted(WIDTH - RIGHT + 12, middle + 4, escape(Table.cell(row))));
    }

    private String title(String id) {
        return results.proxies().getOrDefault(id, id);
    }

    private static String at(double value, double scale) {
        return decimal(LEFT + value * scale);
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String escape(String text) {
        for (Map.Entry<String, String> one :
                List.of(
                        Map.entry("&", "&amp;"),
                        Map.entry("<", "&lt;"),
                        Map.entry("\"", "&quot;"))) {
            text = text.replace(one.getKey(), one.getValue());
        }
        return text;
    }
}
