// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.decide;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Whether a tree is a pod, as far as the injector looks into it. The API server sends no other, but
 * the webhook's port is open to all, and manifests are written by hand.
 */
public final class PodShape {

    private PodShape() {}

    /**
     * Checks it.
     *
     * @throws Refusal naming the first place that is not as in a pod
     */
    public static void check(JsonNode pod) {
        JsonNode metadata = pod.path("metadata");
        need(metadata.isMissingNode() || metadata.isObject(), "metadata", metadata, "fields");
        texts("metadata.labels", metadata.path("labels"));
        texts("metadata.annotations", metadata.path("annotations"));
        JsonNode spec = pod.path("spec");
        need(spec.isObject(), "spec", spec, "the specification of a pod");
        JsonNode containers = spec.path("containers");
        need(!containers.isEmpty(), "spec.containers", containers, "at least one container");
        for (String list : new String[] {"containers", "initContainers", "volumes"}) {
            named("spec." + list, spec.path(list));
        }
    }

    private static void texts(String where, JsonNode entries) {
        need(absent(entries) || entries.isObject(), where, entries, "names and texts");
        entries.properties()
                .forEach(entry ->
                        need(
                                entry.getValue().isTextual(),
                                where + "[" + entry.getKey() + "]",
                                entry.getValue(),
                                "text"));
    }

    private static void named(String where, JsonNode items) {
        need(absent(items) || items.isArray(), where, items, "a list");
        for (int i = 0; i < items.size(); i++) {
            JsonNode name = items.get(i).path("name");
            need(name.isTextual(), where + "[" + i + "].name", name, "a name");
        }
    }

    private static boolean absent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    private static void need(boolean holds, String where, JsonNode held, String expected) {
        if (!holds) {
            throw new Refusal(where, held.isMissingNode() ? "" : held.toString(), expected);
        }
    }
}
