// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HeadWriterTest {

    private final HeadScanner scanner = new HeadScanner();

    /**
     * @param in header lines as they came
     * @param out header lines as they go on; null where they may go on untouched
     */
    record Case(String name, String in, String out) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final String SAME = "(untouched)";

    static Stream<Case> requests() {
        return Stream.of(
                new Case("nothing of the connection", "Host: a\nX: y", SAME),
                new Case("keep-alive", "Host: a\nConnection: keep-alive", SAME),
                new Case(
                        "an upgrade",
                        "Host: a\nConnection: keep-alive, Upgrade\nUpgrade: websocket",
                        SAME),
                new Case("close", "Host: a\nConnection: close\nX: y", "Host: a\nX: y"),
                new Case(
                        "named headers",
                        "Host: a\nConnection: x-one, X-Two\nX-One: 1\nX-Three: 3\nx-two: 2",
                        "Host: a\nX-Three: 3"),
                new Case(
                        "framing and routing can't be named away",
                        "Host: a\nConnection: content-length, host\nContent-Length: 3",
                        "Host: a\nContent-Length: 3"),
                new Case("Keep-Alive", "Host: a\nKeep-Alive: timeout=5", "Host: a"),
                new Case("Proxy-Connection", "Host: a\nProxy-Connection: x", "Host: a"),
                new Case("TE", "Host: a\nTE: trailers\nX: y", "Host: a\nX: y"),
                new Case(
                        "HTTP/2 by upgrade",
                        "Host: a\nConnection: Upgrade, HTTP2-Settings\nUpgrade: h2c\n"
                                + "HTTP2-Settings: AAMAAABk",
                        "Host: a"),
                new Case(
                        "HTTP/2 hidden among upgrades",
                        "Host: a\nConnection: upgrade\nUpgrade: websocket, H2C",
                        "Host: a"),
                new Case(
                        "HTTP/2 in a second Upgrade",
                        "Host: a\nConnection: upgrade\nUpgrade: websocket\nUpgrade: h2c",
                        "Host: a"),
                new Case(
                        "an upgrade with a body",
                        "Host: a\nConnection: upgrade\nUpgrade: websocket\nContent-Length: 1",
                        "Host: a\nContent-Length: 1"),
                new Case("an Upgrade that is not asked for", "Host: a\nUpgrade: x", "Host: a"),
                new Case(
                        "an upgrade among the rest",
                        "Host: a\nConnection: upgrade, close\nUpgrade: websocket",
                        "Host: a\nUpgrade: websocket\nconnection: upgrade"));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void aRequestGoesOnWithoutWhatConcernsTheConnection(Case given) {
        assertThat(scanner.scanRequest(head("GET / HTTP/1.1", given.in)))
                .isEqualTo(HeadScanner.Outcome.COMPLETE);
        Head head = scanner.head();
        if (given.out.equals(SAME)) {
            assertThat(HeadWriter.passesAsIs(head)).isTrue();
        } else {
            assertThat(HeadWriter.passesAsIs(head)).isFalse();
            assertThat(text(HeadWriter.request(UnpooledByteBufAllocator.DEFAULT, head)))
                    .isEqualTo(text(head("GET / HTTP/1.1", given.out)));
        }
    }

    record Reply(String name, String in, HeadWriter.Say say, String out) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Reply> answers() {
        return Stream.of(
                new Reply("nothing to say", "X: y", HeadWriter.Say.NOTHING, SAME),
                new Reply("close, said already", "Connection: close", HeadWriter.Say.CLOSE, SAME),
                new Reply(
                        "keep-alive, said already",
                        "Connection: keep-alive",
                        HeadWriter.Say.KEEP_ALIVE,
                        SAME),
                new Reply("close", "X: y", HeadWriter.Say.CLOSE, "X: y\nconnection: close"),
                new Reply(
                        "the endpoint closes, the client stays",
                        "Connection: close\nX: y",
                        HeadWriter.Say.NOTHING,
                        "X: y"),
                new Reply(
                        "the endpoint stays, the client goes",
                        "Connection: keep-alive\nKeep-Alive: timeout=5",
                        HeadWriter.Say.CLOSE,
                        "connection: close"),
                new Reply(
                        "named headers",
                        "Connection: x-hop\nX-Hop: y\nX: z",
                        HeadWriter.Say.NOTHING,
                        "X: z"),
                new Reply(
                        "an Upgrade that is offered",
                        "Connection: upgrade\nUpgrade: h2c",
                        HeadWriter.Say.NOTHING,
                        ""));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void anAnswerSaysWhatHoldsForTheClient(Reply given) {
        assertThat(scanner.scanResponse(head("HTTP/1.1 200 OK", given.in)))
                .isEqualTo(HeadScanner.Outcome.COMPLETE);
        Head head = scanner.head();
        if (given.out.equals(SAME)) {
            assertThat(HeadWriter.passesAsIs(head, given.say)).isTrue();
        } else {
            assertThat(HeadWriter.passesAsIs(head, given.say)).isFalse();
            assertThat(text(HeadWriter.response(UnpooledByteBufAllocator.DEFAULT, head, given.say)))
                    .isEqualTo(text(head("HTTP/1.1 200 OK", given.out)));
        }
    }

    private static ByteBuf head(String first, String lines) {
        String all = lines.isEmpty() ? first : first + "\n" + lines;
        return Unpooled.wrappedBuffer(
                (all + "\n\n").replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String text(ByteBuf bytes) {
        String text = bytes.toString(StandardCharsets.ISO_8859_1);
        bytes.release();
        return text;
    }
}
