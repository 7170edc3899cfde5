// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.write;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The entries of a MutatingWebhookConfiguration, with Istio's selectors: of all revisions' and
 * tags' entries at most one matches any namespace and pod.
 */
public final class Webhooks {

    /** How long the API server waits: a pod's creation must not hang on an injector for long. */
    private static final int TIMEOUT_SECONDS = 5;

    private Webhooks() {}

    /**
     * Whether a configuration takes in pods that no label speaks of too.
     *
     * @param configuration a MutatingWebhookConfiguration of injectors, awake or asleep
     */
    public static boolean isEverywhere(JsonNode configuration) {
        for (JsonNode webhook : configuration.path("webhooks")) {
            if (webhook.path("name").asText().startsWith(Objects.EVERYWHERE)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Two entries for a value of labels, two more for {@code default}.
     *
     * @param value a revision's own name, or a tag
     * @param servedBy the revision that is asked
     * @param everywhere whether, of {@code default}, pods that no label speaks of are injected too:
     *     by a fifth entry
     */
    public static List<Map<String, Object>> of(
            String value, Revision servedBy, boolean everywhere) {
        List<Map<String, Object>> entries = new ArrayList<>();
        entries.add(
                entry(
                        servedBy,
                        "rev.namespace.",
                        List.of(in(Labels.REVISION, value), absent(Labels.INJECTION)),
                        List.of(notIn(Labels.INJECT, "false"))));
        entries.add(
                entry(
                        servedBy,
                        "rev.object.",
                        List.of(absent(Labels.REVISION), absent(Labels.INJECTION)),
                        List.of(notIn(Labels.INJECT, "false"), in(Labels.REVISION, value))));
        if (!value.equals(Revision.DEFAULT.value())) {
            return entries;
        }
        entries.add(
                entry(
                        servedBy,
                        "namespace.",
                        List.of(in(Labels.INJECTION, "enabled")),
                        List.of(notIn(Labels.INJECT, "false"))));
        entries.add(
                entry(
                        servedBy,
                        "object.",
                        List.of(absent(Labels.INJECTION), absent(Labels.REVISION)),
                        List.of(in(Labels.INJECT, "true"), absent(Labels.REVISION))));
        if (everywhere) {
            entries.add(
                    entry(
                            servedBy,
                            Objects.EVERYWHERE,
                            List.of(
                                    absent(Labels.INJECTION),
                                    absent(Labels.REVISION),
                                    notIn("kubernetes.io/metadata.name", Objects.NEVER_INJECTED)),
                            List.of(absent(Labels.INJECT), absent(Labels.REVISION))));
        }
        return entries;
    }

    private static Map<String, Object> entry(
            Revision servedBy,
            String prefix,
            List<Map<String, Object>> namespaces,
            List<Map<String, Object>> objects) {
        return fields(
                "name",
                prefix + "sidecar-injector.istio.io",
                "clientConfig",
                fields(
                        "service",
                        fields(
                                "name",
                                Objects.controlPlane(servedBy),
                                "namespace",
                                Objects.SYSTEM_NAMESPACE,
                                "path",
                                "/inject",
                                "port",
                                443)),
                "rules",
                List.of(
                        fields(
                                "operations",
                                List.of("CREATE"),
                                "apiGroups",
                                List.of(""),
                                "apiVersions",
                                List.of("v1"),
                                "resources",
                                List.of("pods"),
                                "scope",
                                "*")),
                "namespaceSelector",
                fields("matchExpressions", namespaces),
                "objectSelector",
                fields("matchExpressions", objects),
                "failurePolicy",
                "Fail",
                "timeoutSeconds",
                TIMEOUT_SECONDS,
                "reinvocationPolicy",
                "IfNeeded",
                "sideEffects",
                "None",
                "admissionReviewVersions",
                List.of("v1"));
    }

    private static Map<String, Object> in(String key, String value) {
        return fields("key", key, "operator", "In", "values", List.of(value));
    }

    private static Map<String, Object> notIn(String key, String value) {
        return notIn(key, List.of(value));
    }

    private static Map<String, Object> notIn(String key, List<String> values) {
        return fields("key", key, "operator", "NotIn", "values", values);
    }

    private static Map<String, Object> absent(String key) {
        return fields("key", key, "operator", "DoesNotExist");
    }

    /** Names and values by turns, which stay in this order: the same text in every process. */
    private static Map<String, Object> fields(Object... namesAndValues) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return fields;
    }
}
