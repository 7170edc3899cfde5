// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.serin.injector.template.TemplateFault;
import io.serin.injector.template.TreeTemplate;
import io.serin.kube.write.Objects;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What others have written into a ConfigMap since it was installed, as far as it is not so after
 * the next installation. Who wrote a key last is what Kubernetes' {@code managedFields} say: what
 * differs because of other values, or another version, is no such thing. Pure.
 */
final class HandEdits {

    private HandEdits() {}

    /**
     * Says them for people: what is replaced and whose it is, then a line for each place and what
     * it holds now; empty when there are none.
     *
     * @param present as it is in the cluster
     * @param manifest as it is about to be applied
     */
    static List<String> of(JsonNode present, JsonNode manifest) {
        List<String> lines = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : manifest.path("data").properties()) {
            String key = entry.getKey();
            String held = present.path("data").path(key).asText("");
            Set<String> writers = writers(present, key);
            if (!writers.isEmpty() && !held.equals(entry.getValue().asText())) {
                lines.add(
                        "replaces what "
                                + String.join(", ", writers)
                                + " wrote into "
                                + manifest.path("kind").asText()
                                + " "
                                + manifest.at("/metadata/name").asText()
                                + ", "
                                + key
                                + " (what is to stay has to be a value, see serin install --help):");
                edits(held, entry.getValue().asText()).forEach(edit -> lines.add("  " + edit));
            }
        }
        return lines;
    }

    /** Who wrote a key last, but for us. */
    private static Set<String> writers(JsonNode present, String key) {
        Set<String> writers = new TreeSet<>();
        for (JsonNode entry : present.at("/metadata/managedFields")) {
            if (entry.path("fieldsV1").path("f:data").has("f:" + key)) {
                writers.add(entry.path("manager").asText());
            }
        }
        writers.remove(Objects.FIELD_MANAGER);
        return writers;
    }

    private static List<String> edits(String held, String next) {
        List<String> edits = new ArrayList<>();
        try {
            compare("", tree(held), tree(next), edits);
        } catch (TemplateFault broken) {
            return List.of("a text that is " + broken.what());
        }
        return edits.isEmpty() ? List.of("comments, order or layout alone") : edits;
    }

    private static JsonNode tree(String text) {
        List<JsonNode> documents = TreeTemplate.parseYaml(text);
        return documents.isEmpty() ? MissingNode.getInstance() : documents.getFirst();
    }

    private static void compare(String place, JsonNode held, JsonNode next, List<String> edits) {
        if (held.equals(next)) {
            return;
        }
        Optional<Map<String, JsonNode>> before = parts(held);
        Optional<Map<String, JsonNode>> after = parts(next);
        if (before.isEmpty() || after.isEmpty() || held.isArray() != next.isArray()) {
            edits.add(place + ": " + (held.isMissingNode() ? "taken out" : held));
            return;
        }
        Set<String> names = new LinkedHashSet<>(before.get().keySet());
        names.addAll(after.get().keySet());
        for (String name : names) {
            compare(
                    held.isArray()
                            ? place + "[" + name + "]"
                            : place.isEmpty() ? name : place + "." + name,
                    before.get().getOrDefault(name, MissingNode.getInstance()),
                    after.get().getOrDefault(name, MissingNode.getInstance()),
                    edits);
        }
    }

    /** An object's fields, or the items of a list that have names, each another. */
    private static Optional<Map<String, JsonNode>> parts(JsonNode tree) {
        Map<String, JsonNode> parts = new LinkedHashMap<>();
        if (tree.isObject()) {
            tree.properties().forEach(field -> parts.put(field.getKey(), field.getValue()));
            return Optional.of(parts);
        }
        for (JsonNode item : tree) {
            String name = item.path("name").asText("");
            if (name.isEmpty() || parts.put(name, item) != null) {
                return Optional.empty();
            }
        }
        return tree.isArray() && !tree.isEmpty() ? Optional.of(parts) : Optional.empty();
    }
}
