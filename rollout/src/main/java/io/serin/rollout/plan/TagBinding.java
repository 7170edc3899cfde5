// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.plan;

import io.serin.api.name.Revision;
import io.serin.kube.type.KubeRevision;
import io.serin.kube.type.MarkedNamespace;
import io.serin.rollout.plan.Planning.Problem;
import java.util.List;
import java.util.Optional;

/**
 * The tag that binds a namespace which is to be moved, with restarts or without: where it leads to
 * the target the label stays, and where it does not the namespace stays, since a revision's label
 * would take it away from its tag for good.
 *
 * @param leads whether it stands for the target already
 */
public record TagBinding(String tag, boolean leads) {

    /**
     * The tag that a namespace's labels mean, unless they are to be others.
     *
     * @param revisions all that there are
     * @param to where it is to be moved
     */
    public static Optional<TagBinding> of(
            MarkedNamespace namespace, List<KubeRevision> revisions, Revision to) {
        Binding now = Binding.of(namespace);
        return now.wanted(namespace.namespace(), revisions)
                .flatMap(name ->
                        tagged(name, revisions)
                                // Without a label it stays without, whoever takes such pods in.
                                .or(() -> Optional.of(name).filter(_ -> now.isNone()))
                                .map(revision -> new TagBinding(name, revision.equals(to.value()))))
                // Nobody has chosen the default: it is left, but where that is no use.
                .filter(binding -> !now.isDefault() || binding.leads());
    }

    private static Optional<String> tagged(String tag, List<KubeRevision> revisions) {
        return revisions.stream()
                .filter(known -> known.tags().contains(tag))
                .map(KubeRevision::revision)
                .findFirst();
    }

    /** Why the namespace is not moved, where the tag does not lead there. */
    public Problem problem(String namespace, Revision to) {
        return new Problem(
                "namespace "
                        + namespace
                        + " is bound by tag "
                        + tag
                        + ", which would leave it behind",
                "move the tag, and all its namespaces with it: serin tag set "
                        + tag
                        + " --revision "
                        + to
                        + " --overwrite");
    }
}
