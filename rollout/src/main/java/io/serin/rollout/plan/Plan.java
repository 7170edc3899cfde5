// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.plan;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be done, in order.
 *
 * @param to the revision that pods will be on; empty for none
 * @param tagged namespaces that are not moved since a tag binds them, each with its tag
 */
public record Plan(
        Written.Verb verb, String to, List<OfNamespace> namespaces, Map<String, String> tagged) {

    public Plan {
        namespaces = List.copyOf(namespaces);
        tagged = Map.copyOf(tagged);
    }

    /**
     * One namespace's part.
     *
     * @param isResumed whether an earlier run has begun it
     * @param notes what changes in its annotations besides {@link Written#ROLLOUT}
     * @param batches names of workloads; those of one batch restart together
     * @param there workloads that are where they should be
     */
    public record OfNamespace(
            String namespace,
            Binding now,
            Binding then,
            boolean isResumed,
            Written written,
            Map<String, Optional<String>> notes,
            List<List<String>> batches,
            List<String> there,
            List<LeftAlone> leftAlone) {

        public OfNamespace {
            notes = Map.copyOf(notes);
            batches = batches.stream().map(List::copyOf).toList();
            there = List.copyOf(there);
            leftAlone = List.copyOf(leftAlone);
        }
    }

    /**
     * What keeps its pods.
     *
     * @param name {@code DaemonSet/agent}, {@code Pod/debug}
     */
    public record LeftAlone(String name, String reason) {}
}
