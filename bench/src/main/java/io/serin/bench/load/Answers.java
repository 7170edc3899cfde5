// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Waits for one answer at a time on a connection; by its head and its Content-Length, the only
 * framing that the backend uses. On the connection's event loop.
 */
final class Answers extends ByteToMessageDecoder {

    private static final ByteBuf END_OF_HEAD = ascii("\r\n\r\n");

    /** Told of what came. */
    interface Listener {

        /** The answer is whole; the connection may be used again. */
        void answered(Channel channel, int status, long due, long sent);

        /** The connection has ended before it was. */
        void lost(Channel channel, long due, long sent);
    }

    /** Takes the times of a request that nobody waits for any more. */
    interface Abandoned {
        void request(long due, long sent);
    }

    private @Nullable Listener listener;
    private boolean waiting;
    private long due;
    private long sent;

    /** Bytes of the body that have not come yet; below zero while the head has not. */
    private long missing = -1;

    private int status;

    void become(Listener next) {
        listener = next;
    }

    void expect(long dueNanos, long sentNanos) {
        due = dueNanos;
        sent = sentNanos;
        waiting = true;
    }

    void abandon(Abandoned by) {
        if (waiting) {
            waiting = false;
            by.request(due, sent);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (missing < 0) {
            int end = ByteBufUtil.indexOf(END_OF_HEAD, in);
            if (end < 0) {
                return;
            }
            String head =
                    in.toString(
                            in.readerIndex(),
                            end - in.readerIndex() + 2,
                            StandardCharsets.US_ASCII);
            in.readerIndex(end + 4);
            status = status(head);
            missing = contentLength(head);
        }
        int taken = (int) Math.min(missing, in.readableBytes());
        in.skipBytes(taken);
        missing -= taken;
        if (missing == 0) {
            missing = -1;
            if (waiting && listener != null) {
                waiting = false;
                listener.answered(ctx.channel(), status, due, sent);
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        super.channelInactive(ctx);
        if (waiting && listener != null) {
            waiting = false;
            listener.lost(ctx.channel(), due, sent);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        var _ = ctx.close();
    }

    private static int status(String head) {
        return head.startsWith("HTTP/1.1 ") ? Integer.parseInt(head.substring(9, 12)) : 0;
    }

    private static long contentLength(String head) {
        String name = "\r\ncontent-length:";
        int at = head.toLowerCase(Locale.ROOT).indexOf(name);
        if (at < 0) {
            throw new IllegalArgumentException("an answer without Content-Length:\n" + head);
        }
        int start = at + name.length();
        return Long.parseLong(head.substring(start, head.indexOf('\r', start)).strip());
    }

    private static ByteBuf ascii(String text) {
        return Unpooled.unreleasableBuffer(
                Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII).asReadOnly());
    }
}
