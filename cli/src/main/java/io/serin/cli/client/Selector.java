// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * metav1.LabelSelector as the API server holds it against labels: one that is absent or empty
 * selects everything, and {@code NotIn} is true of a label that is absent. Pure.
 */
public record Selector(List<Requirement> requirements) {

    /** One thing that must be so. */
    public record Requirement(String key, String operator, List<String> values) {

        /** What is against it, in words; empty when nothing is. */
        Optional<String> unmet(Map<String, String> labels) {
            String held = labels.get(key);
            boolean isListed = held != null && values.contains(held);
            boolean holds =
                    switch (operator) {
                        case "In" -> isListed;
                        case "NotIn" -> !isListed;
                        case "Exists" -> held != null;
                        case "DoesNotExist" -> held == null;
                        default ->
                                throw new IllegalArgumentException(
                                        "operator: '"
                                                + operator
                                                + "' (expected: In, NotIn, Exists or"
                                                + " DoesNotExist)");
                    };
            return holds
                    ? Optional.empty()
                    : Optional.of(
                            (held == null ? "no " + key : key + "=" + held) + ", " + wanted());
        }

        private String wanted() {
            return switch (operator) {
                case "In" -> "not " + String.join(" or ", values);
                case "Exists" -> "which it asks for";
                default -> "which it shuns";
            };
        }
    }

    public Selector {
        requirements = List.copyOf(requirements);
    }

    public static Selector of(JsonNode selector) {
        List<Requirement> requirements = new ArrayList<>();
        for (Map.Entry<String, JsonNode> label : selector.path("matchLabels").properties()) {
            requirements.add(
                    new Requirement(label.getKey(), "In", List.of(label.getValue().asText())));
        }
        for (JsonNode expression : selector.path("matchExpressions")) {
            List<String> values = new ArrayList<>();
            expression.path("values").forEach(value -> values.add(value.asText()));
            requirements.add(
                    new Requirement(
                            expression.path("key").asText(),
                            expression.path("operator").asText(),
                            List.copyOf(values)));
        }
        return new Selector(requirements);
    }

    public boolean selects(Map<String, String> labels) {
        return unmet(labels).isEmpty();
    }

    /** Why these labels are not selected; empty when they are. */
    Optional<String> unmet(Map<String, String> labels) {
        return requirements.stream().flatMap(it -> it.unmet(labels).stream()).findFirst();
    }
}
