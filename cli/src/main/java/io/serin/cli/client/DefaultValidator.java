// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;

/**
 * The validator of what names no revision, of which a cluster has one: its default revision's own
 * validator with another selector. Whom it calls, by which authority that is known and whether it
 * was seen to answer is the same for both. Pure.
 */
final class DefaultValidator {

    private DefaultValidator() {}

    /**
     * As it is to be.
     *
     * @param validator the default revision's own, as written or as it is in the cluster
     * @param labels whose it is
     */
    static ObjectNode of(JsonNode validator, JsonNode labels) {
        ObjectNode configuration = JsonNodeFactory.instance.objectNode();
        configuration.set("apiVersion", validator.path("apiVersion"));
        configuration.set("kind", validator.path("kind"));
        configuration
                .putObject("metadata")
                .put("name", Objects.DEFAULT_VALIDATOR)
                .set("labels", labels.deepCopy());
        var webhooks = configuration.putArray("webhooks");
        for (JsonNode entry : validator.path("webhooks")) {
            ObjectNode webhook = entry.deepCopy();
            webhook.put("name", entry.path("name").asText().replaceFirst("^rev\\.", ""));
            webhook.putObject("objectSelector")
                    .putArray("matchExpressions")
                    .addObject()
                    .put("key", Labels.REVISION)
                    .put("operator", "DoesNotExist");
            webhooks.add(webhook);
        }
        return configuration;
    }

    /** Whether it may be changed: it is a revision's of ours, or of the tag default. */
    static boolean isOurs(JsonNode configuration) {
        JsonNode labels = configuration.path("metadata").path("labels");
        return labels.has(Labels.TAG) || labels.path(Labels.PART_OF).asText().equals(Labels.SERIN);
    }
}
