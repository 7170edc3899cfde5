// SPDX-License-Identifier: Apache-2.0
package io.serin.local.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ApiFault;
import io.serin.local.api.Resource;
import io.serin.local.patch.JsonPatches;
import java.util.Optional;
import java.util.UUID;

/** Asks a webhook and takes its answer to pieces. */
public final class WebhookCaller {

    private final WebhookTransport transport;

    public WebhookCaller(WebhookTransport transport) {
        this.transport = transport;
    }

    /**
     * The object with the webhook's patch, or as it was; where there is none, as for a deletion,
     * nothing.
     *
     * @param as the version of the object that the webhook is asked about
     * @throws ApiFault when it is denied, or its patch does not fit the object
     */
    Optional<ObjectNode> mutate(Webhook webhook, Resource as, Attributes attributes)
            throws WebhookFailure {
        JsonNode response = review(webhook, as, attributes);
        String patch = response.path("patch").asText("");
        String type = response.path("patchType").asText("");
        if (patch.isEmpty() != type.isEmpty()) {
            throw invalid(
                    patch.isEmpty()
                            ? "webhook returned response.patchType but not response.patch"
                            : "webhook returned response.patch but not response.patchType");
        }
        if (patch.isEmpty()) {
            return attributes.object();
        }
        ArrayNode operations = AdmissionReview.operations(patch);
        if (operations.isEmpty()) {
            return attributes.object();
        }
        ObjectNode object =
                attributes
                        .object()
                        .orElseThrow(() ->
                                broken(
                                        "admission webhook \""
                                                + webhook.name()
                                                + "\" attempted to modify the object, which is"
                                                + " not supported for this operation"));
        if (!type.equals("JSONPatch")) {
            throw new WebhookFailure("unsupported patch type \"" + type + "\"");
        }
        try {
            ObjectNode patched =
                    (ObjectNode) JsonPatches.apply(Attributes.in(as, object), operations);
            return Optional.of(Attributes.in(attributes.kind().resource(), patched));
        } catch (IllegalArgumentException e) {
            // Whatever its failure policy: it was there, and answered.
            throw broken(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Asks a webhook that may not change anything.
     *
     * @throws ApiFault when it is denied
     */
    void validate(Webhook webhook, Resource as, Attributes attributes) throws WebhookFailure {
        JsonNode response = review(webhook, as, attributes);
        for (String field : new String[] {"patch", "patchType"}) {
            if (!response.path(field).asText("").isEmpty()) {
                throw invalid("validating webhook may not return response." + field);
            }
        }
    }

    private static WebhookFailure invalid(String why) {
        return new WebhookFailure("received invalid webhook response: " + why);
    }

    private static ApiFault broken(String why) {
        return ApiFault.of(500, "InternalError", "Internal error occurred: " + why);
    }

    /** The {@code response} of one that is allowed. */
    private JsonNode review(Webhook webhook, Resource as, Attributes attributes)
            throws WebhookFailure {
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
                        AdmissionReview.request(uid, as, attributes));
        JsonNode response = review.path("response");
        if (!review.path("kind").asText().equals("AdmissionReview") || !response.isObject()) {
            throw invalid(
                    "expected response with an AdmissionReview of admission.k8s.io/v1, got "
                            + review.path("apiVersion").asText()
                            + " "
                            + review.path("kind").asText());
        }
        if (!response.path("uid").asText().equals(uid)) {
            throw invalid(
                    "expected response.uid=\""
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
