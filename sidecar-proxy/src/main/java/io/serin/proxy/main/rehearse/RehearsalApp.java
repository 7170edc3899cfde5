// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.main.rehearse;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * An application as simple as can be: keep-alive, a short answer to whatever is asked, in two
 * shapes of body so that both are rehearsed.
 */
final class RehearsalApp implements AutoCloseable {

    private static final byte[] WITH_LENGTH =
            ascii(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-version: v1\r\n"
                            + "content-length: 13\r\n\r\n{\"answer\":42}");

    private static final byte[] CHUNKED =
            ascii(
                    "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n"
                            + "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n");

    private final ServerSocket server;

    /**
     * Serves at any port.
     *
     * @param address of this machine
     */
    RehearsalApp(InetAddress address) throws IOException {
        server = new ServerSocket(0, 64, address);
        Thread.ofPlatform().daemon().name("rehearsal-app").start(this::accept);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void accept() {
        try {
            while (true) {
                Socket peer = server.accept();
                Thread.ofPlatform().daemon().name("rehearsal-app").start(() -> serve(peer));
            }
        } catch (IOException closed) {
            // The rehearsal is over.
        }
    }

    private static void serve(Socket peer) {
        try (peer) {
            peer.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(peer.getInputStream());
            for (String head = head(in); !head.isEmpty(); head = head(in)) {
                int length = RehearsalClient.contentLength(head);
                in.skipNBytes(length);
                peer.getOutputStream().write(head.contains("/chunked") ? CHUNKED : WITH_LENGTH);
            }
        } catch (IOException gone) {
            // The proxy closes connections that it does not need.
        }
    }

    /** A head up to its empty line; empty at the end of the stream. */
    static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        int next = in.read();
        while (next >= 0) {
            head.append((char) next);
            if (next == '\n' && head.length() >= 4 && head.indexOf("\r\n\r\n") >= 0) {
                return head.toString();
            }
            next = in.read();
        }
        return "";
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
