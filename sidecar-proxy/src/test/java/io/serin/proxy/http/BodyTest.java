// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
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
        String text =
                "4;ext=1;q=\"a\\\"b\u00e4\"\r\nwiki\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n";
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
                "1;a=\"\r\nx\r\n",
                "1;a=\"\\\"\r\nx\r\n",
                "1;a=(b)\r\nx\r\n",
                "1;a \r\nx\r\n",
                "1;a b\r\nx\r\n",
                "1;a=b \r\nx\r\n",
                "1;a=b c\r\nx\r\n",
                "1;a= \r\nx\r\n",
                "1; \r\nx\r\n",
                "1;a=\"b\" \r\nx\r\n",
                "1;a=\"b\"c\r\nx\r\n",
                "1 a=b\r\nx\r\n",
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

    /** RFC 9112 section 7.1.1: a recipient bears blanks around the marks of an extension. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1;a",
                "1;a=b",
                "1 ;a",
                "1\t ; a",
                "1;a = b",
                "1;a =b;c",
                "1;a= \"b c\"",
                "1;a=b ; c",
                "1;a=\"b\" ; c=\"\"",
                "1;a ;b",
            })
    void bearsBlanksInChunkExtensions(String line) {
        String text = line + "\r\nx\r\n0" + line.substring(1) + "\r\n\r\n";
        Body body = chunked();
        assertThat(body.take(bytes(text + "GET / "))).isEqualTo(text.length());
        assertThat(body.isDone()).isTrue();
    }

    @Test
    void aLongBodyMayHaveExtensionsAtEveryChunk() {
        String text = ("1;a=" + "b".repeat(100) + "\r\nx\r\n").repeat(1000) + "0\r\n\r\n";
        Body body = chunked();
        assertThat(body.take(bytes(text))).isEqualTo(text.length());
        assertThat(body.isDone()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1;a=", "1;a=\"", "1;", "1 ", "0\r\n", "0\r\na:"})
    void neverFollowsALineForEver(String start) {
        String more = start.isBlank() || start.endsWith(" ") ? " " : "a";
        Body body = chunked();
        assertThat(body.take(bytes(start + more.repeat(100_000)))).isLessThan(9000);
        assertThat(body.isBroken()).isTrue();
    }

    /** Where we see the end of a body, Netty's decoder has to see it too, or to refuse. */
    @Test
    void neverEndsWhereAnotherStrictReaderGoesOn() {
        SplittableRandom random = new SplittableRandom(5);
        String seed = "4 ;a = b;c\r\nwiki\r\nC\r\n0123456789ab\r\n0\r\nX: y\r\n\r\n";
        int ended = 0;
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder(seed);
            for (int edits = random.nextInt(3); edits > 0; edits--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, (char) random.nextInt(256));
                    case 1 -> text.deleteCharAt(at);
                    default -> text.insert(at, (char) random.nextInt(128));
                }
            }
            Body body = chunked();
            int length = body.take(bytes(text + "GET / HTTP/1.1\r\n"));
            if (body.isDone()
                    && length <= text.length()
                    && nettyEndsWith(text.substring(0, length))) {
                ended++;
            }
        }
        assertThat(ended).isGreaterThan(5_000);
    }

    /** Whether Netty took it, too; if not, it refused, and ended neither before nor after us. */
    private static boolean nettyEndsWith(String body) {
        EmbeddedChannel netty = new EmbeddedChannel(new HttpRequestDecoder());
        netty.writeInbound(bytes(CHUNKED + body));
        int messages = 0;
        Object last = null;
        for (Object next = netty.readInbound(); next != null; next = netty.readInbound()) {
            ReferenceCountUtil.release(next);
            messages += next instanceof HttpMessage ? 1 : 0;
            last = next;
        }
        netty.finishAndReleaseAll();
        assertThat(messages).as(body).isEqualTo(1);
        assertThat(last).as(body).isInstanceOf(LastHttpContent.class);
        return last instanceof LastHttpContent end && end.decoderResult().isSuccess();
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
