// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.render;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.injector.template.TreeTemplate;
import java.util.List;
import java.util.Map;

/** Lists of records, for people and for programs. */
public final class Answer {

    private Answer() {}

    /**
     * Writes records.
     *
     * @param name of the list in JSON and YAML
     * @param columns headings and cells of the table, one row a record
     */
    public static String of(
            Format format,
            String name,
            List<?> records,
            List<String> columns,
            List<List<String>> rows) {
        return switch (format) {
            case table -> table(columns, rows);
            case json -> document(name, records).toPrettyString() + "\n";
            case yaml -> TreeTemplate.writeYaml(List.of(document(name, records)));
        };
    }

    /** One record, for programs; as YAML where a person would have got something else. */
    public static String of(Format format, String name, Object value) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("schemaVersion", 1);
        document.set(name, TreeTemplate.tree(value));
        return of(format == Format.json ? Format.json : Format.yaml, document);
    }

    /** A tree as it is. */
    public static String of(Format format, JsonNode tree) {
        return format == Format.yaml
                ? TreeTemplate.writeYaml(List.of(tree))
                : tree.toPrettyString() + "\n";
    }

    private static ObjectNode document(String name, List<?> records) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("schemaVersion", 1);
        document.set(name, TreeTemplate.tree(records));
        return document;
    }

    /** A table, one row a record. */
    public static String table(List<String> columns, List<List<String>> rows) {
        int[] widths = new int[columns.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = columns.get(i).length();
            for (List<String> row : rows) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        line(text, columns, widths);
        rows.forEach(row -> line(text, row, widths));
        return text.toString();
    }

    private static void line(StringBuilder text, List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(cells.get(i)).repeat(' ', widths[i] - cells.get(i).length() + 3);
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }

    /** {@code -} where nothing is. */
    public static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }

    /** The cells of one row. */
    public static List<String> row(Object... cells) {
        return java.util.Arrays.stream(cells).map(String::valueOf).toList();
    }

    /** Named values of a map in a given order, absent ones as dashes. */
    public static List<String> values(Map<String, String> map, String... keys) {
        return java.util.Arrays.stream(keys).map(key -> map.getOrDefault(key, "-")).toList();
    }
}
