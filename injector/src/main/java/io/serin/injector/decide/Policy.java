// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.decide;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides after the webhook's selectors, in Istio's order: host network, Kubernetes' namespaces,
 * the pod's own word, the never and always selectors, the default.
 *
 * @param revision whose injector this is
 * @param never selectors of pods that are skipped unless they ask for it
 * @param always selectors of pods that are injected though the default is not to
 */
public record Policy(
        String revision, List<LabelSelector> never, List<LabelSelector> always, Default otherwise) {

    /** What becomes of a pod that nothing else decides about. */
    public enum Default {
        INJECT,
        SKIP,
        /** Skip even those that ask: the configuration says neither of the other two. */
        NEVER;

        /** What a configuration may say. */
        public static final List<String> WORDS = List.of("enabled", "disabled");

        /** What a configuration's word means. */
        public static Default of(String word) {
            return switch (WORDS.indexOf(word)) {
                case 0 -> INJECT;
                case 1 -> SKIP;
                default -> NEVER;
            };
        }
    }

    public Policy {
        never = List.copyOf(never);
        always = List.copyOf(always);
    }

    /** Of a pod that is to be made in a namespace. */
    public Decision decide(JsonNode pod, String namespace) {
        List<String> warnings = new ArrayList<>();
        Wish wish = Wish.of(pod, warnings);
        warnOfLabels(pod, warnings);
        String reason = reasonToSkip(pod, namespace, wish);
        if (reason.isEmpty()) {
            return new Decision.Inject(warnings);
        }
        if (wish == Wish.YES) {
            warnings.add("no sidecar though " + Labels.INJECT + " is true: " + reason);
        }
        return new Decision.Skip(reason, warnings);
    }

    /** Empty when there is none. */
    private String reasonToSkip(JsonNode pod, String namespace, Wish wish) {
        if (pod.path("spec").path("hostNetwork").asBoolean(false)) {
            return "spec.hostNetwork is true, so its traffic is the node's";
        }
        if (Objects.NEVER_INJECTED.contains(namespace)) {
            return "namespace " + namespace + " is Kubernetes' own";
        }
        if (otherwise == Default.NEVER) {
            return "the injector's policy is neither enabled nor disabled";
        }
        return switch (wish) {
            case YES -> "";
            case NO -> Labels.INJECT + " is false";
            case NONE -> byLabels(pod.path("metadata").path("labels"));
        };
    }

    private String byLabels(JsonNode labels) {
        if (never.stream().anyMatch(selector -> selector.selects(labels))) {
            return "neverInjectSelector selects it";
        }
        if (otherwise == Default.INJECT
                || always.stream().anyMatch(selector -> selector.selects(labels))) {
            return "";
        }
        return "the injector's policy is disabled";
    }

    private void warnOfLabels(JsonNode pod, List<String> warnings) {
        JsonNode labels = pod.path("metadata").path("labels");
        String wanted = labels.path(Labels.REVISION).asText(revision);
        if (!wanted.equals(revision)) {
            warnings.add(
                    "label "
                            + Labels.REVISION
                            + " of the pod is '"
                            + wanted
                            + "', but its namespace is labelled for revision "
                            + revision
                            + ", which wins");
        }
        if (labels.has(Labels.INJECTION)) {
            warnings.add(
                    "label "
                            + Labels.INJECTION
                            + " is for namespaces; for a pod it is "
                            + Labels.INJECT);
        }
    }
}
