// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.e2e.contract.Api.Answer;
import io.serin.e2e.stage.Kubectl;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * Cases about a webhook, in a namespace of their own. Each case has a label of its own, for an API
 * server goes by a configuration a moment longer than it is there.
 */
abstract class WebhookCases {

    final Api api;
    final Webhook webhook;
    private int number;

    /**
     * Brings the webhook up.
     *
     * @param answers by their names, as {@link Webhook} takes them; {@code no}, {@code tell}, which
     *     refuses with the review, and {@code label}, which labels the object {@code seen}, are
     *     always there
     */
    WebhookCases(Kubectl kubectl, String namespace, Map<String, String> answers) {
        Map<String, String> all = new HashMap<>(answers);
        all.put("no", "{\"allowed\": false}");
        all.put("tell", "{\"allowed\": false, \"status\": {\"message\": \"%REVIEW%\"}}");
        all.put(
                "label",
                patch(
                        "{\"op\": \"add\", \"path\": \"/metadata/labels/seen\", \"value\": \"yes\"}"));
        api = new Api(kubectl, namespace);
        webhook = new Webhook(api, all);
    }

    /** The answer that changes the object by an operation of a JSON patch. */
    static String patch(String operation) {
        return """
        {"allowed": true, "patchType": "JSONPatch", "patch": "%s"}
        """
                .formatted(
                        Base64.getEncoder()
                                .encodeToString(("[" + operation + "]").getBytes(UTF_8)));
    }

    @BeforeEach
    void count() {
        number++;
    }

    @AfterEach
    void forget() {
        webhook.forget();
    }

    @AfterAll
    void close() {
        api.close();
    }

    /** The value of the label {@code case}. */
    String caseLabel() {
        return api.namespace() + "-" + number;
    }

    void configure(String type, String name, JsonNode... entries) {
        webhook.configure(type, name + number, entries);
    }

    /** About new ConfigMaps of the case. */
    JsonNode entry(String name, String answer, String... more) {
        String selector =
                "{\"objectSelector\": {\"matchLabels\": {\"case\": \"%s\"}}".formatted(caseLabel());
        return webhook.entry(
                name, answer, selector + (more.length == 0 ? "" : ", " + more[0]) + "}");
    }

    static String rules(String operations, String group, String version, String plural) {
        return """
        "rules": [{"operations": [%s], "apiGroups": ["%s"], "apiVersions": ["%s"], "resources": ["%s"]}]
        """
                .formatted(operations, group, version, plural);
    }

    Answer make() {
        return make("\"a\": \"1\"");
    }

    /** A ConfigMap of the case, of which nothing stays. */
    Answer make(String data) {
        return api.post(
                api.core("configmaps?dryRun=All"),
                map("x", "\"finalizers\": [\"contract.serin.io/new\"], ", data));
    }

    /** One that stays. */
    void keep(String name) {
        api.post(api.core("configmaps"), map(name, "", "\"a\": \"1\"")).orFail();
    }

    private String map(String name, String metadata, String data) {
        return """
        {"apiVersion": "v1", "kind": "ConfigMap", "data": {%s},
         "metadata": {"name": "%s", %s"labels": {"case": "%s"}}}
        """
                .formatted(data, name, metadata, caseLabel());
    }

    static void assertDenied(Answer answer, String by) {
        assertThat(answer.message())
                .isEqualTo(
                        "admission webhook \"%s.contract.serin.io\" denied the request without explanation"
                                .formatted(by));
    }

    /** The review of one that tells. */
    static JsonNode told(Answer answer) {
        String denied = "denied the request: ";
        assertThat(answer.message()).contains(denied);
        return Kubectl.parse(
                        answer.message()
                                .substring(answer.message().indexOf(denied) + denied.length()))
                .path("request");
    }
}
