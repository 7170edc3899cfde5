// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.contract.Labels;
import io.serin.injector.template.TreeTemplate;
import java.util.List;
import java.util.Map;

/**
 * Puts the webhooks of the revision named {@code default} to sleep while a tag of that name speaks
 * in their place, else both would match; in Istio's form, by selectors that no object has. Their
 * own selectors wait in an annotation. Pure.
 */
public final class Deactivation {

    /** The selector of what sleeps. */
    public static final Map<String, Map<String, String>> NOBODY =
            Map.of("matchLabels", Map.of(Labels.DEACTIVATED, "never-match"));

    private static final String SELECTORS = "serin.io/deactivated-selectors";
    private static final List<String> FIELDS = List.of("namespaceSelector", "objectSelector");

    private Deactivation() {}

    static boolean isAsleep(JsonNode configuration) {
        return configuration.path("metadata").path("annotations").has(SELECTORS);
    }

    /** Of one that is awake. */
    static ObjectNode asleep(JsonNode configuration) {
        ObjectNode next = configuration.deepCopy();
        ArrayNode kept = JsonNodeFactory.instance.arrayNode();
        for (JsonNode webhook : next.path("webhooks")) {
            ObjectNode selectors = kept.addObject();
            selectors.set("name", webhook.path("name"));
            for (String field : FIELDS) {
                selectors.set(field, webhook.path(field).deepCopy());
                ((ObjectNode) webhook).set(field, TreeTemplate.tree(NOBODY));
            }
        }
        next.withObject("/metadata/annotations").put(SELECTORS, kept.toString());
        return next;
    }

    /** Of one that is asleep. */
    static ObjectNode awake(JsonNode configuration) {
        ObjectNode next = configuration.deepCopy();
        ObjectNode annotations = next.withObject("/metadata/annotations");
        JsonNode kept = TreeTemplate.parseYaml(annotations.remove(SELECTORS).asText()).getFirst();
        for (JsonNode webhook : next.path("webhooks")) {
            for (JsonNode selectors : kept) {
                if (selectors.path("name").equals(webhook.path("name"))) {
                    FIELDS.forEach(field ->
                            ((ObjectNode) webhook).set(field, selectors.path(field).deepCopy()));
                }
            }
        }
        return next;
    }
}
