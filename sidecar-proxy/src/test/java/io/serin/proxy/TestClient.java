// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** One client connection, by hand. */
final class TestClient implements AutoCloseable {

    final Socket socket;
    private final InputStream in;

    TestClient(int port) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(10_000);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    /** An answer's head alone. */
    String head() throws IOException {
        return TestServer.readHead(in);
    }

    /** An answer with Content-Length: head and body. */
    String answer() throws IOException {
        String head = TestServer.readHead(in);
        int at = head.toLowerCase(java.util.Locale.ROOT).indexOf("content-length: ");
        if (at < 0) {
            return head;
        }
        int length = Integer.parseInt(head.substring(at + 16, head.indexOf('\r', at)));
        return head + read(length);
    }

    String get(String path) throws IOException {
        send("GET " + path + " HTTP/1.1\r\nHost: reviews\r\n\r\n");
        return answer();
    }

    String read(int length) throws IOException {
        return new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    }

    String readToEnd() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    /** All that comes before the connection is reset; fails when it ends properly. */
    String readUntilBroken() {
        StringBuilder read = new StringBuilder();
        try {
            for (int b = in.read(); b >= 0; b = in.read()) {
                read.append((char) b);
            }
        } catch (SocketException reset) {
            return read.toString();
        } catch (IOException other) {
            throw new UncheckedIOException(other);
        }
        throw new AssertionError("a proper end after: " + read);
    }

    /** Ends our half of the connection. */
    void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
