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

    private static final String LABELS = "matchLabels";
    private static final String EXPRESSIONS = "matchExpressions";

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

        static Operator of(String text, String place) {
            for (Operator operator : values()) {
                if (operator.text.equals(text)) {
                    return operator;
                }
            }
            throw new Refusal(place, text, "In, NotIn, Exists or DoesNotExist");
        }

        boolean takesValues() {
            return this == IN || this == NOT_IN;
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
     * Reads {@code matchLabels} and {@code matchExpressions}, as strictly as Kubernetes does: what
     * was not understood would select something else.
     *
     * @throws Refusal whose place is within the selector
     */
    public static LabelSelector parse(JsonNode selector) {
        known("", selector, List.of(LABELS, EXPRESSIONS));
        List<Requirement> requirements = new ArrayList<>();
        JsonNode labels = selector.path(LABELS);
        need(labels.isMissingNode() || labels.isObject(), "." + LABELS, labels, "labels");
        for (Map.Entry<String, JsonNode> label : labels.properties()) {
            String place = "." + LABELS + "." + label.getKey();
            need(label.getValue().isTextual(), place, label.getValue(), "text");
            requirements.add(
                    new Requirement(
                            label.getKey(), Operator.IN, List.of(label.getValue().asText())));
        }
        JsonNode expressions = selector.path(EXPRESSIONS);
        need(
                expressions.isMissingNode() || expressions.isArray(),
                "." + EXPRESSIONS,
                expressions,
                "a list");
        for (int i = 0; i < expressions.size(); i++) {
            requirements.add(requirement("." + EXPRESSIONS + "[" + i + "]", expressions.get(i)));
        }
        return new LabelSelector(requirements);
    }

    private static Requirement requirement(String place, JsonNode expression) {
        known(place, expression, List.of("key", "operator", "values"));
        JsonNode key = expression.path("key");
        need(!key.asText("").isEmpty() && key.isTextual(), place + ".key", key, "a label's name");
        Operator operator = Operator.of(expression.path("operator").asText(), place + ".operator");
        JsonNode list = expression.path("values");
        need(
                operator.takesValues()
                        ? list.isArray() && !list.isEmpty()
                        : list.isMissingNode() || list.isArray() && list.isEmpty(),
                place + ".values",
                list,
                operator.takesValues() ? "a list of values" : "none, beside " + operator.text);
        List<String> values = new ArrayList<>();
        for (JsonNode value : list) {
            need(value.isTextual(), place + ".values", value, "text");
            values.add(value.asText());
        }
        return new Requirement(key.asText(), operator, List.copyOf(values));
    }

    private static void known(String place, JsonNode object, List<String> fields) {
        need(object.isObject(), place, object, String.join(", ", fields));
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            need(
                    fields.contains(field.getKey()),
                    place + "." + field.getKey(),
                    field.getValue(),
                    "one of " + String.join(", ", fields));
        }
    }

    private static void need(boolean holds, String place, JsonNode held, String expected) {
        if (!holds) {
            throw new Refusal(place, held.toString(), expected);
        }
    }

    boolean selects(JsonNode labels) {
        return !requirements.isEmpty()
                && requirements.stream().allMatch(requirement -> requirement.holds(labels));
    }
}
