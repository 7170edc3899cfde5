// SPDX-License-Identifier: Apache-2.0
package io.serin.local.resource;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.local.resource.Faults.Cause;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What must be true of a webhook's configuration. */
final class WebhookRules {

    private WebhookRules() {}

    static List<Cause> check(JsonNode configuration) {
        List<Cause> causes = new ArrayList<>();
        Set<String> names = new HashSet<>();
        JsonNode webhooks = configuration.path("webhooks");
        for (int i = 0; i < webhooks.size(); i++) {
            String at = "webhooks[" + i + "]";
            JsonNode webhook = webhooks.get(i);
            String name = webhook.path("name").asText("");
            if (name.split("\\.").length < 3) {
                causes.add(
                        Cause.invalid(
                                at + ".name",
                                name,
                                "should be a domain with at least three segments separated by"
                                        + " dots"));
            }
            if (!names.add(name)) {
                causes.add(Cause.duplicate(at + ".name", name));
            }
            entry(at, webhook, causes);
        }
        return causes;
    }

    private static void entry(String at, JsonNode webhook, List<Cause> causes) {
        if (!webhook.path("matchConditions").isEmpty()) {
            causes.add(
                    Cause.forbidden(
                            at + ".matchConditions",
                            "local-cluster does not evaluate CEL (expected: none; use --cluster"
                                    + " kind)"));
        }
        String effects = webhook.path("sideEffects").asText("");
        if (effects.isEmpty()) {
            causes.add(
                    Cause.required(at + ".sideEffects", "must specify one of None, NoneOnDryRun"));
        } else if (!effects.equals("None") && !effects.equals("NoneOnDryRun")) {
            causes.add(
                    Cause.unsupported(
                            at + ".sideEffects", effects, List.of("None", "NoneOnDryRun")));
        }
        JsonNode versions = webhook.path("admissionReviewVersions");
        boolean v1 = false;
        for (JsonNode version : versions) {
            v1 |= version.asText().equals("v1");
        }
        if (versions.isEmpty()) {
            causes.add(
                    Cause.required(
                            at + ".admissionReviewVersions", "must specify one of v1, v1beta1"));
        } else if (!v1) {
            causes.add(
                    Cause.invalid(
                            at + ".admissionReviewVersions",
                            versions,
                            "must include at least one of v1"));
        }
        JsonNode client = webhook.path("clientConfig");
        if (client.has("service") == client.has("url")) {
            causes.add(
                    Cause.required(
                            at + ".clientConfig", "exactly one of url or service is required"));
        }
        if (client.has("url") && !client.path("url").asText().startsWith("https://")) {
            causes.add(
                    Cause.invalid(
                            at + ".clientConfig.url",
                            client.path("url").asText(),
                            "'https' is the only allowed URL scheme"));
        }
        int timeout = webhook.path("timeoutSeconds").asInt();
        if (timeout < 1 || timeout > 30) {
            causes.add(
                    Cause.invalid(
                            at + ".timeoutSeconds",
                            timeout,
                            "the timeout value must be between 1 and 30 seconds"));
        }
        oneOf(at + ".failurePolicy", webhook, "failurePolicy", List.of("Fail", "Ignore"), causes);
        oneOf(at + ".matchPolicy", webhook, "matchPolicy", List.of("Equivalent", "Exact"), causes);
        if (webhook.has("reinvocationPolicy")) {
            oneOf(
                    at + ".reinvocationPolicy",
                    webhook,
                    "reinvocationPolicy",
                    List.of("IfNeeded", "Never"),
                    causes);
        }
        JsonNode rules = webhook.path("rules");
        for (int i = 0; i < rules.size(); i++) {
            for (String field : List.of("operations", "apiGroups", "apiVersions", "resources")) {
                if (rules.get(i).path(field).isEmpty()) {
                    causes.add(Cause.required(at + ".rules[" + i + "]." + field, ""));
                }
            }
        }
    }

    private static void oneOf(
            String at, JsonNode webhook, String field, List<String> values, List<Cause> causes) {
        String value = webhook.path(field).asText();
        if (!values.contains(value)) {
            causes.add(Cause.unsupported(at, value, values));
        }
    }
}
