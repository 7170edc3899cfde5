// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.run;

import java.util.List;

/** What happens, for those who look on. */
public sealed interface RolloutEvent {

    /** The namespace's label is the new one, and what it was is written down. */
    record NamespaceBound(String namespace, String now, String then) implements RolloutEvent {}

    /** A tag points to where it was, for all namespaces that name it. */
    record TagWentBack(String tag, String from, String to) implements RolloutEvent {}

    /**
     * @param number of the batch, from 1
     * @param of how many
     */
    record Restarted(String namespace, String workload, int number, int of)
            implements RolloutEvent {}

    /** What is waited for, whenever that changes. */
    record Waiting(String namespace, String reason) implements RolloutEvent {}

    /** It was not healthy before, and is not now; the others go on. */
    record NotAwaited(String namespace, String workload, String reason) implements RolloutEvent {}

    /** On the way back: it is not well, and the others go on. */
    record LeftBehind(String namespace, String reason) implements RolloutEvent {}

    /**
     * @param requests how they fared, in words
     */
    record BatchHealthy(
            String namespace, List<String> workloads, int number, int of, String requests)
            implements RolloutEvent {}

    record Paused(String namespace, String reason) implements RolloutEvent {}

    record Resumed(String namespace) implements RolloutEvent {}

    record ApiGone(String reason) implements RolloutEvent {}

    record ApiBack(long afterSeconds) implements RolloutEvent {}

    record NamespaceDone(String namespace, String revision) implements RolloutEvent {}

    /** It was deleted meanwhile, or is being deleted; the others go on. */
    record NamespaceGone(String namespace) implements RolloutEvent {}

    record Stopped(String namespace, String reason) implements RolloutEvent {}

    /** From here on the way back. */
    record GoingBack(String reason) implements RolloutEvent {}
}
