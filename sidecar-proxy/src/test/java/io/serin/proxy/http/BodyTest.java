// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyTest {

    private static final String CHUNKED =
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static Body chunked() {
        HeadScanner scanner = new HeadScanner();
        assertThat(scanner.scanRequest(bytes(CHUNKED))).isEqualTo(HeadScanner.Outcome.COMPLETE);
        return Body.ofRequest(scanner.head());
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void endsAChunkedBodyWhereverItIsCut() {
        String text = "4;ext=1\r\nwiki\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n";
        for (int cut = 0; cut <= text.length(); cut++) {
            Body body = chunked();
            int taken = body.take(bytes(text.substring(0, cut)));
            assertThat(taken).isEqualTo(cut);
            assertThat(body.isDone()).isEqualTo(cut == text.length());
            taken = body.take(bytes(text.substring(cut) + "GET / "));
            assertThat(taken).isEqualTo(text.length() - cut);
            assertThat(body.isDone()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "g\r\n",
                "\r\n",
                ";x\r\n",
                "1\nx\r\n",
                "1 \r\nx\r\n",
                "0x1\r\nx\r\n",
                "1\r\nxy\r\n",
                "1\r\nx\n",
                "ffffffffffffffff\r\n",
                "1;\n\r\nx\r\n",
                "0\r\nA: b\n\r\n",
                "0\r\n A: b\r\n\r\n",
                "0\r\nA : b\r\n\r\n",
                "0\r\n: b\r\n\r\n",
                "0\r\nno colon\r\n\r\n",
                "0\r\nContent-Length: 1\r\n\r\n",
                "0\r\ntransfer-ENCODING: chunked\r\n\r\n",
                "0\r\nHost: b\r\n\r\n",
                "0\r\nA: b\u0000\r\n\r\n",
                "0\r\n\rGET / HTTP/1.1\r\n",
                "1\r\nx\r\n\n0\r\n",
                "-1\r\n",
                "+1\r\n",
                "1_0\r\n",
            })
    void callsBadChunksBroken(String text) {
        Body body = chunked();
        int _ = body.take(bytes(text));
        assertThat(body.isBroken()).isTrue();
    }

    @Test
    void countsALength() {
        HeadScanner scanner = new HeadScanner();
        assertThat(scanner.scanResponse(bytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")))
                .isEqualTo(HeadScanner.Outcome.COMPLETE);
        Body body = Body.ofResponse(scanner.head(), Method.IDEMPOTENT);
        assertThat(body.take(bytes("123"))).isEqualTo(3);
        assertThat(body.isDone()).isFalse();
        assertThat(body.take(bytes("45678"))).isEqualTo(2);
        assertThat(body.isDone()).isTrue();
        assertThat(Body.ofResponse(scanner.head(), Method.HEAD).isDone()).isTrue();
    }

    @Test
    void anAnswerWithoutLengthEndsWithTheConnection() {
        HeadScanner scanner = new HeadScanner();
        assertThat(scanner.scanResponse(bytes("HTTP/1.0 200 OK\r\n\r\n")))
                .isEqualTo(HeadScanner.Outcome.COMPLETE);
        assertThat(Body.ofResponse(scanner.head(), Method.IDEMPOTENT).endsWithConnection())
                .isTrue();
        assertThat(scanner.scanResponse(bytes("HTTP/1.1 204 No Content\r\n\r\n")))
                .isEqualTo(HeadScanner.Outcome.COMPLETE);
        assertThat(Body.ofResponse(scanner.head(), Method.IDEMPOTENT).isDone()).isTrue();
    }
}
