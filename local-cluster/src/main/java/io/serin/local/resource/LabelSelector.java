// SPDX-License-Identifier: Apache-2.0
package io.serin.local.resource;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which labels an object must have: a {@code labelSelector=} or a {@code metav1.LabelSelector}. */
public final class LabelSelector {

    public static final LabelSelector EVERYTHING = new LabelSelector(List.of());

    private static final Pattern SET = Pattern.compile("(\\S+)\\s+(in|notin)\\s*\\(([^)]*)\\)");
    private static final Pattern COMPARED = Pattern.compile("([^!=<>\\s]+)\\s*(==|=|!=)\\s*(\\S*)");
    private static final Pattern PRESENT = Pattern.compile("(!?)\\s*([^!=<>\\s,()]+)");

    private final List<Requirement> requirements;

    private enum Operator {
        IN,
        NOT_IN,
        EXISTS,
        DOES_NOT_EXIST
    }

    private record Requirement(String key, Operator operator, Set<String> values) {

        boolean matches(JsonNode labels) {
            JsonNode value = labels.path(key);
            boolean present = value.isTextual();
            return switch (operator) {
                case IN -> present && values.contains(value.asText());
                case NOT_IN -> !present || !values.contains(value.asText());
                case EXISTS -> present;
                case DOES_NOT_EXIST -> !present;
            };
        }
    }

    private LabelSelector(List<Requirement> requirements) {
        this.requirements = List.copyOf(requirements);
    }

    /**
     * As in a query: {@code app=web,tier in (a, b),!gone}.
     *
     * @throws io.serin.local.api.ApiFault 400 when it can't be read
     */
    public static LabelSelector parse(String text) {
        List<Requirement> requirements = new ArrayList<>();
        // At commas that are not inside of a set's parentheses.
        for (String part : text.split(",(?![^(]*\\))")) {
            if (!part.isBlank()) {
                requirements.add(requirement(part.strip()));
            }
        }
        return new LabelSelector(requirements);
    }

    private static Requirement requirement(String part) {
        Matcher set = SET.matcher(part);
        if (set.matches()) {
            Set<String> values = new TreeSet<>();
            Arrays.stream(set.group(3).split(",")).forEach(value -> values.add(value.strip()));
            return new Requirement(
                    set.group(1),
                    set.group(2).equals("in") ? Operator.IN : Operator.NOT_IN,
                    values);
        }
        Matcher compared = COMPARED.matcher(part);
        if (compared.matches()) {
            return new Requirement(
                    compared.group(1),
                    compared.group(2).equals("!=") ? Operator.NOT_IN : Operator.IN,
                    Set.of(compared.group(3)));
        }
        Matcher present = PRESENT.matcher(part);
        if (present.matches()) {
            return new Requirement(
                    present.group(2),
                    present.group(1).isEmpty() ? Operator.EXISTS : Operator.DOES_NOT_EXIST,
                    Set.of());
        }
        throw Faults.badRequest(
                "unable to parse requirement: found '"
                        + part
                        + "' (expected: key=value, key!=value, key in (a,b), key notin (a,b), key"
                        + " or !key)");
    }

    /** Of {@code matchLabels} and {@code matchExpressions}; absent: everything. */
    public static LabelSelector of(JsonNode selector) {
        List<Requirement> requirements = new ArrayList<>();
        for (Map.Entry<String, JsonNode> label : selector.path("matchLabels").properties()) {
            requirements.add(
                    new Requirement(
                            label.getKey(), Operator.IN, Set.of(label.getValue().asText())));
        }
        for (JsonNode expression : selector.path("matchExpressions")) {
            Set<String> values = new TreeSet<>();
            expression.path("values").forEach(value -> values.add(value.asText()));
            Operator operator =
                    switch (expression.path("operator").asText()) {
                        case "In" -> Operator.IN;
                        case "NotIn" -> Operator.NOT_IN;
                        case "Exists" -> Operator.EXISTS;
                        case "DoesNotExist" -> Operator.DOES_NOT_EXIST;
                        case String other ->
                                throw Faults.badRequest(
                                        "\"" + other + "\" is not a valid label selector operator");
                    };
            requirements.add(new Requirement(expression.path("key").asText(), operator, values));
        }
        return new LabelSelector(requirements);
    }

    /** Of equalities, as a Service's selector is. */
    public static LabelSelector ofLabels(JsonNode labels) {
        List<Requirement> requirements = new ArrayList<>();
        labels.properties()
                .forEach(label ->
                        requirements.add(
                                new Requirement(
                                        label.getKey(),
                                        Operator.IN,
                                        Set.of(label.getValue().asText()))));
        return new LabelSelector(requirements);
    }

    public boolean isEverything() {
        return requirements.isEmpty();
    }

    /**
     * @param labels an object's {@code metadata.labels}; may be missing
     */
    public boolean matches(JsonNode labels) {
        for (Requirement requirement : requirements) {
            if (!requirement.matches(labels)) {
                return false;
            }
        }
        return true;
    }
}
