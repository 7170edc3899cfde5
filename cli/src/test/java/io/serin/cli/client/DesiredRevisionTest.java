// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Labels;
import io.serin.api.name.Revision;
import io.serin.injector.template.TreeTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/**
 * The selectors of three revisions' webhooks, evaluated as Kubernetes does, against the truth table
 * of Istio; and what the command line says that labels ask for, against both.
 */
class DesiredRevisionTest {

    private static final List<String> PODS =
            List.of(
                    "",
                    "inject=true",
                    "inject=false",
                    "inject=yes",
                    "rev=1-1",
                    "rev=default",
                    "rev=ghost",
                    "inject=true rev=1-1",
                    "inject=false rev=1-1");

    /** The namespace's labels, then who injects each of the pods; {@code -} for nobody. */
    private static final String TRUTH =
            """
            none                     | -   default - -   1-1 default -   1-1 -
            injection=enabled        | default default - default default default default default -
            injection=disabled       | - - - - - - - - -
            injection=maybe          | - - - - - - - - -
            rev=default              | default default - default default default default default -
            rev=1-0                  | 1-0 1-0 - 1-0 1-0 1-0 1-0 1-0 -
            rev=1-1                  | 1-1 1-1 - 1-1 1-1 1-1 1-1 1-1 -
            rev=ghost                | - - - - - - - - -
            injection=enabled rev=1-1  | default default - default default default default default -
            injection=disabled rev=1-1 | - - - - - - - - -
            """;

    @Test
    void atMostOneRevisionInjectsAndItIsTheOneThatTheTableSays() {
        List<String> installed = List.of("1-0", "1-1", "default");
        for (String line : TRUTH.lines().toList()) {
            String[] halves = line.split("\\|", -1);
            Map<String, String> namespace = labels(halves[0]);
            String[] cells = halves[1].strip().split(" +", -1);
            for (int i = 0; i < PODS.size(); i++) {
                Map<String, String> pod = labels(PODS.get(i));
                List<String> matching = new ArrayList<>();
                for (String revision : installed) {
                    for (Map<String, Object> entry : Webhooks.of(new Revision(revision))) {
                        if (matches(entry, "namespaceSelector", namespace)
                                && matches(entry, "objectSelector", pod)) {
                            matching.add(revision);
                        }
                    }
                }
                List<String> wanted = cells[i].equals("-") ? List.of() : List.of(cells[i]);
                String where = "namespace {" + halves[0].strip() + "} pod {" + PODS.get(i) + "}";
                assertThat(matching).as(where).isEqualTo(wanted);
                assertThat(
                                DesiredRevision.of(namespace, pod).stream()
                                        .filter(installed::contains)
                                        .toList())
                        .as("desired: " + where)
                        .isEqualTo(wanted);
            }
        }
    }

    @Test
    void aRevisionThatIsNotInstalledIsDesiredAllTheSame() {
        assertThat(DesiredRevision.of(labels("rev=ghost"), Map.of())).contains("ghost");
        assertThat(DesiredRevision.of(Map.of(), labels("rev=ghost"))).contains("ghost");
    }

    @Test
    void aTrialPodIsMadeWhereItsLabelIsHeard() {
        Map<String, Map<String, String>> namespaces =
                Map.of(
                        "kube-system", Map.of(),
                        "istio-system", Map.of(),
                        "a", labels("injection=disabled"),
                        "b", labels("rev=1-1"),
                        "c", labels("rev=1-0"),
                        "d", labels("injection=enabled rev=1-0"));

        assertThat(InjectionProbe.candidates(namespaces, new Revision("1-0")))
                .containsExactly("istio-system", "c");
        assertThat(InjectionProbe.candidates(namespaces, new Revision("default")))
                .containsExactly("istio-system", "d");
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new TreeMap<>();
        for (String pair : text.strip().split(" ", -1)) {
            if (pair.contains("=")) {
                String[] parts = pair.split("=", 2);
                labels.put(
                        switch (parts[0]) {
                            case "inject" -> Labels.INJECT;
                            case "injection" -> Labels.INJECTION;
                            case "rev" -> Labels.REVISION;
                            default -> throw new IllegalArgumentException(pair);
                        },
                        parts[1]);
            }
        }
        return labels;
    }

    /** As apimachinery's labels.Requirement: NotIn is true of a label that is absent. */
    private static boolean matches(
            Map<String, Object> entry, String selector, Map<String, String> labels) {
        JsonNode expressions = TreeTemplate.tree(entry).path(selector).path("matchExpressions");
        assertThat(expressions).isNotEmpty();
        return StreamSupport.stream(expressions.spliterator(), false)
                .allMatch(expression -> {
                    String held = labels.get(expression.path("key").asText());
                    boolean isListed =
                            held != null
                                    && StreamSupport.stream(
                                                    expression.path("values").spliterator(), false)
                                            .anyMatch(value -> value.asText().equals(held));
                    return switch (expression.path("operator").asText()) {
                        case "In" -> isListed;
                        case "NotIn" -> !isListed;
                        case "Exists" -> held != null;
                        case "DoesNotExist" -> held == null;
                        default -> throw new IllegalArgumentException(expression.toString());
                    };
                });
    }
}
