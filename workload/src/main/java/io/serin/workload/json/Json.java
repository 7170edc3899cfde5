// SPDX-License-Identifier: Apache-2.0
package io.serin.workload.json;

import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Writes one JSON object, field by field, in the order of the calls. */
public final class Json {

    private final StringJoiner fields = new StringJoiner(",", "{", "}");

    public Json text(String name, @Nullable String value) {
        return raw(name, value == null ? "null" : quote(value));
    }

    public Json number(String name, long value) {
        return raw(name, Long.toString(value));
    }

    public Json flag(String name, boolean value) {
        return raw(name, Boolean.toString(value));
    }

    /** A value that is JSON already. */
    public Json raw(String name, String json) {
        fields.add(quote(name) + ":" + json);
        return this;
    }

    @Override
    public String toString() {
        return fields.toString();
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < 0x20) {
                quoted.append("\\u%04x".formatted((int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
