// SPDX-License-Identifier: Apache-2.0
package io.serin.control.status;

import io.serin.control.index.Verdict;
import io.serin.control.thread.OwnThread;
import io.serin.kube.type.ObjectName;
import io.serin.kube.write.RouteStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes verdicts into the statuses of routes, on a virtual thread of its own: of each route the
 * latest, again after a failure, and not at all when it was said already. Of several replicas one
 * writes; the others judge as well, and are ready to go on where it ends.
 */
public final class StatusWriter extends OwnThread {

    private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);
    private static final long RETRY_NANOS = 1_000_000_000L;

    private final RouteStatus status;
    private final String controller;
    private final BooleanSupplier isLeading;
    private final AtomicReference<List<Verdict>> latest = new AtomicReference<>(List.of());
    private final Map<ObjectName, Verdict> written = new HashMap<>();

    /**
     * Writes nothing yet.
     *
     * @param isLeading whether this replica is the one that writes; asked before each route
     */
    public StatusWriter(RouteStatus status, String controller, BooleanSupplier isLeading) {
        super("status");
        this.status = status;
        this.controller = controller;
        this.isLeading = isLeading;
    }

    /** Takes all verdicts, in place of those before. Any thread. */
    public void accept(List<Verdict> verdicts) {
        latest.set(verdicts);
        wake();
    }

    /** Is told that this replica became the one that writes, or is it no more. Any thread. */
    public void leadershipChanged() {
        wake();
    }

    @Override
    protected void run() {
        List<Verdict> done = List.of();
        while (!Thread.currentThread().isInterrupted()) {
            List<Verdict> next = latest.get();
            if (!isLeading.getAsBoolean()) {
                // Another one writes meanwhile: what was written here says nothing any more.
                written.clear();
                done = List.of();
                LockSupport.park();
            } else if (next.equals(done)) {
                LockSupport.park();
            } else if (writeAll(next)) {
                done = next;
            } else {
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }

    private boolean writeAll(List<Verdict> verdicts) {
        boolean all = true;
        for (Verdict verdict : verdicts) {
            if (verdict.equals(written.get(verdict.route()))) {
                continue;
            }
            if (!isLeading.getAsBoolean()) {
                return false;
            }
            try {
                status.write(verdict.route(), verdict.generation(), controller, verdict.parents());
                written.put(verdict.route(), verdict);
                LOG.info(
                        "route={} generation={} status=written",
                        verdict.route(),
                        verdict.generation());
            } catch (RuntimeException unreachable) {
                all = false;
                LOG.warn(
                        "route={} status not written reason=\"{}\"",
                        verdict.route(),
                        unreachable.getMessage());
            }
        }
        written.keySet().retainAll(verdicts.stream().map(Verdict::route).toList());
        return all;
    }
}
