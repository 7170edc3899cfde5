// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

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
        fallSilent();
    }

    /** Serves one connection; to be told when to {@link #fallSilent}. */
    SilentServer(TestServer.Behaviour first) throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        Thread.startVirtualThread(() -> {
            try (Socket socket = server.accept()) {
                first.serve(
                        new BufferedInputStream(socket.getInputStream()),
                        socket.getOutputStream(),
                        socket);
            } catch (IOException gone) {
                // The other side left.
            }
        });
    }

    /** Takes no connection any more. */
    void fallSilent() throws IOException {
        while (letIn()) {}
    }

    /** How many connections to it are being made; proc(5), {@code /proc/net/tcp}. */
    long knocking() throws IOException {
        String asked = String.format(Locale.ROOT, "0100007F:%04X 02 ", port());
        long all = 0;
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            try (Stream<String> lines = Files.lines(Path.of(table))) {
                all += lines.filter(line -> line.contains(asked)).count();
            }
        }
        return all;
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

    /** Those that lie in its queue, and that it takes first when it speaks. */
    int queued() {
        return queue.size();
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
