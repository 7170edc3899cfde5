// SPDX-License-Identifier: Apache-2.0
package io.serin.local.forward;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bytes that wait for a pod to take them: added on an event loop, taken by a pump. It takes all
 * that is added; whoever adds looks whether it is full, and stops until it is told.
 */
final class Backlog {

    static final int LIMIT = 256 << 10;

    private static final byte[] END = new byte[0];

    private final BlockingQueue<byte[]> parts = new LinkedBlockingQueue<>();
    private final AtomicInteger bytes = new AtomicInteger();
    private final Runnable relieved;
    private volatile boolean ended;

    /**
     * An empty one.
     *
     * @param relieved called each time that it is not full any more, on the thread that took
     */
    Backlog(Runnable relieved) {
        this.relieved = relieved;
    }

    /** What comes after the end is dropped. */
    void add(byte[] part) {
        if (!ended && part.length > 0) {
            bytes.addAndGet(part.length);
            parts.add(part);
        }
    }

    void end() {
        ended = true;
        parts.add(END);
    }

    boolean full() {
        return bytes.get() > LIMIT;
    }

    /** Waits for the next part; empty at the end. */
    byte[] take() throws InterruptedException {
        byte[] part = parts.take();
        lessBy(part.length);
        return part;
    }

    /** Ends it, and drops what nobody will take. */
    void discard() {
        end();
        for (byte[] part = parts.poll(); part != null; part = parts.poll()) {
            lessBy(part.length);
        }
        parts.add(END);
    }

    private void lessBy(int taken) {
        int left = bytes.addAndGet(-taken);
        if (left <= LIMIT && left + taken > LIMIT) {
            relieved.run();
        }
    }
}
