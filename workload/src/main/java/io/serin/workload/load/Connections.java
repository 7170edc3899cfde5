// SPDX-License-Identifier: Apache-2.0
package io.serin.workload.load;

import java.io.IOException;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/** Connections to one host that wait for their next request, the last used one first. */
final class Connections implements AutoCloseable {

    private final String host;
    private final int port;
    private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();

    Connections(String host, int port) {
        this.host = host;
        this.port = port;
    }

    /** One that is still open, as far as can be seen, else a new one. */
    Connection take(long deadline) throws IOException {
        for (Connection kept = idle.pollFirst(); kept != null; kept = idle.pollFirst()) {
            if (kept.isQuiet()) {
                return kept;
            }
            kept.close();
        }
        return Connection.open(host, port, deadline);
    }

    void giveBack(Connection connection) {
        idle.addFirst(connection);
    }

    @Override
    public void close() {
        for (Connection kept = idle.pollFirst(); kept != null; kept = idle.pollFirst()) {
            kept.close();
        }
    }
}
