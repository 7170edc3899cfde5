// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Bounds how much waits in this process's sockets. When a thousand proxies come at once, each is
 * owed everything; writing it all before the first has read its part would take all the memory
 * there is. Those that find no room stand in line, each once, and are asked again what they need
 * when there is.
 *
 * <p>Owned by the verticle's event loop.
 */
final class Outbox {

    /** Several times what one proxy can be sent at once. */
    static final long MAX_BYTES = 32L << 20;

    /** Has something to send, perhaps. */
    interface Sender {

        /** Sends it, telling the outbox of each {@link #in} and {@link #out}. */
        void push();
    }

    private final Set<Sender> line = new LinkedHashSet<>();
    private long bytes;
    private boolean draining;

    /** Lets it push, now or when there is room. */
    void push(Sender sender) {
        if (bytes < MAX_BYTES && line.isEmpty()) {
            sender.push();
        } else {
            line.add(sender);
        }
    }

    void in(int size) {
        bytes += size;
    }

    void out(int size) {
        bytes -= size;
        if (draining) {
            return;
        }
        draining = true;
        try {
            while (bytes < MAX_BYTES && !line.isEmpty()) {
                Iterator<Sender> first = line.iterator();
                Sender sender = first.next();
                first.remove();
                sender.push();
            }
        } finally {
            draining = false;
        }
    }

    /** It is gone, and what it had in with it. */
    void forget(Sender sender, int size) {
        line.remove(sender);
        out(size);
    }
}
