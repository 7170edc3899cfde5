// SPDX-License-Identifier: Apache-2.0
package io.serin.control.audit;

import io.serin.api.contract.DesiredRevision;
import io.serin.api.contract.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Judges the labels of namespaces and pods by the names that are installed. Pure. */
final class LabelAudit {

    private static final Set<String> INJECTION_VALUES = Set.of("enabled", "disabled");
    private static final Set<String> INJECT_VALUES = Set.of("", "true", "false");

    private LabelAudit() {}

    /** Of a namespace. */
    static List<Finding> namespace(Map<String, String> labels, Names names) {
        List<Finding> findings = new ArrayList<>();
        String injection = labels.get(Labels.INJECTION);
        String revision = labels.get(Labels.REVISION);
        if (injection != null && revision != null) {
            findings.add(
                    new Finding(
                            "ConflictingLabels",
                            held(Labels.INJECTION, injection)
                                    + " beside "
                                    + Labels.REVISION
                                    + "="
                                    + revision,
                            "one of them",
                            Labels.REVISION + " is not heard"));
        }
        if (injection != null && !INJECTION_VALUES.contains(injection)) {
            findings.add(
                    new Finding(
                            "InvalidLabel",
                            held(Labels.INJECTION, injection),
                            "enabled or disabled",
                            "pods get no sidecar"));
        }
        DesiredRevision.of(labels)
                .filter(wanted -> !names.installed().contains(wanted))
                .ifPresent(unknown ->
                        findings.add(
                                unknown(
                                        injection == null ? Labels.REVISION : Labels.INJECTION,
                                        injection == null ? unknown : "enabled",
                                        unknown,
                                        names,
                                        "pods get no sidecar")));
        return findings;
    }

    /** Of a pod's own labels, as far as no injector is asked, who would say it himself. */
    static List<Finding> pod(Map<String, String> namespace, Map<String, String> pod, Names names) {
        Optional<String> wanted = DesiredRevision.of(namespace, pod);
        if (wanted.filter(names.installed()::contains).isPresent()
                || DesiredRevision.of(namespace).isPresent()) {
            return List.of();
        }
        String inject = pod.getOrDefault(Labels.INJECT, "");
        if (wanted.isPresent()) {
            boolean byRevision = pod.containsKey(Labels.REVISION);
            return List.of(
                    unknown(
                            byRevision ? Labels.REVISION : Labels.INJECT,
                            byRevision ? wanted.get() : inject,
                            wanted.get(),
                            names,
                            "the pod gets no sidecar"));
        }
        return INJECT_VALUES.contains(inject)
                ? List.of()
                : List.of(
                        new Finding(
                                "InvalidLabel",
                                held(Labels.INJECT, inject),
                                "true or false",
                                "the pod gets no sidecar"));
    }

    /**
     * @param value of the label
     * @param name of the revision or tag that it means
     */
    private static Finding unknown(
            String label, String value, String name, Names names, String consequence) {
        String known =
                names.installed().isEmpty()
                        ? "none is"
                        : String.join(", ", names.installed().stream().sorted().toList());
        String target = names.dangling().get(name);
        if (target != null) {
            return new Finding(
                    "DanglingTag",
                    held(label, value),
                    (label.equals(Labels.REVISION) ? "a tag" : "with it a tag " + name)
                            + " whose revision is installed: "
                            + known
                            + "; it points to "
                            + target,
                    "no pod can be made");
        }
        String expected =
                label.equals(Labels.REVISION)
                        ? "a revision or tag that is installed: " + known
                        : "with it a revision or tag named default; installed: " + known;
        return new Finding("UnknownRevision", held(label, value), expected, consequence);
    }

    private static String held(String label, String value) {
        return "metadata.labels[" + label + "]: '" + value + "'";
    }
}
