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

/** An {@code admission.k8s.io/v1} AdmissionReview, as a request and as an answer. */
final class AdmissionReview {

    static final ObjectNode NOTHING = JsonNodeFactory.instance.objectNode();

    private static final ObjectMapper JSON = new ObjectMapper();

    private AdmissionReview() {}

    static ObjectNode request(String uid, Attributes attributes) {
        Resource resource = attributes.kind().resource();
        ObjectNode review = JsonNodeFactory.instance.objectNode();
        review.put("kind", "AdmissionReview");
        review.put("apiVersion", "admission.k8s.io/v1");
        ObjectNode request = review.putObject("request");
        request.put("uid", uid);
        request.set("kind", kind(resource));
        request.set("resource", plural(resource));
        if (!attributes.subresource().isEmpty()) {
            request.put("subResource", attributes.subresource());
        }
        request.set("requestKind", kind(resource));
        request.set("requestResource", plural(resource));
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
        request.set("object", attributes.object().<JsonNode>map(o -> o).orElse(NullNode.instance));
        request.set("oldObject", attributes.old().<JsonNode>map(o -> o).orElse(NullNode.instance));
        request.put("dryRun", attributes.dryRun());
        request.set("options", attributes.options());
        return review;
    }

    /** Of a patch in base64. */
    static ArrayNode operations(String patch) throws WebhookFailure {
        try {
            if (JSON.readTree(Base64.getDecoder().decode(patch)) instanceof ArrayNode operations) {
                return operations;
            }
            throw new WebhookFailure("its patch is not a list of operations");
        } catch (IOException | IllegalArgumentException e) {
            throw new WebhookFailure("its patch can't be read: " + e.getMessage());
        }
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
