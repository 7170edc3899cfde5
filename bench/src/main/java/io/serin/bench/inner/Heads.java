// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.inner;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;

/** Heads of messages with as many headers as wanted, of usual lengths. */
final class Heads {

    private Heads() {}

    static ByteBuf request(int headers) {
        return direct("GET /reviews/42?page=7 HTTP/1.1\r\nHost: reviews.shop\r\n", headers);
    }

    static ByteBuf response(int headers) {
        return direct("HTTP/1.1 200 OK\r\ncontent-length: 1024\r\n", headers);
    }

    private static ByteBuf direct(String start, int headers) {
        StringBuilder head = new StringBuilder(start);
        for (int i = 0; i < headers; i++) {
            head.append("x-header-number-")
                    .append(i)
                    .append(": 00-0af7651916cd43dd8448eb211c80319c-01\r\n");
        }
        byte[] bytes = head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
        return PooledByteBufAllocator.DEFAULT.directBuffer(bytes.length).writeBytes(bytes);
    }
}
