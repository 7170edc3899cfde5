// SPDX-License-Identifier: Apache-2.0
package io.serin.local.forward;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.spdy.SpdyFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyVersion;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The frames of one SPDY/3.1 session and their bytes, both ways, by Netty's codec. Each way
 * compresses headers with what went before, hence one thread and one order for all of a session.
 */
final class SpdyFrames implements AutoCloseable {

    private final EmbeddedChannel channel =
            new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));

    /**
     * The frames that come to their end with these bytes. The caller releases those of data.
     *
     * @throws IOException when it is not SPDY/3.1; nothing more can be read then
     */
    List<SpdyFrame> read(Buffer bytes) throws IOException {
        try {
            channel.writeInbound(Unpooled.wrappedBuffer(bytes.getBytes()));
        } catch (Exception notSpdy) {
            throw new IOException("not SPDY/3.1: " + notSpdy.getMessage(), notSpdy);
        }
        List<SpdyFrame> frames = new ArrayList<>();
        for (SpdyFrame frame = channel.readInbound();
                frame != null;
                frame = channel.readInbound()) {
            frames.add(frame);
        }
        return frames;
    }

    Buffer write(SpdyFrame frame) {
        channel.writeOutbound(frame);
        Buffer bytes = Buffer.buffer();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            bytes.appendBytes(ByteBufUtil.getBytes(part));
            part.release();
        }
        return bytes;
    }

    @Override
    public void close() {
        channel.finishAndReleaseAll();
    }
}
