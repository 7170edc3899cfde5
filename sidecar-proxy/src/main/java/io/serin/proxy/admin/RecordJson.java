// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.admin;

import java.lang.reflect.RecordComponent;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Writes records, and what they are made of, as indented JSON: a record as an object of its
 * components, a case of a sealed interface with its name as {@code type}, an empty optional as
 * null, whatever else by its {@code toString}. For people; maps are in the order of their keys.
 */
final class RecordJson {

    private final StringBuilder text = new StringBuilder();
    private int depth;

    private RecordJson() {}

    static String write(Object value) {
        RecordJson json = new RecordJson();
        json.value(value);
        return json.text.append('\n').toString();
    }

    private void value(Object value) {
        switch (value) {
            case Optional<?> optional -> {
                if (optional.isPresent()) {
                    value(optional.get());
                } else {
                    text.append("null");
                }
            }
            case Map<?, ?> map -> {
                Map<String, Object> sorted = new TreeMap<>();
                map.forEach((key, held) -> sorted.put(key.toString(), held));
                fields(sorted);
            }
            case Iterable<?> values -> values(values);
            case Number number -> text.append(number);
            case Boolean bool -> text.append(bool);
            case InetAddress address -> string(address.getHostAddress());
            case Record wordy when isWord(wordy) -> string(wordy.toString());
            case Record record -> record(record);
            default -> string(value.toString());
        }
    }

    /** Names and addresses, whose record says how people write it. */
    private static boolean isWord(Record record) {
        try {
            return record.getClass().getMethod("toString").getDeclaringClass() == record.getClass()
                    && !record.toString().startsWith(record.getClass().getSimpleName() + "[");
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }

    private void record(Record record) {
        Class<?> type = record.getClass();
        Map<String, Object> fields = new LinkedHashMap<>();
        for (Class<?> above : type.getInterfaces()) {
            if (above.isSealed()) {
                fields.put("type", type.getSimpleName());
            }
        }
        for (RecordComponent component : type.getRecordComponents()) {
            try {
                fields.put(component.getName(), component.getAccessor().invoke(record));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("component " + component, e);
            }
        }
        fields(fields);
    }

    private void fields(Map<String, Object> fields) {
        text.append('{');
        depth++;
        String before = "";
        for (Map.Entry<String, Object> field : fields.entrySet()) {
            text.append(before);
            line();
            string(field.getKey());
            text.append(": ");
            value(field.getValue());
            before = ",";
        }
        end('}', before.isEmpty());
    }

    private void values(Iterable<?> values) {
        text.append('[');
        depth++;
        String before = "";
        for (Object each : values) {
            text.append(before);
            line();
            value(each);
            before = ",";
        }
        end(']', before.isEmpty());
    }

    private void end(char bracket, boolean empty) {
        depth--;
        if (!empty) {
            line();
        }
        text.append(bracket);
    }

    private void line() {
        text.append('\n').repeat("  ", depth);
    }

    private void string(String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char next = string.charAt(i);
            if (next == '"' || next == '\\') {
                text.append('\\').append(next);
            } else if (next < ' ') {
                text.append("\\u%04x".formatted((int) next));
            } else {
                text.append(next);
            }
        }
        text.append('"');
    }
}
