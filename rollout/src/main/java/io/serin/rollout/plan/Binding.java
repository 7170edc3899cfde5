// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.plan;

import io.serin.api.contract.DesiredRevision;
import io.serin.api.contract.Labels;
import io.serin.kube.type.MarkedNamespace;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What binds a namespace to a revision: its two labels, as far as it has them.
 *
 * @param labels {@code istio.io/rev} and {@code istio-injection}
 */
public record Binding(Map<String, String> labels) {

    public Binding {
        labels = Map.copyOf(labels);
    }

    public static Binding of(MarkedNamespace namespace) {
        Map<String, String> labels = new TreeMap<>(namespace.labels());
        labels.keySet()
                .removeIf(
                        label -> !label.equals(Labels.REVISION) && !label.equals(Labels.INJECTION));
        return new Binding(labels);
    }

    public static Binding to(String revision) {
        return new Binding(Map.of(Labels.REVISION, revision));
    }

    /** The revision or tag that it names; {@code istio-injection} is heard first. */
    public Optional<String> wanted() {
        return DesiredRevision.of(labels);
    }

    /** Whether it is {@code istio-injection} that is heard. */
    boolean isInjection() {
        return labels.containsKey(Labels.INJECTION);
    }

    /** Both labels, as a change that leads here from anywhere. */
    public Map<String, Optional<String>> change() {
        return Map.of(
                Labels.REVISION,
                Optional.ofNullable(labels.get(Labels.REVISION)),
                Labels.INJECTION,
                Optional.ofNullable(labels.get(Labels.INJECTION)));
    }

    /** As people type them; {@code no label} for none. */
    @Override
    public String toString() {
        return labels.isEmpty()
                ? "no label"
                : String.join(
                        ",",
                        new TreeMap<>(labels)
                                .entrySet().stream()
                                        .map(label -> label.getKey() + "=" + label.getValue())
                                        .toList());
    }
}
