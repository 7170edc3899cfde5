// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/**
 * Takes a scanned head off its buffer, to send it on. As it is, nearly always; written anew where
 * it speaks of the connection, which ends here (RFC 9110 section 7.6.1).
 */
public final class HeadWriter {

    private static final byte[] CLOSE =
            "connection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final String[] HOP_BY_HOP = {"connection", "keep-alive", "proxy-connection"};

    private HeadWriter() {}

    /**
     * A request's head; an upgrade other than to HTTP/2 stays asked for. The caller owns the
     * result.
     */
    public static ByteBuf request(ByteBufAllocator allocator, Head head, ByteBuf from) {
        boolean dropUpgrade = head.isUpgradeToHttp2();
        if (!dropUpgrade && (!head.hasConnection || head.asksForUpgrade())) {
            return from.readRetainedSlice(head.length);
        }
        return rewrite(allocator, head, from, dropUpgrade, false);
    }

    /**
     * An answer's head. The caller owns the result.
     *
     * @param close whether to say that the connection ends after it
     */
    public static ByteBuf response(
            ByteBufAllocator allocator, Head head, ByteBuf from, boolean close) {
        boolean switches = head.status == 101;
        if (switches || (!head.hasConnection && !close)) {
            return from.readRetainedSlice(head.length);
        }
        return rewrite(allocator, head, from, false, close);
    }

    private static ByteBuf rewrite(
            ByteBufAllocator allocator,
            Head head,
            ByteBuf from,
            boolean dropUpgrade,
            boolean close) {
        int start = from.readerIndex();
        ByteBuf to = allocator.buffer(head.length + CLOSE.length);
        int firstHeader = head.headers > 0 ? head.nameStart[0] : head.length - END.length;
        to.writeBytes(from, start, firstHeader);
        for (int i = 0; i < head.headers; i++) {
            if (!isDropped(head, i, dropUpgrade)) {
                int next = i + 1 < head.headers ? head.nameStart[i + 1] : head.length - END.length;
                to.writeBytes(from, start + head.nameStart[i], next - head.nameStart[i]);
            }
        }
        to.writeBytes(close ? CLOSE : END);
        from.skipBytes(head.length);
        return to;
    }

    private static boolean isDropped(Head head, int header, boolean dropUpgrade) {
        int start = head.nameStart[header];
        int end = head.nameEnd[header];
        for (String name : HOP_BY_HOP) {
            if (head.equalsIgnoreCase(start, end, name)) {
                return true;
            }
        }
        return dropUpgrade
                && (head.equalsIgnoreCase(start, end, "upgrade")
                        || head.equalsIgnoreCase(start, end, "http2-settings"));
    }
}
