// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.rehome;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One connection that asks and asks, until something other than an answer comes. */
final class SteadyClient implements AutoCloseable {

    private static final byte[] QUESTION =
            "GET / HTTP/1.1\r\nHost: reviews\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Socket socket;
    private final AtomicLong answers = new AtomicLong();
    private final Thread thread;
    private volatile boolean stopped;
    private volatile @Nullable String failure;

    SteadyClient(String host, int port) throws IOException {
        socket = new Socket(host, port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(10_000);
        thread = Thread.ofVirtual().start(this::run);
    }

    long answers() {
        return answers.get();
    }

    /** What went wrong; null for nothing. */
    @Nullable String failure() {
        return failure;
    }

    private void run() {
        try {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (!stopped) {
                socket.getOutputStream().write(QUESTION);
                String head = CountingServer.head(in);
                if (!head.startsWith("HTTP/1.1 200") || in.readNBytes(2).length < 2) {
                    failure = head.isEmpty() ? "the connection was closed" : head;
                    return;
                }
                answers.incrementAndGet();
                Thread.sleep(1);
            }
        } catch (IOException lost) {
            failure = String.valueOf(lost.getMessage());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        socket.close();
    }
}
