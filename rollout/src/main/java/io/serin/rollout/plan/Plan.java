// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.plan;

import io.serin.kube.type.KubeRevision;
import io.serin.kube.type.MarkedNamespace;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be done, in order.
 *
 * @param to the revision that pods will be on; empty for none
 * @param tagged namespaces that are not moved since a tag binds them, each with its tag
 * @param tags those that go back before any namespace does; of an upgrade, those that would where
 *     it has to go back
 */
public record Plan(
        Written.Verb verb,
        String to,
        List<OfNamespace> namespaces,
        Map<String, String> tagged,
        List<TagBack> tags) {

    public Plan {
        namespaces = List.copyOf(namespaces);
        tagged = Map.copyOf(tagged);
        tags = List.copyOf(tags);
    }

    /** The same, which takes these tags along where it has to go back. */
    public Plan goingBack(List<TagBack> along) {
        return new Plan(verb, to, namespaces, tagged, along);
    }

    /**
     * A tag that goes back to where it was.
     *
     * @param from the revision that it points to now
     */
    public record TagBack(String tag, String from, String to) {

        /** Whether it is there already, though perhaps not with all that belongs to it. */
        public boolean isBack() {
            return from.equals(to);
        }

        /** Whether new pods of a namespace get the sidecar of whom it points to. */
        public boolean binds(MarkedNamespace namespace, List<KubeRevision> revisions) {
            return Binding.of(namespace)
                    .wanted(namespace.namespace(), revisions)
                    .filter(tag::equals)
                    .isPresent();
        }
    }

    /**
     * One namespace's part.
     *
     * @param isResumed whether an earlier run has begun it
     * @param found what was written on it when this was planned
     * @param notes what changes in its annotations besides {@link Written#ROLLOUT}
     * @param batches names of workloads; those of one batch restart together
     * @param there workloads that are where they should be
     */
    public record OfNamespace(
            String namespace,
            Binding now,
            Binding then,
            boolean isResumed,
            Optional<Written> found,
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

        /** Whether nobody has moved it, or begun to, since. */
        public boolean isAsPlanned(MarkedNamespace namespace) {
            return Binding.of(namespace).equals(now) && Written.of(namespace).equals(found);
        }
    }

    /**
     * What keeps its pods.
     *
     * @param name {@code DaemonSet/agent}, {@code Pod/debug}
     */
    public record LeftAlone(String name, String reason) {}
}
