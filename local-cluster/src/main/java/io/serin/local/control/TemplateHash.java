// SPDX-License-Identifier: Apache-2.0
package io.serin.local.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** A pod template's name: the same for equal templates, whatever the order of their fields. */
final class TemplateHash {

    static final String LABEL = "pod-template-hash";

    // Kubernetes' safe alphabet: no vowels, hence no words.
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
    private static final int FNV_OFFSET = 0x811c9dc5;
    private static final int FNV_PRIME = 0x01000193;

    private TemplateHash() {}

    /**
     * @param collisions how often the name of another template came out
     */
    static String of(JsonNode template, int collisions) {
        int hash = FNV_OFFSET;
        StringBuilder canonical = new StringBuilder();
        write(template, canonical);
        if (collisions > 0) {
            canonical.append(collisions);
        }
        for (byte b : canonical.toString().getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        }
        StringBuilder safe = new StringBuilder();
        for (char digit : Integer.toUnsignedString(hash).toCharArray()) {
            safe.append(ALPHABET.charAt(digit % ALPHABET.length()));
        }
        return safe.toString();
    }

    /** A template as it was before a ReplicaSet's own label came in. */
    static ObjectNode without(JsonNode template) {
        ObjectNode bare = template.deepCopy();
        if (bare.path("metadata").path("labels") instanceof ObjectNode labels) {
            labels.remove(LABEL);
        }
        return bare;
    }

    private static void write(JsonNode node, StringBuilder out) {
        if (node.isObject()) {
            Map<String, JsonNode> sorted = new TreeMap<>();
            node.properties().forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
            out.append('{');
            sorted.forEach((key, value) -> {
                out.append(key).append(':');
                write(value, out);
                out.append(',');
            });
            out.append('}');
        } else if (node.isArray()) {
            out.append('[');
            node.forEach(element -> {
                write(element, out);
                out.append(',');
            });
            out.append(']');
        } else {
            out.append(node);
        }
    }
}
