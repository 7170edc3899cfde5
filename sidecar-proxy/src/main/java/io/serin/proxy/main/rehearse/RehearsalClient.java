// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.main.rehearse;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A client on one connection: asks, and waits for the answer. */
final class RehearsalClient implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;

    RehearsalClient(int port) throws IOException {
        this(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    RehearsalClient(InetSocketAddress address) throws IOException {
        socket = new Socket();
        socket.connect(address, 5000);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(5000);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** The status of the answer to a request like a browser's. */
    int get(String path) throws IOException {
        return ask("GET " + path, "", "");
    }

    /** As {@link #get}, with another header. */
    int get(String path, String header) throws IOException {
        return ask("GET " + path, header + "\r\n", "");
    }

    int post(String path, String body) throws IOException {
        return ask("POST " + path, "content-length: " + body.length() + "\r\n", body);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private int ask(String start, String headers, String body) throws IOException {
        String request =
                start
                        + " HTTP/1.1\r\nhost: reviews.shop:9080\r\nuser-agent: rehearsal\r\n"
                        + "accept: */*\r\nx-request-id: 8f0c\r\n"
                        + headers
                        + "\r\n"
                        + body;
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        String head = RehearsalApp.head(in);
        if (head.isEmpty()) {
            throw new IOException("no answer to " + start);
        }
        if (head.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked")) {
            for (String line = line(); !line.equals("0"); line = line()) {
                // Chunks are lines here, as the application writes them.
            }
            line();
        } else {
            in.skipNBytes(contentLength(head));
        }
        return Integer.parseInt(head.substring(9, 12));
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("cut off within a body");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    static int contentLength(String head) {
        String lower = head.toLowerCase(Locale.ROOT);
        int at = lower.indexOf("\r\ncontent-length:");
        if (at < 0) {
            return 0;
        }
        int from = at + "\r\ncontent-length:".length();
        return Integer.parseInt(lower.substring(from, lower.indexOf('\r', from)).strip());
    }
}
