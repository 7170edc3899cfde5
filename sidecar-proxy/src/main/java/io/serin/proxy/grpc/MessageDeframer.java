// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.TooLongFrameException;
import java.util.List;

/**
 * Cuts the bytes of a gRPC stream into messages: one byte of flags, four of length, the message.
 *
 * <p>Anything else ends the stream with a {@code DecoderException}: a compressed message (none was
 * asked for), one over the limit, one that is not what it should be, or half of one at the end.
 */
final class MessageDeframer<M extends MessageLite> extends ByteToMessageDecoder {

    private static final int HEADER = 5;

    private final Parser<M> messages;
    private final int maxBytes;

    MessageDeframer(Parser<M> messages, int maxBytes) {
        this.messages = messages;
        this.maxBytes = maxBytes;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
            throws InvalidProtocolBufferException {
        if (in.readableBytes() < HEADER) {
            return;
        }
        int flags = in.getUnsignedByte(in.readerIndex());
        if (flags != 0) {
            throw new CorruptedFrameException(
                    "gRPC frame: flags " + flags + " (expected: 0, not compressed)");
        }
        long length = in.getUnsignedInt(in.readerIndex() + 1);
        if (length > maxBytes) {
            throw new TooLongFrameException(
                    "gRPC frame: " + length + " bytes (expected: at most " + maxBytes + ")");
        }
        if (in.readableBytes() < HEADER + length) {
            return;
        }
        in.skipBytes(HEADER);
        byte[] message = ByteBufUtil.getBytes(in, in.readerIndex(), (int) length);
        in.skipBytes((int) length);
        out.add(messages.parseFrom(message));
    }

    @Override
    protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
            throws Exception {
        super.decodeLast(ctx, in, out);
        if (out.isEmpty() && in.isReadable()) {
            throw new CorruptedFrameException(
                    "gRPC frame: "
                            + in.readableBytes()
                            + " bytes before the end (expected: a whole message)");
        }
    }
}
