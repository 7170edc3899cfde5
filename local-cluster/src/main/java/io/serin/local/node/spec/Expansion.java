// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.spec;

import java.util.Map;

/** {@code $(NAME)} in values, commands and arguments; {@code $$} stands for one {@code $}. */
public final class Expansion {

    private Expansion() {}

    /** What is not known stays as it is. */
    public static String expand(String text, Map<String, String> known) {
        StringBuilder expanded = new StringBuilder();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c != '$' || i + 1 == text.length()) {
                expanded.append(c);
                i++;
                continue;
            }
            char next = text.charAt(i + 1);
            int end = next == '(' ? text.indexOf(')', i) : -1;
            if (next == '$') {
                expanded.append('$');
                i += 2;
            } else if (end > 0) {
                String name = text.substring(i + 2, end);
                String value = known.get(name);
                expanded.append(value == null ? text.substring(i, end + 1) : value);
                i = end + 1;
            } else {
                expanded.append(c);
                i++;
            }
        }
        return expanded.toString();
    }
}
