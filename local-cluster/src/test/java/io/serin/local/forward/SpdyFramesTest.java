// SPDX-License-Identifier: Apache-2.0
package io.serin.local.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrame;
import io.netty.handler.codec.spdy.SpdySynStreamFrame;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpdyFramesTest {

    private static SpdySynStreamFrame opening(int stream) {
        SpdySynStreamFrame frame = new DefaultSpdySynStreamFrame(stream, 0, (byte) 0);
        frame.headers().add("port", "80").add("requestid", "" + stream);
        return frame;
    }

    @Test
    void framesComeBackFromTheirBytesHoweverTheseAreCut() throws IOException {
        try (SpdyFrames here = new SpdyFrames();
                SpdyFrames there = new SpdyFrames()) {
            Buffer bytes = Buffer.buffer();
            for (int stream : List.of(1, 3)) {
                bytes.appendBuffer(here.write(opening(stream)));
            }
            bytes.appendBuffer(
                    here.write(
                            new DefaultSpdyDataFrame(
                                            3,
                                            Unpooled.copiedBuffer("data", StandardCharsets.UTF_8))
                                    .setLast(true)));
            List<SpdyFrame> read = new ArrayList<>();
            for (int at = 0; at < bytes.length(); at++) {
                read.addAll(there.read(bytes.getBuffer(at, at + 1)));
            }
            assertThat(read).hasSize(3);
            for (int i = 0; i < 2; i++) {
                SpdySynStreamFrame opened = (SpdySynStreamFrame) read.get(i);
                assertThat(opened.streamId()).isEqualTo(2 * i + 1);
                assertThat(opened.headers().getAsString("requestid")).isEqualTo("" + (2 * i + 1));
            }
            SpdyDataFrame data = (SpdyDataFrame) read.get(2);
            assertThat(data.content().toString(StandardCharsets.UTF_8)).isEqualTo("data");
            assertThat(data.isLast()).isTrue();
            data.release();
        }
    }

    @Test
    void whatIsNotSpdySaysSo() {
        try (SpdyFrames frames = new SpdyFrames()) {
            assertThatThrownBy(() -> frames.read(Buffer.buffer("\u0080GET / HTTP/1.1\r\n\r\n")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("not SPDY/3.1");
        }
    }
}
