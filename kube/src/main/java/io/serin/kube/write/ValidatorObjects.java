// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.write;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import io.serin.api.name.Tag;

/**
 * Who looks at what does not name its revision: the revision's own validator with another selector.
 * Whom it calls, by which authority that is known and whether it was seen to answer is the same for
 * both, and all of it is one object, which moves in one step. Pure.
 */
public final class ValidatorObjects {

    private static final String OWN = "^rev\\.";

    private ValidatorObjects() {}

    /**
     * Of what names nobody: a cluster has one, its default revision's.
     *
     * @param own the validator of the default revision, as written or as it is in the cluster
     * @param labels whose it is
     */
    public static ObjectNode ofDefault(JsonNode own, JsonNode labels) {
        return like(
                own,
                Objects.DEFAULT_VALIDATOR,
                labels,
                "",
                JsonNodeFactory.instance
                        .objectNode()
                        .put("key", Labels.REVISION)
                        .put("operator", "DoesNotExist"));
    }

    /**
     * Of what names a tag.
     *
     * @param own the validator of the target, as it is in the cluster
     */
    public static ObjectNode ofTag(Tag tag, Revision target, JsonNode own) {
        ObjectNode naming =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("key", Labels.REVISION)
                        .put("operator", "In");
        naming.putArray("values").add(tag.value());
        return like(
                own,
                Objects.tag(tag),
                TagObjects.labels(tag, target).put(Labels.APP, Labels.APP_CONTROL_PLANE),
                "tag.",
                naming);
    }

    private static ObjectNode like(
            JsonNode own, String name, JsonNode labels, String prefix, ObjectNode selected) {
        ObjectNode configuration = JsonNodeFactory.instance.objectNode();
        configuration.set("apiVersion", own.path("apiVersion"));
        configuration.set("kind", own.path("kind"));
        configuration.putObject("metadata").put("name", name).set("labels", labels.deepCopy());
        var webhooks = configuration.putArray("webhooks");
        for (JsonNode entry : own.path("webhooks")) {
            ObjectNode webhook = entry.deepCopy();
            webhook.put("name", entry.path("name").asText().replaceFirst(OWN, prefix));
            webhook.putObject("objectSelector").putArray("matchExpressions").add(selected);
            webhooks.add(webhook);
        }
        return configuration;
    }

    /** Whether it is a revision's of ours, or of a tag. */
    public static boolean isOurs(JsonNode configuration) {
        JsonNode labels = configuration.path("metadata").path("labels");
        return labels.has(Labels.TAG) || labels.path(Labels.PART_OF).asText().equals(Labels.SERIN);
    }
}
