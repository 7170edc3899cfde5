// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.dns;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;

/** How a message comes. */
enum Transport {
    UDP,
    /** RFC 1035 section 4.2.2: two bytes of length before each message. */
    TCP;

    static final int MOST_BYTES = 65_535;

    /** How long an answer to this may be. */
    int limit(Received.Question question) {
        return this == UDP ? question.limit() : MOST_BYTES;
    }

    static void frame(ChannelPipeline pipeline) {
        pipeline.addLast(new LengthFieldBasedFrameDecoder(MOST_BYTES + 2, 0, 2, 0, 2))
                .addLast(new LengthFieldPrepender(2));
    }

    static byte[] bytes(ByteBuf message) {
        return ByteBufUtil.getBytes(message);
    }

    /** Sends over a connection of either kind. */
    static ChannelFuture send(Channel channel, byte[] message) {
        return channel.writeAndFlush(Unpooled.wrappedBuffer(message));
    }
}
