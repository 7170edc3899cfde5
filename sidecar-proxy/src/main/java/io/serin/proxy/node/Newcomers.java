// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which processes to look at. A process may become another program under its number: a container's
 * is the runtime's own first, then a script, then the program. So it is looked at often while it is
 * new, and ever more seldom as it gets older: each time its age has grown by a quarter. What a node
 * has had for long costs nothing.
 *
 * <p>One thread.
 */
final class Newcomers {

    private static final int GROWTH = 4;

    private final long soonest;
    private final Map<Integer, Seen> all = new HashMap<>();

    /** Nanoseconds of one clock. */
    private record Seen(long first, long next, boolean done) {}

    /**
     * @param soonest the least time between two looks at one
     */
    Newcomers(Duration soonest) {
        this.soonest = soonest.toNanos();
    }

    /**
     * Those to be looked at now.
     *
     * @param present all that there are; what is not among them is forgotten
     * @param now of the clock that goes on, {@link System#nanoTime()}
     */
    List<Integer> due(Collection<Integer> present, long now) {
        all.keySet().retainAll(present);
        List<Integer> due = new ArrayList<>();
        for (Integer pid : present) {
            Seen seen = all.get(pid);
            if (seen == null || !seen.done && now - seen.next >= 0) {
                long first = seen == null ? now : seen.first;
                long wait = Math.max(soonest, (now - first) / GROWTH);
                all.put(pid, new Seen(first, now + wait, false));
                due.add(pid);
            }
        }
        return due;
    }

    /** It is not to be looked at any more. */
    void done(int pid) {
        all.computeIfPresent(pid, (_, seen) -> new Seen(seen.first, seen.next, true));
    }

    /** It is, after all. */
    void again(int pid) {
        all.computeIfPresent(pid, (_, seen) -> new Seen(seen.first, seen.next, false));
    }
}
