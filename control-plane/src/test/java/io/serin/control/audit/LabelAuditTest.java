// SPDX-License-Identifier: Apache-2.0
package io.serin.control.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.api.contract.Labels;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LabelAuditTest {

    private static final Names NAMES = new Names(Set.of("1-0", "prod"), Map.of("old", "0-9"));

    /** The namespace's labels, then the reasons; {@code -} where all is well. */
    private static final String NAMESPACES =
            """
                                         | -
            rev=1-0                      | -
            rev=prod                     | -
            rev=9-9                      | UnknownRevision
            rev=old                      | DanglingTag
            injection=disabled           | -
            injection=enabled            | UnknownRevision
            injection=maybe              | InvalidLabel
            injection=disabled rev=1-0   | ConflictingLabels
            injection=enabled rev=1-0    | ConflictingLabels UnknownRevision
            injection=maybe rev=9-9      | ConflictingLabels InvalidLabel
            """;

    /** The namespace's labels, the pod's, then the reasons. */
    private static final String PODS =
            """
                               | inject=true            | UnknownRevision
                               | inject=false           | -
                               | inject=yes             | InvalidLabel
                               | rev=1-0                | -
                               | rev=1-0 inject=yes     | -
                               | rev=9-9                | UnknownRevision
                               | rev=9-9 inject=false   | -
            rev=1-0            | rev=9-9                | -
            rev=1-0            | inject=yes             | -
            rev=9-9            | inject=true            | -
            injection=disabled | rev=9-9                | -
            """;

    @Test
    void findsWhatIsWrongWithANamespace() {
        for (String line : NAMESPACES.lines().toList()) {
            String[] cells = line.split("\\|", -1);
            assertThat(reasons(LabelAudit.namespace(labels(cells[0]), NAMES)))
                    .as(line)
                    .isEqualTo(cells[1].strip());
        }
    }

    @Test
    void findsWhatIsWrongWithAPodWhereNoInjectorIsAsked() {
        for (String line : PODS.lines().toList()) {
            String[] cells = line.split("\\|", -1);
            assertThat(reasons(LabelAudit.pod(labels(cells[0]), labels(cells[1]), NAMES)))
                    .as(line)
                    .isEqualTo(cells[2].strip());
        }
    }

    @Test
    void saysFieldValueExpectationAndConsequence() {
        assertThat(LabelAudit.namespace(labels("rev=9-9"), NAMES))
                .extracting(Finding::message)
                .containsExactly(
                        "metadata.labels[istio.io/rev]: '9-9' (expected: a revision or tag that is"
                                + " installed: 1-0, prod): pods get no sidecar");
        assertThat(LabelAudit.namespace(labels("rev=old"), NAMES))
                .extracting(Finding::message)
                .containsExactly(
                        "metadata.labels[istio.io/rev]: 'old' (expected: a tag whose revision is"
                                + " installed: 1-0, prod; it points to 0-9): no pod can be made");
        assertThat(
                        LabelAudit.namespace(
                                labels("injection=enabled"),
                                new Names(Set.of("1-0"), Map.of("default", "0-9"))))
                .extracting(Finding::message)
                .containsExactly(
                        "metadata.labels[istio-injection]: 'enabled' (expected: with it a tag"
                                + " default whose revision is installed: 1-0; it points to 0-9): no"
                                + " pod can be made");
        assertThat(
                        LabelAudit.namespace(
                                labels("injection=enabled rev=1-0"),
                                new Names(Set.of("default"), Map.of())))
                .extracting(Finding::message)
                .containsExactly(
                        "metadata.labels[istio-injection]: 'enabled' beside istio.io/rev=1-0"
                                + " (expected: one of them): istio.io/rev is not heard");
        assertThat(LabelAudit.pod(Map.of(), labels("inject=true"), new Names(Set.of(), Map.of())))
                .extracting(Finding::message)
                .containsExactly(
                        "metadata.labels[sidecar.istio.io/inject]: 'true' (expected: with it a"
                                + " revision or tag named default; installed: none is): the pod"
                                + " gets no sidecar");
    }

    private static String reasons(List<Finding> findings) {
        return findings.isEmpty()
                ? "-"
                : String.join(" ", findings.stream().map(Finding::reason).toList());
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new TreeMap<>();
        for (String pair : text.strip().split(" +", -1)) {
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
}
