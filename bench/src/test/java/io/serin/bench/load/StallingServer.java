// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers at once, but for one stall that holds up everyone. */
final class StallingServer implements AutoCloseable {

    private final ServerSocket socket = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    private final AtomicInteger seen = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final int before;
    private final Duration stall;
    private final byte[] answer;
    private volatile long stalledUntil;

    StallingServer(int before, Duration stall) throws IOException {
        this(before, stall, "200 OK");
    }

    /**
     * Listens.
     *
     * @param before how many requests are answered before the stall
     */
    StallingServer(int before, Duration stall, String status) throws IOException {
        this.before = before;
        this.stall = stall;
        answer = ("HTTP/1.1 " + status + "\r\nContent-Length: 2\r\n\r\nok").getBytes(US_ASCII);
        Thread.ofPlatform().daemon().start(this::accept);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        socket.close();
    }

    private void accept() {
        try {
            while (true) {
                Socket peer = socket.accept();
                Thread.ofPlatform().daemon().start(() -> serve(peer));
            }
        } catch (IOException over) {
            // The test is over.
        }
    }

    private void serve(Socket peer) {
        try (peer) {
            peer.setTcpNoDelay(true);
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(peer.getInputStream(), US_ASCII));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.isEmpty()) {
                    maybeStall();
                    peer.getOutputStream().write(answer);
                }
            }
        } catch (IOException gone) {
            // The client has what it wanted.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void maybeStall() throws InterruptedException {
        int number = seen.incrementAndGet();
        if (number == before + 1) {
            stalledUntil = System.nanoTime() + stall.toNanos();
        }
        long left = number > before ? stalledUntil - System.nanoTime() : 0;
        if (left > 0 && closed.await(left, TimeUnit.NANOSECONDS)) {
            throw new InterruptedException("the test is over");
        }
    }
}
