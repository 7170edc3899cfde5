// SPDX-License-Identifier: Apache-2.0
package io.serin.workload.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One HTTP/1.1 connection. Written out here since ready-made clients send a request again when
 * something went wrong, and this one is to see what went wrong.
 *
 * <p>Used by one thread at a time. Every wait ends at the exchange's deadline.
 */
final class Connection implements AutoCloseable {

    private static final int LONGEST_LINE = 16 * 1024;

    private final SocketChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(8 * 1024).limit(0);
    private long deadline;

    private Connection(SocketChannel channel) {
        this.channel = channel;
    }

    /**
     * Connects.
     *
     * @param deadline on the clock of {@link System#nanoTime()}
     */
    static Connection open(String host, int port, long deadline) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.socket().setTcpNoDelay(true);
            channel.socket().connect(new InetSocketAddress(host, port), millisUntil(deadline));
            return new Connection(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Whether nothing was heard from the peer since the last answer, its farewell included. */
    boolean isQuiet() {
        try {
            channel.configureBlocking(false);
            int read = channel.read(buffer.clear());
            channel.configureBlocking(true);
            buffer.limit(0);
            return read == 0;
        } catch (IOException _) {
            return false;
        }
    }

    Answer exchange(byte[] request, long deadline) throws IOException {
        this.deadline = deadline;
        channel.socket().getOutputStream().write(request);
        String[] statusLine = line().split(" ", 3);
        if (statusLine.length < 2 || !statusLine[0].startsWith("HTTP/1.")) {
            throw new IOException("not an HTTP answer: " + String.join(" ", statusLine));
        }
        int status = Integer.parseInt(statusLine[1]);
        Map<String, String> headers = headers();
        String length = headers.get("content-length");
        boolean isChunked =
                headers.getOrDefault("transfer-encoding", "")
                        .toLowerCase(Locale.ROOT)
                        .contains("chunked");
        boolean isBodiless = status == 204 || status == 304;
        byte[] body;
        if (isBodiless) {
            body = new byte[0];
        } else if (isChunked) {
            body = chunks();
        } else if (length != null) {
            body = exactly(Integer.parseInt(length));
        } else {
            body = rest();
        }
        boolean isDelimited = isBodiless || isChunked || length != null;
        boolean isClosing =
                headers.getOrDefault("connection", "").equalsIgnoreCase("close")
                        || statusLine[0].equals("HTTP/1.0");
        return new Answer(
                status,
                headers.getOrDefault("x-version", ""),
                new String(body, UTF_8),
                isDelimited && !isClosing);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // It is of no more use either way.
        }
    }

    private Map<String, String> headers() throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        return headers;
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(line().split(";", 2)[0].strip(), 16);
            if (size == 0) {
                headers();
                return body.toByteArray();
            }
            body.writeBytes(exactly(size));
            line();
        }
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = new byte[length];
        for (int held = 0; held < length; ) {
            if (!buffer.hasRemaining() && !fill()) {
                throw new EOFException("answer cut off after " + held + " of " + length + " bytes");
            }
            int taken = Math.min(buffer.remaining(), length - held);
            buffer.get(bytes, held, taken);
            held += taken;
        }
        return bytes;
    }

    private byte[] rest() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        do {
            while (buffer.hasRemaining()) {
                body.write(buffer.get());
            }
        } while (fill());
        return body.toByteArray();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.length() < LONGEST_LINE) {
            if (!buffer.hasRemaining() && !fill()) {
                throw new EOFException("connection closed before the answer was whole");
            }
            char c = (char) (buffer.get() & 0xff);
            if (c == '\n') {
                return line.toString();
            }
            if (c != '\r') {
                line.append(c);
            }
        }
        throw new IOException("endless line in the answer's head");
    }

    private boolean fill() throws IOException {
        channel.socket().setSoTimeout(millisUntil(deadline));
        int read = channel.socket().getInputStream().read(buffer.array());
        buffer.position(0).limit(Math.max(read, 0));
        return read > 0;
    }

    private static int millisUntil(long deadline) throws SocketTimeoutException {
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            throw new SocketTimeoutException("no answer in time");
        }
        return (int) millis;
    }
}
