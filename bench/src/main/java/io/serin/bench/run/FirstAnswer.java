// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.run;

import io.serin.bench.contender.Contender;
import io.serin.bench.process.Child;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A proxy that has been started and has answered once.
 *
 * @param millis from just before exec to the answer's first bytes
 */
public record FirstAnswer(Child child, double millis) {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final byte[] REQUEST =
            "GET / HTTP/1.1\r\nhost: reviews\r\nconnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    /** Starts it, and asks it until it answers. */
    public static FirstAnswer await(Contender one, String cpus, Path folder) throws IOException {
        long start = System.nanoTime();
        Child child = Child.start(one.id(), cpus, folder, one.environment(), one.command());
        try {
            while (!answers(one.http())) {
                child.check();
                if (System.nanoTime() - start > PATIENCE.toNanos()) {
                    throw new IOException(
                            one.title() + " has not answered in time:\n" + child.output());
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        } catch (IOException | RuntimeException e) {
            child.close();
            throw e;
        }
        return new FirstAnswer(child, (System.nanoTime() - start) / 1e6);
    }

    private static boolean answers(InetSocketAddress address) {
        try (SocketChannel channel = SocketChannel.open(address)) {
            channel.write(ByteBuffer.wrap(REQUEST));
            ByteBuffer status = ByteBuffer.allocate(12);
            while (status.hasRemaining() && channel.read(status) >= 0) {
                // Until there is a status, or the end.
            }
            return new String(status.array(), StandardCharsets.US_ASCII).endsWith(" 200");
        } catch (IOException notYet) {
            return false;
        }
    }
}
