// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.probe;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Asks again and again on a virtual thread of its own, until closed. */
public final class Prober implements AutoCloseable {

    /**
     * In nanoseconds; how soon a container that has not answered well yet is asked again. What goes
     * wrong between two regular times does not count. (A kubelet too asks before the time while a
     * container is not ready: at each look at its pod.)
     */
    private static final long IMPATIENCE = Duration.ofMillis(200).toNanos();

    /** Called on the prober's thread. */
    public interface Listener {
        /** It holds now: enough answers in a row, after it did not. */
        void succeeded();

        /** Enough failures in a row. */
        void failed(String message);

        /** One answer was bad. */
        void unhealthy(String message);
    }

    private final Thread thread;

    private Prober(Thread thread) {
        this.thread = thread;
    }

    /**
     * @param sinceStart how long the container has run
     * @param until whether it has nothing more to ask
     */
    public static Prober start(
            String name,
            ProbeTiming timing,
            Check check,
            Duration sinceStart,
            BooleanSupplier until,
            Listener listener) {
        return new Prober(
                Thread.ofVirtual()
                        .name(name)
                        .start(() -> run(timing, check, sinceStart, until, listener)));
    }

    private static void run(
            ProbeTiming timing,
            Check check,
            Duration sinceStart,
            BooleanSupplier until,
            Listener listener) {
        Verdict verdict = new Verdict(timing);
        try {
            Duration first = timing.initialDelay().minus(sinceStart);
            if (first.isPositive()) {
                Thread.sleep(first);
            }
            boolean hasSucceeded = false;
            long counted = System.nanoTime();
            while (!until.getAsBoolean()) {
                long began = System.nanoTime();
                Check.Outcome outcome = check.ask(timing.timeout());
                if (Thread.interrupted()) {
                    return;
                }
                if (outcome.success() || began - counted >= 0) {
                    hasSucceeded |= outcome.success();
                    counted = began + timing.period().toNanos();
                    tell(listener, verdict, outcome);
                }
                long next = hasSucceeded ? counted : Math.min(counted, began + IMPATIENCE);
                Duration rest = Duration.ofNanos(next - System.nanoTime());
                if (!until.getAsBoolean() && rest.isPositive()) {
                    Thread.sleep(rest);
                }
            }
        } catch (InterruptedException closed) {
            // Its container has ended.
        }
    }

    private static void tell(Listener listener, Verdict verdict, Check.Outcome outcome) {
        if (!outcome.success()) {
            listener.unhealthy(outcome.message());
        }
        switch (verdict.add(outcome.success())) {
            case NONE -> {}
            case SUCCEEDED -> listener.succeeded();
            case FAILED -> listener.failed(outcome.message());
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
