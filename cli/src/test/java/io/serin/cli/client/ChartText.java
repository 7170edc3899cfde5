// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.serin.cli.client.ChartPart.Sometimes;
import io.serin.cli.client.ChartPart.When;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes a tree as a template of Helm: YAML with expressions where symbols stand. */
final class ChartText {

    /** Stands for an expression within a text. */
    static final Pattern SYMBOL = Pattern.compile("⟦([^⟧]*)⟧");

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z/][A-Za-z0-9_./-]*");
    private static final Pattern WORDS_THAT_ARE_NO_TEXT =
            Pattern.compile("(?i)true|false|yes|no|on|off|null|y|n|nan|inf");

    private final Map<Integer, String> numbers;
    private final StringBuilder text = new StringBuilder();

    /**
     * @param numbers that stand for an expression, too
     */
    ChartText(Map<Integer, String> numbers) {
        this.numbers = Map.copyOf(numbers);
    }

    /** One document, between the conditions under which it is there. */
    String document(Sometimes document) {
        conditions(document.when(), 0);
        block(document.part(), 0);
        ends(document.when(), 0);
        return text.toString();
    }

    private void conditions(List<When> when, int indent) {
        for (When condition : when) {
            String expression = condition.condition().expression();
            line(
                    indent,
                    "{{- if "
                            + (condition.holds() ? expression : "not (" + expression + ")")
                            + " }}");
        }
    }

    private void ends(List<When> when, int indent) {
        when.forEach(_ -> line(indent, "{{- end }}"));
    }

    private void line(int indent, String line) {
        text.repeat(' ', indent).append(line).append('\n');
    }

    private void block(ChartPart part, int indent) {
        switch (part) {
            case ChartPart.Fields(Map<String, Sometimes> fields) -> {
                List<When> open = List.of();
                for (Map.Entry<String, Sometimes> field : fields.entrySet()) {
                    open = between(open, field.getValue().when(), indent);
                    value(key(field.getKey()) + ":", field.getValue().part(), indent, indent + 2);
                }
                between(open, List.of(), indent);
            }
            case ChartPart.Items(List<Sometimes> items) -> {
                List<When> open = List.of();
                for (Sometimes item : items) {
                    open = between(open, item.when(), indent);
                    item(item.part(), indent);
                }
                between(open, List.of(), indent);
            }
            case ChartPart.Scalar _, ChartPart.Choice _ -> line(indent, scalar(part));
        }
    }

    /** Neighbours under the same conditions share them. */
    private List<When> between(List<When> open, List<When> next, int indent) {
        if (!open.equals(next)) {
            ends(open, indent);
            conditions(next, indent);
        }
        return next;
    }

    private void item(ChartPart part, int indent) {
        if (isEmpty(part) || part instanceof ChartPart.Scalar || part instanceof ChartPart.Choice) {
            line(indent, "- " + scalar(part));
            return;
        }
        ChartText below = new ChartText(numbers);
        below.block(part, indent + 2);
        String written = below.text.toString();
        // A dash in place of the first field's indentation; a condition there would take it away.
        if (written.stripLeading().startsWith("{{-")) {
            throw new IllegalStateException("an item that begins with a condition: " + written);
        }
        text.repeat(' ', indent).append("- ").append(written.substring(indent + 2));
    }

    private void value(String key, ChartPart part, int indent, int below) {
        if (isEmpty(part) || part instanceof ChartPart.Scalar || part instanceof ChartPart.Choice) {
            if (part instanceof ChartPart.Scalar(JsonNode value)
                    && value.isTextual()
                    && value.textValue().endsWith("\n")) {
                lines(key, value.textValue(), indent, below);
            } else {
                line(indent, key + " " + scalar(part));
            }
        } else {
            line(indent, key);
            block(part, below);
        }
    }

    private void lines(String key, String value, int indent, int below) {
        line(indent, key + " |");
        for (String line : value.substring(0, value.length() - 1).split("\n", -1)) {
            text.append(line.isEmpty() ? "" : " ".repeat(below))
                    .append(expressions(line))
                    .append('\n');
        }
    }

    private static boolean isEmpty(ChartPart part) {
        return part instanceof ChartPart.Fields(var fields) && fields.isEmpty()
                || part instanceof ChartPart.Items(var items) && items.isEmpty();
    }

    private static String key(String key) {
        return PLAIN.matcher(key).matches() ? key : quoted(key);
    }

    private String scalar(ChartPart part) {
        return switch (part) {
            case ChartPart.Scalar(JsonNode value) -> scalar(value);
            case ChartPart.Choice(ChartCondition condition, ChartPart yes, ChartPart no) ->
                    "{{ if %s }}%s{{ else }}%s{{ end }}"
                            .formatted(condition.expression(), scalar(yes), scalar(no));
            case ChartPart.Fields _ -> "{}";
            case ChartPart.Items _ -> "[]";
        };
    }

    private String scalar(JsonNode value) {
        if (!value.isTextual()) {
            return value.isInt() && numbers.containsKey(value.intValue())
                    ? "{{ " + numbers.get(value.intValue()) + " }}"
                    : value.toString();
        }
        String text = value.textValue();
        Matcher whole = SYMBOL.matcher(text);
        if (whole.matches()) {
            return "{{ " + whole.group(1) + " | quote }}";
        }
        return PLAIN.matcher(text).matches() && !WORDS_THAT_ARE_NO_TEXT.matcher(text).matches()
                ? text
                : quoted(text);
    }

    private static String quoted(String text) {
        return expressions(TextNode.valueOf(text).toString());
    }

    /** The words of a text, in which Helm sees expressions where symbols stand and nowhere else. */
    static String expressions(String text) {
        List<String> parts = new ArrayList<>();
        Matcher symbols = SYMBOL.matcher(text);
        int end = 0;
        while (symbols.find()) {
            parts.add(literally(text.substring(end, symbols.start())));
            parts.add("{{ " + symbols.group(1) + " }}");
            end = symbols.end();
        }
        parts.add(literally(text.substring(end)));
        return String.join("", parts);
    }

    private static String literally(String text) {
        return text.replace("{{", "{{ \"{{\" }}");
    }

    /** A text that is chosen by conditions, without quotes, for within another. */
    static String chosen(ChartPart part) {
        return switch (part) {
            case ChartPart.Scalar(JsonNode value) -> expressions(value.textValue());
            case ChartPart.Choice(ChartCondition condition, ChartPart yes, ChartPart no) ->
                    "{{ if %s }}%s{{ else }}%s{{ end }}"
                            .formatted(condition.expression(), chosen(yes), chosen(no));
            case ChartPart.Fields _, ChartPart.Items _ ->
                    throw new IllegalStateException("no text: " + part);
        };
    }
}
