// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The time that a pod has left to end by itself. A second deletion may shorten it. */
final class Grace {

    private static final long LOOK_MILLIS = 100;

    private volatile long deadline;

    Grace(Duration time) {
        deadline = System.nanoTime() + time.toNanos();
    }

    void shorten(Duration time) {
        deadline = Math.min(deadline, System.nanoTime() + time.toNanos());
    }

    boolean isOver() {
        return deadline - System.nanoTime() <= 0;
    }

    Duration left() {
        return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    }

    /** Kubelet's own: a container that is told to end has two seconds at least. */
    Grace atLeast(Duration time) {
        return left().compareTo(time) < 0 ? new Grace(time) : this;
    }

    /** Whether it completed, however, before the time was over. */
    boolean await(CompletableFuture<?> what) throws InterruptedException {
        while (!what.isDone() && !isOver()) {
            try {
                var _ =
                        what.get(
                                Math.min(LOOK_MILLIS, left().toMillis() + 1),
                                TimeUnit.MILLISECONDS);
            } catch (TimeoutException lookAgain) {
                // It may have been shortened meanwhile.
            } catch (ExecutionException done) {
                return true;
            }
        }
        return what.isDone();
    }
}
