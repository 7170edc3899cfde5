// SPDX-License-Identifier: Apache-2.0
package io.serin.control.snapshot;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

/** Time that stands still until the test moves it. */
final class HandMovedPacer implements Pacer {

    private record Task(long at, long order, Runnable work) {}

    private final Queue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::at).thenComparingLong(Task::order));
    private long now;
    private long order;

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public void after(Duration delay, Runnable task) {
        order++;
        tasks.add(new Task(now + delay.toNanos(), order, task));
    }

    void moveTo(long millis) {
        long end = Duration.ofMillis(millis).toNanos();
        for (Task next = tasks.peek(); next != null && next.at() <= end; next = tasks.peek()) {
            tasks.remove();
            now = Math.max(now, next.at());
            next.work().run();
        }
        now = end;
    }

    int waiting() {
        return tasks.size();
    }
}
