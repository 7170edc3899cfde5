// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Follows a body to its end, without taking it apart: RFC 9112 section 6. One for each message; the
 * event loop of its connection.
 */
public final class Body {

    /** Of one that only the connection's end ends. */
    private static final long UNTIL_CLOSE = -1;

    private final @Nullable Chunks chunks;
    private long remaining;

    private Body(long length, @Nullable Chunks chunks) {
        this.remaining = length;
        this.chunks = chunks;
    }

    private static Body ofLength(long length) {
        return new Body(length, null);
    }

    private static Body ofChunks() {
        return new Body(0, new Chunks());
    }

    /** Of a request: none without a length. */
    public static Body ofRequest(Head head) {
        return head.chunked ? ofChunks() : ofLength(Math.max(0, head.contentLength));
    }

    /** Of the answer to a request of this method. */
    public static Body ofResponse(Head head, Method request) {
        if (request == Method.HEAD
                || head.status < 200
                || head.status == 204
                || head.status == 304) {
            return ofLength(0);
        }
        if (head.chunked) {
            return ofChunks();
        }
        return ofLength(head.contentLength >= 0 ? head.contentLength : UNTIL_CLOSE);
    }

    public boolean isDone() {
        return chunks != null ? chunks.isDone() : remaining == 0;
    }

    public boolean isBroken() {
        return chunks != null && chunks.isBroken();
    }

    /** Whether the end of the connection is the end of the body. */
    public boolean endsWithConnection() {
        return remaining == UNTIL_CLOSE;
    }

    /** As {@link #take(ByteBuf, int)} for all that is readable. */
    public int take(ByteBuf buffer) {
        return take(buffer, 0);
    }

    /**
     * The number of bytes from an offset on that belong to the body; they are counted as seen.
     *
     * @param offset how many readable bytes to leave out, those of the head
     */
    public int take(ByteBuf buffer, int offset) {
        int available = buffer.readableBytes() - offset;
        if (chunks != null) {
            int start = buffer.readerIndex() + offset;
            return chunks.follow(buffer, start, start + available) - start;
        }
        if (remaining == UNTIL_CLOSE) {
            return available;
        }
        int taken = (int) Math.min(remaining, available);
        remaining -= taken;
        return taken;
    }
}
