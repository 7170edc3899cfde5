// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.decide;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * metav1.LabelSelector: labels are selected when every requirement holds. An empty one selects
 * nothing here, as in Istio's injector, so that a slip in a list can't reach every pod.
 */
public record LabelSelector(List<Requirement> requirements) {

    /** How a label is held against values. */
    enum Operator {
        IN("In"),
        NOT_IN("NotIn"),
        EXISTS("Exists"),
        DOES_NOT_EXIST("DoesNotExist");

        private final String text;

        Operator(String text) {
            this.text = text;
        }

        static Operator of(String text) {
            for (Operator operator : values()) {
                if (operator.text.equals(text)) {
                    return operator;
                }
            }
            throw new IllegalArgumentException(
                    "operator: '" + text + "' (expected: In, NotIn, Exists or DoesNotExist)");
        }
    }

    record Requirement(String key, Operator operator, List<String> values) {

        boolean holds(JsonNode labels) {
            boolean exists = labels.has(key);
            boolean in = exists && values.contains(labels.path(key).asText());
            return switch (operator) {
                case IN -> in;
                case NOT_IN -> !in;
                case EXISTS -> exists;
                case DOES_NOT_EXIST -> !exists;
            };
        }
    }

    public LabelSelector {
        requirements = List.copyOf(requirements);
    }

    /**
     * Reads {@code matchLabels} and {@code matchExpressions}.
     *
     * @throws IllegalArgumentException when an operator is none
     */
    public static LabelSelector parse(JsonNode selector) {
        List<Requirement> requirements = new ArrayList<>();
        for (Map.Entry<String, JsonNode> label : selector.path("matchLabels").properties()) {
            requirements.add(
                    new Requirement(
                            label.getKey(), Operator.IN, List.of(label.getValue().asText())));
        }
        for (JsonNode expression : selector.path("matchExpressions")) {
            List<String> values = new ArrayList<>();
            expression.path("values").forEach(value -> values.add(value.asText()));
            requirements.add(
                    new Requirement(
                            expression.path("key").asText(),
                            Operator.of(expression.path("operator").asText()),
                            List.copyOf(values)));
        }
        return new LabelSelector(requirements);
    }

    boolean selects(JsonNode labels) {
        return !requirements.isEmpty()
                && requirements.stream().allMatch(requirement -> requirement.holds(labels));
    }
}
