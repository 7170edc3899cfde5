// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The pod's labels, from the file that the kubelet writes for the downward API: a line {@code
 * key="value"} for each, the value as a Go string literal.
 */
final class PodLabels {

    private PodLabels() {}

    /** The labels; none where there is no such file, as outside a pod. */
    static Map<String, String> read(Path file) throws IOException {
        return Files.exists(file) ? parse(Files.readString(file)) : Map.of();
    }

    static Map<String, String> parse(String text) {
        Map<String, String> labels = new HashMap<>();
        for (String line : text.lines().toList()) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                // Labels hold letters, digits and -_. only: nothing in them is ever escaped.
                labels.put(line.substring(0, equals), unquoted(line.substring(equals + 1)));
            }
        }
        return labels;
    }

    private static String unquoted(String value) {
        return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
    }
}
