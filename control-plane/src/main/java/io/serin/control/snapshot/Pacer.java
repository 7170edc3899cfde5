// SPDX-License-Identifier: Apache-2.0
package io.serin.control.snapshot;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The time that the publisher lives in, and the one thread that it works on; tests move it by hand.
 */
public interface Pacer {

    /** Nanoseconds since some moment; only differences mean something. */
    long nanos();

    /**
     * Runs the task once, after the delay, never beside another.
     *
     * @param delay zero for at once
     */
    void after(Duration delay, Runnable task);

    /** Real time, and a daemon thread named {@code publisher}. */
    static Pacer real() {
        var thread =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().name("publisher").daemon().factory());
        return new Pacer() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public void after(Duration delay, Runnable task) {
                // What fails is logged by the task itself; nobody waits for its future.
                var _ = thread.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            }
        };
    }
}
