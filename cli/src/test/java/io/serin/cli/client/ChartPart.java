// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A tree of which parts are there under conditions: what the same tree, rendered once with and once
 * without a condition, amounts to.
 */
sealed interface ChartPart {

    /** Text, a number or a truth. */
    record Scalar(JsonNode value) implements ChartPart {}

    /** Fields in order. */
    record Fields(Map<String, Sometimes> fields) implements ChartPart {}

    record Items(List<Sometimes> items) implements ChartPart {}

    /** Either of two; of scalars. */
    record Choice(ChartCondition condition, ChartPart yes, ChartPart no) implements ChartPart {}

    /** One of two answers to a condition. */
    record When(ChartCondition condition, boolean holds) {}

    /** A part that is there when all of these hold. */
    record Sometimes(List<When> when, ChartPart part) {

        static Sometimes always(ChartPart part) {
            return new Sometimes(List.of(), part);
        }

        Sometimes and(ChartCondition condition, boolean holds) {
            List<When> all = new ArrayList<>(when);
            all.addFirst(new When(condition, holds));
            return new Sometimes(all, part);
        }
    }

    static ChartPart of(JsonNode tree) {
        if (tree.isObject()) {
            Map<String, Sometimes> fields = new LinkedHashMap<>();
            tree.properties()
                    .forEach(field ->
                            fields.put(field.getKey(), Sometimes.always(of(field.getValue()))));
            return new Fields(fields);
        }
        if (tree.isArray()) {
            List<Sometimes> items = new ArrayList<>();
            tree.forEach(item -> items.add(Sometimes.always(of(item))));
            return new Items(items);
        }
        return new Scalar(tree);
    }

    /**
     * Lays the two on top of one another.
     *
     * @param specially what a text of {@code no} is where the condition holds: where that is what
     *     {@code yes} says, it needs no choice
     */
    static ChartPart merge(
            ChartCondition condition,
            ChartPart yes,
            ChartPart no,
            UnaryOperator<String> specially) {
        if (yes.equals(no) || yes.equals(texts(no, specially))) {
            return no;
        }
        if (yes instanceof Fields(var ifYes) && no instanceof Fields(var ifNo)) {
            Map<String, Sometimes> merged = new LinkedHashMap<>();
            ifNo.forEach((name, field) ->
                    merged.put(
                            name,
                            both(
                                    condition,
                                    Optional.ofNullable(ifYes.get(name)),
                                    field,
                                    specially)));
            ifYes.forEach((name, field) -> merged.putIfAbsent(name, field.and(condition, true)));
            return new Fields(merged);
        }
        if (yes instanceof Items(var ifYes) && no instanceof Items(var ifNo)) {
            List<Sometimes> merged = new ArrayList<>();
            for (int i = 0; i < Math.max(ifYes.size(), ifNo.size()); i++) {
                merged.add(
                        i >= ifNo.size()
                                ? ifYes.get(i).and(condition, true)
                                : both(
                                        condition,
                                        i < ifYes.size()
                                                ? Optional.of(ifYes.get(i))
                                                : Optional.empty(),
                                        ifNo.get(i),
                                        specially));
            }
            return new Items(merged);
        }
        return new Choice(condition, yes, no);
    }

    private static Sometimes both(
            ChartCondition condition,
            Optional<Sometimes> yes,
            Sometimes no,
            UnaryOperator<String> specially) {
        if (yes.isEmpty()) {
            return no.and(condition, false);
        }
        if (!yes.get().when().equals(no.when())) {
            throw new IllegalStateException(
                    "there under other conditions with " + condition + ": " + yes + ", " + no);
        }
        return new Sometimes(no.when(), merge(condition, yes.get().part(), no.part(), specially));
    }

    private static ChartPart texts(ChartPart part, UnaryOperator<String> change) {
        return switch (part) {
            case Scalar(JsonNode value) ->
                    value.isTextual()
                            ? new Scalar(
                                    com.fasterxml.jackson.databind.node.TextNode.valueOf(
                                            change.apply(value.textValue())))
                            : part;
            case Choice(ChartCondition condition, ChartPart yes, ChartPart no) ->
                    new Choice(condition, texts(yes, change), texts(no, change));
            case Fields _, Items _ -> part;
        };
    }
}
