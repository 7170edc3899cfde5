// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.webhook;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** JSON that something has happened to. */
final class Mangled {

    private static final List<String> ODD =
            List.of("null", "3", "-1", "true", "\"\"", "[]", "{}", "[null]", "[{}]", "{\"a\":[1]}");

    private Mangled() {}

    /** With characters missing, added, or the end cut off. */
    static String text(String text, Random random) {
        StringBuilder mangled = new StringBuilder(text);
        for (int i = random.nextInt(4); i >= 0 && !mangled.isEmpty(); i--) {
            int at = random.nextInt(mangled.length());
            switch (random.nextInt(3)) {
                case 0 -> mangled.deleteCharAt(at);
                case 1 -> mangled.insert(at, "{}[]\",:0\\".charAt(random.nextInt(9)));
                default -> mangled.setLength(Math.max(1, at));
            }
        }
        return mangled.toString();
    }

    /** Well-formed, but with an odd value in one place. */
    static String tree(String text, Random random) {
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < text.length() - 1; i++) {
            if (text.charAt(i) == ':' && "{[\"0123456789".indexOf(text.charAt(i + 1)) >= 0) {
                places.add(i + 1);
            }
        }
        int start = places.get(random.nextInt(places.size()));
        return text.substring(0, start)
                + ODD.get(random.nextInt(ODD.size()))
                + text.substring(endOfValue(text, start));
    }

    private static int endOfValue(String text, int start) {
        int depth = 0;
        boolean quoted = false;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted) {
                i += c == '\\' ? 1 : 0;
                quoted = c != '"';
            } else if (c == '"') {
                quoted = true;
            } else if (c == '{' || c == '[') {
                depth++;
            } else if (depth == 0 && (c == '}' || c == ']' || c == ',')) {
                return i;
            } else if (c == '}' || c == ']') {
                depth--;
            }
        }
        return text.length();
    }
}
