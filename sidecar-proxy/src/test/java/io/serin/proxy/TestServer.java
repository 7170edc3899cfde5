// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** A server of raw sockets, one virtual thread a connection, whose behaviour is given. */
final class TestServer implements AutoCloseable {

    /** What is done with a connection. */
    interface Behaviour {
        void serve(InputStream in, OutputStream out, Socket socket) throws IOException;
    }

    private final ServerSocket server;
    final AtomicInteger connections = new AtomicInteger();

    TestServer(Behaviour behaviour) {
        try {
            server = new ServerSocket(0, 100, InetAddress.getByName("127.0.0.1"));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        Thread.ofVirtual().start(() -> accept(behaviour));
    }

    /** Answers each request with a body, for as long as the client likes. */
    static TestServer answering(String body) {
        return new TestServer((in, out, socket) -> {
            while (!readHead(in).isEmpty()) {
                out.write(ok(body));
                out.flush();
            }
        });
    }

    static byte[] ok(String body) {
        return ("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Up to and with the empty line; empty at the end. */
    static String readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                return "";
            }
            head.append((char) b);
        }
        return head.toString();
    }

    private void accept(Behaviour behaviour) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                connections.incrementAndGet();
                Thread.ofVirtual()
                        .start(() -> {
                            try (socket) {
                                behaviour.serve(
                                        new BufferedInputStream(socket.getInputStream()),
                                        socket.getOutputStream(),
                                        socket);
                            } catch (IOException gone) {
                                // The other side left.
                            }
                        });
            } catch (IOException closed) {
                return;
            }
        }
    }

    int port() {
        return server.getLocalPort();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** A port that nobody listens at. */
    static int closedPort() {
        try (ServerSocket server = new ServerSocket(0)) {
            return server.getLocalPort();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
