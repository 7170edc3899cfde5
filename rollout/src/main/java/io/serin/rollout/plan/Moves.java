// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.plan;

import io.serin.kube.type.KubeWorkload;
import io.serin.rollout.plan.Plan.LeftAlone;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which workloads of a namespace are to be moved.
 *
 * @param broken those of them that were not healthy before
 * @param there names of those that are where they should be
 * @param all how many there are that can be moved
 */
record Moves(
        List<KubeWorkload> going,
        List<KubeWorkload> broken,
        List<String> there,
        List<LeftAlone> leftAlone,
        int all) {

    /**
     * @param then what will bind the namespace
     * @param wanted the revision or tag that this means; empty for none
     */
    static Moves of(
            List<KubeWorkload> workloads, Written written, Binding then, Optional<String> wanted) {
        List<KubeWorkload> going = new ArrayList<>();
        List<KubeWorkload> broken = new ArrayList<>();
        List<String> there = new ArrayList<>();
        List<LeftAlone> leftAlone = new ArrayList<>();
        for (KubeWorkload workload : workloads) {
            String name = Workloads.name(workload);
            Optional<String> reason =
                    Workloads.leftAlone(workload)
                            .or(() ->
                                    then.isNone()
                                            ? Workloads.apart(workload, wanted)
                                            : Optional.empty());
            if (reason.isPresent()) {
                leftAlone.add(new LeftAlone(name, reason.get()));
            } else if (isThere(workload, written)) {
                there.add(name);
            } else {
                going.add(workload);
                if (written.notHealthyBefore().contains(name)) {
                    broken.add(workload);
                }
            }
        }
        return new Moves(going, broken, there, leftAlone, going.size() + there.size());
    }

    /** Facts count: what was seen to be well once, and has other pods since, goes again. */
    private static boolean isThere(KubeWorkload workload, Written written) {
        boolean isSeenWell =
                written.done().contains(Workloads.name(workload))
                        || !Workloads.isMarked(workload, written);
        boolean isOnIt =
                Workloads.misplaced(workload, written.to()).isEmpty()
                        && (workload.complete() || !Workloads.living(workload).isEmpty());
        boolean isBroken = written.notHealthyBefore().contains(Workloads.name(workload));
        return isBroken
                ? isSeenWell && (isOnIt || Workloads.isMarked(workload, written))
                : isSeenWell && isOnIt && workload.complete();
    }

    /**
     * First those that were well once and are not now, who wait to be rescued; last those that were
     * not, who shall hold nobody up.
     */
    List<KubeWorkload> inOrder() {
        return going.stream()
                .sorted(
                        Comparator.comparingInt(workload ->
                                broken.contains(workload) ? 2 : workload.complete() ? 1 : 0))
                .toList();
    }
}
