// SPDX-License-Identifier: Apache-2.0
package io.serin.local.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.Resource;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;

/** An {@code admission.k8s.io/v1} AdmissionReview, as a request and as an answer. */
final class AdmissionReview {

    private static final ObjectMapper JSON = new ObjectMapper();

    private AdmissionReview() {}

    /**
     * @param as the version of the request's kind that the webhook is asked about
     */
    static ObjectNode request(String uid, Resource as, Attributes attributes) {
        Resource requested = attributes.kind().resource();
        ObjectNode review = JsonNodeFactory.instance.objectNode();
        review.put("kind", "AdmissionReview");
        review.put("apiVersion", "admission.k8s.io/v1");
        ObjectNode request = review.putObject("request");
        request.put("uid", uid);
        request.set("kind", kind(as));
        request.set("resource", plural(as));
        if (!attributes.subresource().isEmpty()) {
            request.put("subResource", attributes.subresource());
        }
        request.set("requestKind", kind(requested));
        request.set("requestResource", plural(requested));
        if (!attributes.subresource().isEmpty()) {
            request.put("requestSubResource", attributes.subresource());
        }
        if (!attributes.name().isEmpty()) {
            request.put("name", attributes.name());
        }
        if (!attributes.namespace().isEmpty()) {
            request.put("namespace", attributes.namespace());
        }
        request.put("operation", attributes.operation().name());
        request.set("userInfo", attributes.user());
        request.set("object", shown(as, attributes.object()));
        request.set("oldObject", shown(as, attributes.old()));
        request.put("dryRun", attributes.dryRun());
        request.set("options", attributes.options());
        return review;
    }

    private static JsonNode shown(Resource as, Optional<ObjectNode> object) {
        return object.<JsonNode>map(o -> Attributes.in(as, o)).orElse(NullNode.instance);
    }

    /** Of a patch in base64. */
    static ArrayNode operations(String patch) throws WebhookFailure {
        try {
            if (JSON.readTree(Base64.getDecoder().decode(patch)) instanceof ArrayNode operations) {
                return operations;
            }
            throw undecodable("not a list of operations");
        } catch (IOException | IllegalArgumentException e) {
            throw undecodable(String.valueOf(e.getMessage()));
        }
    }

    private static WebhookFailure undecodable(String why) {
        return new WebhookFailure("received undecodable patch in webhook response: " + why);
    }

    private static ObjectNode kind(Resource resource) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("group", resource.group())
                .put("version", resource.version())
                .put("kind", resource.kind());
    }

    private static ObjectNode plural(Resource resource) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("group", resource.group())
                .put("version", resource.version())
                .put("resource", resource.plural());
    }
}
