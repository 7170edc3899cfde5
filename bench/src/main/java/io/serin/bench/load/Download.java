// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** Takes bytes off one connection as fast as they come. */
public final class Download {

    private Download() {}

    /**
     * For so long, on the caller's thread.
     *
     * @return how many bytes
     */
    public static long take(InetSocketAddress from, Duration duration) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(256 * 1024);
        long end = System.nanoTime() + duration.toNanos();
        long taken = 0;
        try (SocketChannel channel = SocketChannel.open(from)) {
            while (System.nanoTime() < end) {
                int read = channel.read(buffer.clear());
                if (read < 0) {
                    throw new IOException(from + " ended after " + taken + " bytes");
                }
                taken += read;
            }
        }
        return taken;
    }
}
