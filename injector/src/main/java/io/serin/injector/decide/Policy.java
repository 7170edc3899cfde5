// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.decide;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides after the webhook's selectors, in Istio's order: host network, system namespace, the
 * pod's own word, the never and always selectors, the default.
 *
 * @param never label selectors of pods that are skipped unless they ask for it
 * @param always label selectors of pods that are injected though the default is not to
 * @param enabled the default
 */
public record Policy(List<JsonNode> never, List<JsonNode> always, boolean enabled) {

    private static final Set<String> SYSTEM_NAMESPACES =
            Set.of("kube-system", "kube-public", "kube-node-lease", "local-path-storage");

    public static final Policy DEFAULT = new Policy(List.of(), List.of(), true);

    public Policy {
        never = List.copyOf(never);
        always = List.copyOf(always);
    }

    private enum Word {
        YES,
        NO,
        NONE
    }

    /** Of a pod that is to be made in a namespace. */
    public Decision decide(JsonNode pod, String namespace) {
        List<String> warnings = new ArrayList<>();
        if (pod.at("/spec/hostNetwork").asBoolean(false)) {
            return new Decision.Skip("spec.hostNetwork is true", warnings);
        }
        if (SYSTEM_NAMESPACES.contains(namespace)) {
            return new Decision.Skip(
                    "namespace " + namespace + " is one of Kubernetes' own", warnings);
        }
        Word word = word(pod, warnings);
        if (word == Word.NONE && matchesAny(never, pod)) {
            return new Decision.Skip("neverInjectSelector matches", warnings);
        }
        boolean inject =
                switch (word) {
                    case YES -> true;
                    case NO -> false;
                    case NONE -> enabled || matchesAny(always, pod);
                };
        return inject
                ? new Decision.Inject(warnings)
                : new Decision.Skip(
                        word == Word.NO ? Labels.INJECT + " is false" : "the policy is disabled",
                        warnings);
    }

    private static Word word(JsonNode pod, List<String> warnings) {
        JsonNode label = pod.path("metadata").path("labels").path(Labels.INJECT);
        JsonNode annotation = pod.path("metadata").path("annotations").path(Labels.INJECT);
        if (label.isMissingNode() && !annotation.isMissingNode()) {
            warnings.add(
                    "annotation " + Labels.INJECT + " is deprecated: use the label of that name");
        }
        String value = (label.isMissingNode() ? annotation : label).asText("");
        return switch (value) {
            case "true" -> Word.YES;
            case "false" -> Word.NO;
            case "" -> Word.NONE;
            default -> {
                warnings.add(
                        Labels.INJECT
                                + ": '"
                                + value
                                + "' (expected: true or false); taken as if it were not there");
                yield Word.NONE;
            }
        };
    }

    private static boolean matchesAny(List<JsonNode> selectors, JsonNode pod) {
        JsonNode labels = pod.path("metadata").path("labels");
        return selectors.stream().anyMatch(selector -> matches(selector, labels));
    }

    /** metav1.LabelSelector; an empty one matches nothing here, as in Istio. */
    private static boolean matches(JsonNode selector, JsonNode labels) {
        if (selector.path("matchLabels").isEmpty() && selector.path("matchExpressions").isEmpty()) {
            return false;
        }
        for (Map.Entry<String, JsonNode> label : selector.path("matchLabels").properties()) {
            if (!labels.path(label.getKey()).asText("").equals(label.getValue().asText())) {
                return false;
            }
        }
        for (JsonNode expression : selector.path("matchExpressions")) {
            JsonNode held = labels.path(expression.path("key").asText());
            boolean in = false;
            for (JsonNode value : expression.path("values")) {
                in |= !held.isMissingNode() && value.asText().equals(held.asText());
            }
            boolean holds =
                    switch (expression.path("operator").asText()) {
                        case "In" -> in;
                        case "NotIn" -> !in;
                        case "Exists" -> !held.isMissingNode();
                        case "DoesNotExist" -> held.isMissingNode();
                        default -> false;
                    };
            if (!holds) {
                return false;
            }
        }
        return true;
    }
}
