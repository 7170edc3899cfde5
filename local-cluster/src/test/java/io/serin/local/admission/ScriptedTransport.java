// SPDX-License-Identifier: Apache-2.0
package io.serin.local.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Webhooks by their URL: each answers with what it was told, and is written down. */
public final class ScriptedTransport implements WebhookTransport {

    private final Map<String, String> answers = new HashMap<>();
    private final List<String> calls = new ArrayList<>();

    /**
     * @param answer a patch, {@code deny: why}, {@code fail: why}, or nothing
     */
    public void answer(String url, String answer) {
        answers.put(url, answer);
    }

    public List<String> calls() {
        return calls;
    }

    @Override
    public JsonNode call(JsonNode clientConfig, int timeoutSeconds, ObjectNode review)
            throws WebhookFailure {
        String url = clientConfig.path("url").asText();
        calls.add(url + " " + review.at("/request/operation").asText());
        String answer = answers.getOrDefault(url, "");
        if (answer.startsWith("fail: ")) {
            throw new WebhookFailure(answer.substring("fail: ".length()));
        }
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("kind", "AdmissionReview").put("apiVersion", "admission.k8s.io/v1");
        ObjectNode response = result.putObject("response");
        response.put("uid", review.at("/request/uid").asText());
        if (answer.startsWith("deny: ")) {
            response.put("allowed", false);
            response.putObject("status").put("message", answer.substring("deny: ".length()));
            return result;
        }
        response.put("allowed", true);
        response.putArray("warnings").add("seen by " + url);
        if (!answer.isEmpty()) {
            response.put("patchType", "JSONPatch");
            response.put(
                    "patch",
                    Base64.getEncoder().encodeToString(answer.getBytes(StandardCharsets.UTF_8)));
        }
        return result;
    }
}
