// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.settings;

import io.serin.proxy.settings.Json.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes the fields of a JSON object one by one. Strict: what nobody took is an error at the {@link
 * #end}, since it would have changed what was meant. Errors are {@link IllegalArgumentException}s
 * that say where.
 */
final class JsonFields {

    private final String where;
    private final Map<String, Value> left;

    private JsonFields(String where, Map<String, Value> fields) {
        this.where = where;
        this.left = new LinkedHashMap<>(fields);
    }

    /**
     * Takes an object apart.
     *
     * @param where how messages call the object; empty for a whole document
     */
    static JsonFields of(String where, Value value) {
        if (value instanceof Value.Fields(Map<String, Value> fields)) {
            return new JsonFields(where, fields);
        }
        throw unexpected(where.isEmpty() ? "JSON" : where, value, "an object");
    }

    /** The names of the fields that are left. */
    List<String> names() {
        return List.copyOf(left.keySet());
    }

    Optional<JsonFields> fields(String name) {
        return take(name).map(value -> of(at(name), value));
    }

    List<JsonFields> array(String name) {
        return switch (take(name).orElseGet(() -> new Value.Array(List.of()))) {
            case Value.Array(List<Value> values) ->
                    values.stream().map(value -> of(at(name), value)).toList();
            case Value other -> throw unexpected(at(name), other, "a list");
        };
    }

    /** Text; an empty one counts as missing, since Go's programs write it for that. */
    String text(String name, String otherwise) {
        return switch (take(name).orElseGet(() -> new Value.Text(""))) {
            case Value.Text(String text) -> text.isEmpty() ? otherwise : text;
            case Value other -> throw unexpected(at(name), other, "text");
        };
    }

    /** A port, as a number: names mean nothing here. */
    int port(String name) {
        Value value = take(name).orElseGet(() -> new Value.Text(""));
        return whole(name, value, 1, 65535, "a port, 1 to 65535");
    }

    /** Seconds; 0 where the field is missing, as in Kubernetes. */
    int seconds(String name) {
        Value value = take(name).orElseGet(() -> new Value.Numeral(0));
        return whole(name, value, 0, Integer.MAX_VALUE, "whole seconds, 0 or more");
    }

    private int whole(String name, Value value, int least, int most, String expected) {
        if (value instanceof Value.Numeral(double number)
                && number == Math.rint(number)
                && number >= least
                && number <= most) {
            return (int) number;
        }
        throw unexpected(at(name), value, expected);
    }

    /**
     * Checks that nothing is left.
     *
     * @param known the names that there are, for the message
     */
    void end(String... known) {
        for (String name : names()) {
            throw wrong(name, "not known", "one of " + String.join(", ", known));
        }
    }

    /** The error for a field of this object. */
    IllegalArgumentException wrong(String name, String found, String expected) {
        return new IllegalArgumentException(
                at(name) + ": " + found + " (expected: " + expected + ")");
    }

    private static IllegalArgumentException unexpected(String where, Value value, String expected) {
        String found =
                switch (value) {
                    case Value.Text(String text) -> "'" + text + "'";
                    case Value.Numeral(double number) ->
                            number == Math.rint(number) && Math.abs(number) < 1e15
                                    ? Long.toString((long) number)
                                    : Double.toString(number);
                    case Value.Bool(boolean bool) -> Boolean.toString(bool);
                    case Value.Null() -> "null";
                    case Value.Array _ -> "a list";
                    case Value.Fields _ -> "an object";
                };
        return new IllegalArgumentException(where + ": " + found + " (expected: " + expected + ")");
    }

    private Optional<Value> take(String name) {
        return Optional.ofNullable(left.remove(name));
    }

    private String at(String name) {
        return where.isEmpty() ? name : where + "." + name;
    }
}
