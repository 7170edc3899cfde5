// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.plan;

import io.serin.api.contract.DesiredRevision;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.kube.type.KubeRevision;
import io.serin.kube.type.MarkedNamespace;
import java.util.List;
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

    /**
     * The revision or tag that it means for a namespace; {@code istio-injection} is heard first.
     * Neither label means {@code default} where that takes in pods that no label speaks of.
     *
     * @param revisions all that there are
     */
    public Optional<String> wanted(String namespace, List<KubeRevision> revisions) {
        return isNone()
                ? Optional.of(DesiredRevision.DEFAULT)
                        .filter(_ -> revisions.stream().anyMatch(KubeRevision::everywhere))
                        .filter(_ -> !namespace.equals(Objects.SYSTEM_NAMESPACE))
                        .filter(_ -> !Objects.NEVER_INJECTED.contains(namespace))
                : DesiredRevision.of(labels);
    }

    /** Whether there is neither label. */
    boolean isNone() {
        return labels.isEmpty();
    }

    /** Whether nobody has chosen whom it means: it is the default, whoever that is. */
    boolean isDefault() {
        return isNone() || labels.containsKey(Labels.INJECTION);
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
