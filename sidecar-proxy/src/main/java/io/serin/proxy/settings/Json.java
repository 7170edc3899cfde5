// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.settings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON, RFC 8259, strictly, for the few variables that hold any. A library would cost more
 * memory and start-up time than the whole of the settings.
 */
final class Json {

    /** Deeper than any configuration; a limit, so that nesting can't use up the stack. */
    private static final int MOST_DEPTH = 64;

    /** A value. */
    sealed interface Value {

        record Text(String text) implements Value {}

        record Numeral(double number) implements Value {}

        record Bool(boolean bool) implements Value {}

        record Null() implements Value {}

        record Array(List<Value> values) implements Value {}

        record Fields(Map<String, Value> fields) implements Value {}
    }

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /**
     * Reads a document.
     *
     * @throws IllegalArgumentException when it is not one; says where
     */
    static Value parse(String text) {
        Json json = new Json(text);
        Value value = json.value(0);
        json.space();
        if (json.at < text.length()) {
            throw json.unexpected("the end");
        }
        return value;
    }

    private Value value(int depth) {
        if (depth > MOST_DEPTH) {
            throw unexpected("at most " + MOST_DEPTH + " levels");
        }
        space();
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> new Value.Text(string());
            case 't' -> word("true", new Value.Bool(true));
            case 'f' -> word("false", new Value.Bool(false));
            case 'n' -> word("null", new Value.Null());
            default -> number();
        };
    }

    private Value object(int depth) {
        Map<String, Value> fields = new LinkedHashMap<>();
        at++;
        space();
        if (take('}')) {
            return new Value.Fields(fields);
        }
        do {
            space();
            if (peek() != '"') {
                throw unexpected("a name in quotes");
            }
            String name = string();
            space();
            expect(':');
            fields.put(name, value(depth + 1));
            space();
        } while (take(','));
        expect('}');
        return new Value.Fields(fields);
    }

    private Value array(int depth) {
        List<Value> values = new ArrayList<>();
        at++;
        space();
        if (take(']')) {
            return new Value.Array(values);
        }
        do {
            values.add(value(depth + 1));
            space();
        } while (take(','));
        expect(']');
        return new Value.Array(values);
    }

    private String string() {
        StringBuilder string = new StringBuilder();
        at++;
        while (!take('"')) {
            char next = peek();
            if (next < ' ') {
                throw unexpected("a character or '\"'");
            }
            at++;
            string.append(next == '\\' ? escaped() : next);
        }
        return string.toString();
    }

    private char escaped() {
        char next = peek();
        at++;
        return switch (next) {
            case '"', '\\', '/' -> next;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> {
                at--;
                throw unexpected("an escape");
            }
        };
    }

    private char unicode() {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(peek(), 16);
            if (digit < 0) {
                throw unexpected("a hexadecimal digit");
            }
            code = code * 16 + digit;
            at++;
        }
        return (char) code;
    }

    private Value number() {
        int start = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String number = text.substring(start, at);
        if (!number.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
            at = start;
            throw unexpected("a value");
        }
        return new Value.Numeral(Double.parseDouble(number));
    }

    private Value word(String word, Value meaning) {
        if (!text.startsWith(word, at)) {
            throw unexpected("a value");
        }
        at += word.length();
        return meaning;
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() {
        if (at == text.length()) {
            throw unexpected("more");
        }
        return text.charAt(at);
    }

    private boolean take(char wanted) {
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char wanted) {
        if (!take(wanted)) {
            throw unexpected("'" + wanted + "'");
        }
    }

    private IllegalArgumentException unexpected(String expected) {
        String found = at < text.length() ? "'" + text.charAt(at) + "'" : "the end";
        return new IllegalArgumentException(
                "JSON, character " + (at + 1) + ": " + found + " (expected: " + expected + ")");
    }
}
