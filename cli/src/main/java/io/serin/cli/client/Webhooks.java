// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The entries of a revision's MutatingWebhookConfiguration, with Istio's selectors: of all
 * revisions' entries at most one matches any namespace and pod.
 */
public final class Webhooks {

    private static final String DEFAULT_REVISION = "default";

    private Webhooks() {}

    /** Two entries for a revision, two more for the one named {@code default}. */
    public static List<Map<String, Object>> of(Revision revision) {
        List<Map<String, Object>> entries = new ArrayList<>();
        entries.add(
                entry(
                        revision,
                        "rev.namespace.",
                        List.of(in(Labels.REVISION, revision.value()), absent(Labels.INJECTION)),
                        List.of(notIn(Labels.INJECT, "false"))));
        entries.add(
                entry(
                        revision,
                        "rev.object.",
                        List.of(absent(Labels.REVISION), absent(Labels.INJECTION)),
                        List.of(
                                notIn(Labels.INJECT, "false"),
                                in(Labels.REVISION, revision.value()))));
        if (revision.value().equals(DEFAULT_REVISION)) {
            entries.add(
                    entry(
                            revision,
                            "namespace.",
                            List.of(in(Labels.INJECTION, "enabled")),
                            List.of(notIn(Labels.INJECT, "false"))));
            entries.add(
                    entry(
                            revision,
                            "object.",
                            List.of(absent(Labels.INJECTION), absent(Labels.REVISION)),
                            List.of(in(Labels.INJECT, "true"), absent(Labels.REVISION))));
        }
        return entries;
    }

    private static Map<String, Object> entry(
            Revision revision,
            String prefix,
            List<Map<String, Object>> namespaces,
            List<Map<String, Object>> objects) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", prefix + "sidecar-injector.istio.io");
        entry.put(
                "clientConfig",
                Map.of(
                        "service",
                        Map.of(
                                "name",
                                Objects.controlPlane(revision),
                                "namespace",
                                Objects.SYSTEM_NAMESPACE,
                                "path",
                                "/inject",
                                "port",
                                443)));
        entry.put(
                "rules",
                List.of(
                        Map.of(
                                "operations",
                                List.of("CREATE"),
                                "apiGroups",
                                List.of(""),
                                "apiVersions",
                                List.of("v1"),
                                "resources",
                                List.of("pods"),
                                "scope",
                                "*")));
        entry.put("namespaceSelector", Map.of("matchExpressions", namespaces));
        entry.put("objectSelector", Map.of("matchExpressions", objects));
        entry.put("failurePolicy", "Fail");
        entry.put("reinvocationPolicy", "IfNeeded");
        entry.put("sideEffects", "None");
        entry.put("admissionReviewVersions", List.of("v1"));
        return entry;
    }

    private static Map<String, Object> in(String key, String value) {
        return Map.of("key", key, "operator", "In", "values", List.of(value));
    }

    private static Map<String, Object> notIn(String key, String value) {
        return Map.of("key", key, "operator", "NotIn", "values", List.of(value));
    }

    private static Map<String, Object> absent(String key) {
        return Map.of("key", key, "operator", "DoesNotExist");
    }
}
