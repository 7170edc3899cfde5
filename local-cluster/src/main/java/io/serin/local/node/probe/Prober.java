// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.probe;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Asks again and again on a virtual thread of its own, until closed. */
public final class Prober implements AutoCloseable {

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
            while (!until.getAsBoolean()) {
                long began = System.nanoTime();
                Check.Outcome outcome = check.ask(timing.timeout());
                if (Thread.interrupted()) {
                    return;
                }
                if (!outcome.success()) {
                    listener.unhealthy(outcome.message());
                }
                switch (verdict.add(outcome.success())) {
                    case NONE -> {}
                    case SUCCEEDED -> listener.succeeded();
                    case FAILED -> listener.failed(outcome.message());
                }
                Duration rest = timing.period().minus(Duration.ofNanos(System.nanoTime() - began));
                if (!until.getAsBoolean() && rest.isPositive()) {
                    Thread.sleep(rest);
                }
            }
        } catch (InterruptedException closed) {
            // Its container has ended.
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
