// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, or a request to end, while a command is at something that it has to leave in order: its
 * thread is interrupted, and the program stays until it has left it, but not for long.
 */
public final class Interruption implements AutoCloseable {

    private static final int LEAVE_SECONDS = 5;

    private final CountDownLatch left = new CountDownLatch(1);
    private final Thread atExit;

    private Interruption(Thread worker) {
        atExit =
                new Thread(
                        () -> {
                            worker.interrupt();
                            awaitLeft();
                        },
                        "interruption");
    }

    /** From now on, until it is closed. */
    public static Interruption ofThisThread() {
        Interruption interruption = new Interruption(Thread.currentThread());
        Runtime.getRuntime().addShutdownHook(interruption.atExit);
        return interruption;
    }

    /** What runs when the program is told to end. */
    Thread atExit() {
        return atExit;
    }

    private void awaitLeft() {
        try {
            var _ = left.await(LEAVE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        left.countDown();
        try {
            var _ = Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException ending) {
            // It has begun, and is over with what was counted down.
        }
    }
}
