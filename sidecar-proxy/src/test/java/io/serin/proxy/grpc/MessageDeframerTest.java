// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.serin.api.xds.DeltaDiscoveryResponse;
import org.junit.jupiter.api.Test;

class MessageDeframerTest {

    private final EmbeddedChannel channel =
            new EmbeddedChannel(new MessageDeframer<>(DeltaDiscoveryResponse.parser(), 1000));

    @Test
    void findsMessagesHoweverTheBytesAreCut() {
        ByteBuf both = Unpooled.wrappedBuffer(frame("one"), frame("two"));
        while (both.isReadable()) {
            channel.writeInbound(both.readBytes(1));
        }
        both.release();

        assertThat(nonce()).isEqualTo("one");
        assertThat(nonce()).isEqualTo("two");
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void takesAnEmptyMessage() {
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[5]));

        assertThat(nonce()).isEmpty();
    }

    @Test
    void refusesALengthOverTheLimitWithoutWaitingForIt() {
        ByteBuf head = Unpooled.buffer().writeByte(0).writeInt(0xffff_ffff);

        assertThatThrownBy(() -> channel.writeInbound(head))
                .isInstanceOf(TooLongFrameException.class)
                .hasMessage("gRPC frame: 4294967295 bytes (expected: at most 1000)");
    }

    @Test
    void refusesCompression() {
        ByteBuf head = Unpooled.buffer().writeByte(1).writeInt(0);

        assertThatThrownBy(() -> channel.writeInbound(head))
                .isInstanceOf(CorruptedFrameException.class)
                .hasMessageContaining("flags 1");
    }

    @Test
    void refusesBytesThatAreNoMessage() {
        ByteBuf garbage =
                Unpooled.buffer().writeByte(0).writeInt(3).writeBytes(new byte[] {-1, -1, -1});

        assertThatThrownBy(() -> channel.writeInbound(garbage))
                .isInstanceOf(DecoderException.class);
    }

    @Test
    void saysWhenTheStreamEndsWithinAMessage() {
        channel.writeInbound(frame("cut").readRetainedSlice(7));

        assertThatThrownBy(channel::finish)
                .isInstanceOf(CorruptedFrameException.class)
                .hasMessageContaining("7 bytes before the end");
    }

    private String nonce() {
        DeltaDiscoveryResponse response = channel.readInbound();
        return response.getNonce();
    }

    private static ByteBuf frame(String nonce) {
        byte[] message = DeltaDiscoveryResponse.newBuilder().setNonce(nonce).build().toByteArray();
        return Unpooled.buffer().writeByte(0).writeInt(message.length).writeBytes(message);
    }
}
