// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.webhook;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * admission.k8s.io AdmissionReview, v1 and v1beta1: the request that comes, and the answers to it.
 *
 * @param apiVersion echoed
 * @param uid echoed
 * @param object the object under admission, without {@code metadata.managedFields}
 */
public record AdmissionReview(
        String apiVersion, String kind, String uid, String namespace, JsonNode object) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> VERSIONS =
            Set.of("admission.k8s.io/v1", "admission.k8s.io/v1beta1");

    /** Empty when the text is not an AdmissionReview with a request. */
    public static Optional<AdmissionReview> parse(String text) {
        JsonNode review;
        try {
            review = JSON.readTree(text);
        } catch (JacksonException broken) {
            return Optional.empty();
        }
        JsonNode request = review == null ? null : review.path("request");
        if (request == null
                || !request.isObject()
                || !request.path("object").isObject()
                || !VERSIONS.contains(review.path("apiVersion").asText())
                || !review.path("kind").asText().equals("AdmissionReview")) {
            return Optional.empty();
        }
        ObjectNode object = request.path("object").deepCopy();
        if (object.path("metadata") instanceof ObjectNode metadata) {
            metadata.remove("managedFields");
        }
        return Optional.of(
                new AdmissionReview(
                        review.path("apiVersion").asText(),
                        review.path("kind").asText(),
                        request.path("uid").asText(),
                        request.path("namespace").asText("default"),
                        object));
    }

    /** Let it pass, as it is. */
    public String allow(List<String> warnings) {
        return answer(true, warnings).toString();
    }

    /** Let it pass, changed. */
    public String patch(JsonNode patch, List<String> warnings) {
        ObjectNode answer = answer(true, warnings);
        ObjectNode response = answer.withObject("/response");
        response.put("patchType", "JSONPatch");
        response.put(
                "patch",
                Base64.getEncoder()
                        .encodeToString(patch.toString().getBytes(StandardCharsets.UTF_8)));
        return answer.toString();
    }

    /** Turn it down. */
    public String deny(String message) {
        ObjectNode answer = answer(false, List.of());
        answer.withObject("/response").putObject("status").put("message", message);
        return answer.toString();
    }

    /** Turns down what could not even be read. */
    public static String denyUnread(String message) {
        return new AdmissionReview(
                        "admission.k8s.io/v1",
                        "AdmissionReview",
                        "",
                        "",
                        JsonNodeFactory.instance.objectNode())
                .deny(message);
    }

    private ObjectNode answer(boolean allowed, List<String> warnings) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("apiVersion", apiVersion).put("kind", kind);
        ObjectNode response = answer.putObject("response").put("uid", uid).put("allowed", allowed);
        if (!warnings.isEmpty()) {
            warnings.forEach(response.putArray("warnings")::add);
        }
        return answer;
    }
}
