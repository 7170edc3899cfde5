// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Instant;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A column of a table.
 *
 * @param wide whether only {@code -o wide} shows it
 */
record Column(
        String name, String type, boolean wide, BiFunction<JsonNode, Instant, JsonNode> cell) {

    static Column text(String name, Function<JsonNode, String> cell) {
        return new Column(name, "string", false, shown(cell));
    }

    static Column wide(String name, Function<JsonNode, String> cell) {
        return new Column(name, "string", true, shown(cell));
    }

    static Column number(String name, Function<JsonNode, Integer> cell) {
        return new Column(
                name,
                "integer",
                false,
                (object, now) -> JsonNodeFactory.instance.numberNode(cell.apply(object)));
    }

    private static BiFunction<JsonNode, Instant, JsonNode> shown(Function<JsonNode, String> cell) {
        return (object, now) -> JsonNodeFactory.instance.textNode(cell.apply(object));
    }
}
