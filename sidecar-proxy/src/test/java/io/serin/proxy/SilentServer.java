// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/**
 * An endpoint that neither takes connections nor refuses them, as of a node without power: whoever
 * is let in waits in a queue that is full, and Linux drops what comes after.
 */
final class SilentServer implements AutoCloseable {

    private static final int PROOF_MILLIS = 300;

    private final ServerSocket server;
    private final List<Socket> queue = new ArrayList<>();

    SilentServer() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        while (letIn()) {}
    }

    private boolean letIn() throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(
                    new InetSocketAddress(server.getInetAddress(), server.getLocalPort()),
                    PROOF_MILLIS);
            queue.add(socket);
            return true;
        } catch (SocketTimeoutException full) {
            socket.close();
            return false;
        }
    }

    int port() {
        return server.getLocalPort();
    }

    /** Takes connections from now on, those that were tried meanwhile too. */
    TestServer speak(TestServer.Behaviour behaviour) {
        return new TestServer(server, behaviour);
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : queue) {
            socket.close();
        }
    }
}
