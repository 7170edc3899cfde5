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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A server of raw sockets, one virtual thread a connection, whose behaviour is given. */
final class TestServer implements AutoCloseable {

    /** What is done with a connection. */
    interface Behaviour {
        void serve(InputStream in, OutputStream out, Socket socket) throws IOException;
    }

    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    final AtomicInteger connections = new AtomicInteger();

    TestServer(Behaviour behaviour) {
        this(listening(), behaviour);
    }

    TestServer(ServerSocket listening, Behaviour behaviour) {
        server = listening;
        Thread.ofVirtual().start(() -> accept(behaviour));
    }

    private static ServerSocket listening() {
        try {
            return new ServerSocket(0, 100, InetAddress.getByName("127.0.0.1"));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Answers each request with a body, for as long as the client likes. */
    static TestServer answering(String body) {
        return new TestServer(each(body));
    }

    static Behaviour each(String body) {
        return (in, out, socket) -> {
            while (!readHead(in).isEmpty()) {
                out.write(ok(body));
                out.flush();
            }
        };
    }

    /** Says each time the same bytes, whatever it is asked, and keeps the connection. */
    static TestServer saying(String answer) {
        return new TestServer((in, out, socket) -> {
            while (!readHead(in).isEmpty()) {
                out.write(bytes(answer));
                out.flush();
            }
        });
    }

    /** Takes one request, says these bytes and hangs up. */
    static TestServer sayingOnce(String answer) {
        return new TestServer((in, out, socket) -> {
            readHead(in);
            out.write(bytes(answer));
        });
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Closes with a reset. */
    static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
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
                open.add(socket);
                Thread.ofVirtual()
                        .start(() -> {
                            try (socket) {
                                behaviour.serve(
                                        new BufferedInputStream(socket.getInputStream()),
                                        socket.getOutputStream(),
                                        socket);
                            } catch (IOException gone) {
                                // The other side left.
                            } finally {
                                open.remove(socket);
                            }
                        });
            } catch (IOException closed) {
                return;
            }
        }
    }

    /** Goes away as a killed process does: every connection is reset, and nobody listens. */
    void kill() throws IOException {
        server.close();
        for (Socket socket : open) {
            reset(socket);
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
