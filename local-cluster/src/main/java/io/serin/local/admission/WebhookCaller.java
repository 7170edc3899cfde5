// SPDX-License-Identifier: Apache-2.0
package io.serin.local.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ApiFault;
import io.serin.local.patch.JsonPatches;
import java.util.UUID;

/** Asks a webhook and takes its answer to pieces. */
public final class WebhookCaller {

    private final WebhookTransport transport;

    public WebhookCaller(WebhookTransport transport) {
        this.transport = transport;
    }

    /**
     * The object with the webhook's patch, or as it was.
     *
     * @throws ApiFault when it is denied
     */
    ObjectNode mutate(Webhook webhook, Attributes attributes) throws WebhookFailure {
        JsonNode response = review(webhook, attributes);
        ObjectNode object = attributes.object().orElse(AdmissionReview.NOTHING);
        JsonNode patch = response.path("patch");
        if (!patch.isTextual()) {
            return object;
        }
        String type = response.path("patchType").asText();
        if (!type.equals("JSONPatch")) {
            throw new WebhookFailure("unsupported patch type \"" + type + "\"");
        }
        ArrayNode operations = AdmissionReview.operations(patch.asText());
        try {
            return operations.isEmpty()
                    ? object
                    : (ObjectNode) JsonPatches.apply(object, operations);
        } catch (IllegalArgumentException e) {
            throw new WebhookFailure("failed to apply its patch: " + e.getMessage());
        }
    }

    /**
     * The {@code response} of one that is allowed.
     *
     * @throws ApiFault when it is denied
     */
    JsonNode review(Webhook webhook, Attributes attributes) throws WebhookFailure {
        if (attributes.dryRun() && !webhook.supportsDryRun()) {
            throw ApiFault.of(
                    400,
                    "BadRequest",
                    "admission webhook \"" + webhook.name() + "\" does not support dry run");
        }
        String uid = UUID.randomUUID().toString();
        JsonNode review =
                transport.call(
                        webhook.clientConfig(),
                        webhook.timeoutSeconds(),
                        AdmissionReview.request(uid, attributes));
        JsonNode response = review.path("response");
        if (!review.path("kind").asText().equals("AdmissionReview") || !response.isObject()) {
            throw new WebhookFailure(
                    "received invalid webhook response: expected response with an AdmissionReview"
                            + " of admission.k8s.io/v1, got "
                            + review.path("apiVersion").asText()
                            + " "
                            + review.path("kind").asText());
        }
        if (!response.path("uid").asText().equals(uid)) {
            throw new WebhookFailure(
                    "received invalid webhook response: expected response.uid=\""
                            + uid
                            + "\", got \""
                            + response.path("uid").asText()
                            + "\"");
        }
        response.path("warnings")
                .forEach(warning -> attributes.warnings().accept(warning.asText()));
        if (!response.path("allowed").asBoolean()) {
            throw denied(webhook, response.path("status"));
        }
        return response;
    }

    private static ApiFault denied(Webhook webhook, JsonNode status) {
        String by = "admission webhook \"" + webhook.name() + "\" denied the request";
        String message = status.path("message").asText("");
        String reason = status.path("reason").asText("");
        String why =
                !message.isEmpty()
                        ? by + ": " + message
                        : !reason.isEmpty() ? by + ": " + reason : by + " without explanation";
        ApiFault fault = ApiFault.of(Math.max(400, status.path("code").asInt(0)), reason, why);
        if (reason.isEmpty()) {
            fault.status().remove("reason");
        }
        if (status.has("details")) {
            fault.status().set("details", status.get("details"));
        }
        return fault;
    }
}
