// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.stack;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was read of a request, kept so that it can be sent, and sent again: all of it up to {@value
 * #MAX_BYTES} bytes, and then no more than what was not sent yet. One event loop.
 *
 * <p>The same buffers are kept and written: a write moves a buffer's indices, so that these are put
 * back before the next. The one before is over then, for a connection is closed before its request
 * goes elsewhere.
 */
final class Replay {

    static final int MAX_BYTES = 64 * 1024;

    /** A buffer and what belongs to the request of it. */
    private record Piece(ByteBuf bytes, int from, int to) {
        static Piece of(ByteBuf bytes) {
            return new Piece(bytes, bytes.readerIndex(), bytes.writerIndex());
        }

        ByteBuf toSend() {
            return bytes.setIndex(from, to).retain();
        }
    }

    // Nearly every request is one piece.
    private @Nullable Piece first;
    private @Nullable List<Piece> more;
    private int size;
    private boolean dropped;

    /** Whether all that came of the request is still here. */
    boolean isWhole() {
        return !dropped;
    }

    /** Whether it holds as much as it should: the client has to wait until it was sent. */
    boolean isFull() {
        return size > MAX_BYTES;
    }

    /** Keeps bytes that are still to be sent. Ownership passes here. */
    void keep(ByteBuf bytes) {
        size += bytes.readableBytes();
        Piece piece = Piece.of(bytes);
        if (first == null) {
            first = piece;
        } else {
            if (more == null) {
                more = new ArrayList<>();
            }
            more.add(piece);
        }
    }

    /** Sends what is kept; from then on it stays only while it is not too much. */
    void sendTo(Upstream to) {
        if (first != null) {
            to.write(first.toSend());
        }
        if (more != null) {
            for (Piece piece : more) {
                to.write(piece.toSend());
            }
        }
        if (isFull()) {
            drop();
        }
    }

    /** Sends bytes that came after {@link #sendTo}. Ownership passes here. */
    void sendOn(ByteBuf bytes, Upstream to) {
        if (!dropped) {
            keep(bytes.retain());
            if (isFull()) {
                drop();
            }
        }
        to.write(bytes);
    }

    /** Lets go: the request won't be sent again. */
    void drop() {
        dropped = true;
        if (first != null) {
            first.bytes.release();
            first = null;
        }
        if (more != null) {
            more.forEach(piece -> piece.bytes.release());
            more = null;
        }
    }
}
