// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.ReferenceCountUtil;
import io.serin.proxy.fault.FaultCode;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadScannerTest {

    private final HeadScanner scanner = new HeadScanner();

    private HeadScanner.Outcome scan(String text) {
        return scanner.scanRequest(bytes(text));
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void readsWhatRoutingAsksFor() {
        assertThat(
                        scan(
                                "GET /reviews/1?x=/y HTTP/1.1\r\nHost: Reviews.Shop:9080\r\n"
                                        + "X-User:  jane \r\n\r\nrest"))
                .isEqualTo(HeadScanner.Outcome.COMPLETE);
        Head head = scanner.head();
        assertThat(head.method()).isEqualTo(Method.IDEMPOTENT);
        assertThat(head.methodEquals(ascii("GET"))).isTrue();
        assertThat(head.pathEquals(ascii("/reviews/1"))).isTrue();
        assertThat(head.pathHasPrefix(ascii("/reviews"))).isTrue();
        assertThat(head.pathHasPrefix(ascii("/review"))).isFalse();
        assertThat(head.hostName()).isEqualTo("reviews.shop");
        assertThat(head.headerEquals(ascii("x-user"), ascii("jane"))).isTrue();
        assertThat(head.headerEquals(ascii("x-user"), ascii("jan"))).isFalse();
        assertThat(head.keepsAlive()).isTrue();
    }

    @Test
    void waitsForTheRestOfAHeadAtEveryByte() {
        String text = "POST /a HTTP/1.1\r\nHost: b\r\nContent-Length: 3\r\n\r\n";
        for (int length = 0; length < text.length(); length++) {
            assertThat(scan(text.substring(0, length))).isEqualTo(HeadScanner.Outcome.INCOMPLETE);
        }
        assertThat(scan(text)).isEqualTo(HeadScanner.Outcome.COMPLETE);
        assertThat(scanner.head().length()).isEqualTo(text.length());
    }

    @Test
    void takesThePathOutOfAnAbsoluteTarget() {
        assertThat(scan("GET http://a.b/c?d HTTP/1.1\r\nHost: a.b\r\n\r\n"))
                .isEqualTo(HeadScanner.Outcome.COMPLETE);
        assertThat(scanner.head().pathEquals(ascii("/c"))).isTrue();
    }

    @Test
    void anAbsoluteTargetSaysWhomItIsFor() {
        assertThat(scan("GET http://B.c:81?d HTTP/1.1\r\nHost: a\r\n\r\n"))
                .isEqualTo(HeadScanner.Outcome.COMPLETE);
        assertThat(scanner.head().hostName()).isEqualTo("b.c");
        assertThat(scan("GET / HTTP/1.1\r\nHost: [FD00::1]:81\r\n\r\n"))
                .isEqualTo(HeadScanner.Outcome.COMPLETE);
        assertThat(scanner.head().hostName()).isEqualTo("[fd00::1]");
    }

    @Test
    void readsAHeadOfManyKilobytesWithItsBodyBehind() {
        String head =
                "POST / HTTP/1.1\r\nHost: a\r\n"
                        + ("X: " + "y".repeat(7000) + "\r\n").repeat(8)
                        + "Content-Length: 9\r\n\r\n";
        assertThat(scan(head + "123456789")).isEqualTo(HeadScanner.Outcome.COMPLETE);
        assertThat(scanner.head().length()).isEqualTo(head.length());
    }

    @Test
    void findsAControlCharacterAtEveryPlaceOfAValue() {
        for (int at = 1; at < 40; at++) {
            for (char control : new char[] {0, 1, 10, 11, 13, 31, 127}) {
                String value = "v".repeat(at) + control + "v".repeat(40 - at);
                assertThat(scan("GET / HTTP/1.1\r\nHost: a\r\nX: " + value + "\r\n\r\n"))
                        .isEqualTo(HeadScanner.Outcome.REFUSED);
            }
            String text = "v".repeat(at) + "\t\u00e4\u00ff" + "v".repeat(40 - at);
            assertThat(scan("GET / HTTP/1.1\r\nHost: a\r\nX: " + text + "\r\n\r\n"))
                    .isEqualTo(HeadScanner.Outcome.COMPLETE);
            assertThat(
                            scanner.head()
                                    .headerEquals(
                                            ascii("x"), text.getBytes(StandardCharsets.ISO_8859_1)))
                    .isTrue();
        }
    }

    @Test
    void tellsHowLongTheConnectionLives() {
        assertThat(scan("GET / HTTP/1.0\r\n\r\n")).isEqualTo(HeadScanner.Outcome.COMPLETE);
        assertThat(scanner.head().keepsAlive()).isFalse();
        assertThat(scan("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"))
                .isEqualTo(HeadScanner.Outcome.COMPLETE);
        assertThat(scanner.head().keepsAlive()).isTrue();
        assertThat(scan("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, close\r\n\r\n"))
                .isEqualTo(HeadScanner.Outcome.COMPLETE);
        assertThat(scanner.head().keepsAlive()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
                "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
                " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
                "GET /\tx HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET x HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /#f HTTP/1.1\r\nHost: a\r\n\r\n",
                "G(T / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\nHost: a\n\n",
                "GET / HTTP/1.1\r\nHost: a\n\r\n",
                "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n X: y\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: a\u0000b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n: y\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nnocolon\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX\u00e4: y\r\n\r\n",
            })
    void refusesWhatIsMalformed(String text) {
        assertThat(scan(text)).isEqualTo(HeadScanner.Outcome.REFUSED);
        assertThat(scanner.fault().code()).isEqualTo(FaultCode.BAD_HEAD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 1\r\nContent-Length: 1",
                "Content-Length: 1\r\nContent-Length: 2",
                "Content-Length: 1, 1",
                "Content-Length: +1",
                "Content-Length: -1",
                "Content-Length: 0x1",
                "Content-Length: ",
                "Content-Length: 1 1",
                "Content-Length: 9999999999999999999",
                "Content-Length: 1\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 1",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: identity",
                "Transfer-Encoding: chunked,",
                "Transfer-Encoding: \u000bchunked",
            })
    void refusesEveryAmbiguousLength(String headers) {
        assertThat(scan("POST / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n\r\n"))
                .isEqualTo(HeadScanner.Outcome.REFUSED);
    }

    @Test
    void refusesTransferEncodingInHttp10() {
        assertThat(scan("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"))
                .isEqualTo(HeadScanner.Outcome.REFUSED);
        assertThat(scanner.fault().code()).isEqualTo(FaultCode.AMBIGUOUS_LENGTH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/2.0", "HTTP/1.2", "http/1.1", "HTTP/11", "HTTQ/1.1"})
    void refusesOtherVersions(String version) {
        assertThat(scan("GET / " + version + "\r\nHost: a\r\n\r\n"))
                .isEqualTo(HeadScanner.Outcome.REFUSED);
    }

    @Test
    void refusesHeadsOverTheLimits() {
        String manyHeaders = "X: y\r\n".repeat(101);
        assertThat(scan("GET / HTTP/1.1\r\nHost: a\r\n" + manyHeaders + "\r\n"))
                .isEqualTo(HeadScanner.Outcome.REFUSED);
        assertThat(scanner.fault().code()).isEqualTo(FaultCode.HEAD_TOO_LARGE);
        assertThat(scan("GET / HTTP/1.1\r\nHost: a\r\nX: " + "y".repeat(9000) + "\r\n\r\n"))
                .isEqualTo(HeadScanner.Outcome.REFUSED);
        assertThat(scanner.fault().code()).isEqualTo(FaultCode.HEAD_TOO_LARGE);
        assertThat(scan("GET /" + "y".repeat(9000))).isEqualTo(HeadScanner.Outcome.REFUSED);
        assertThat(scanner.fault().code()).isEqualTo(FaultCode.TARGET_TOO_LONG);
        String longHeaders = ("X: " + "y".repeat(8000) + "\r\n").repeat(8);
        assertThat(scan("GET / HTTP/1.1\r\nHost: a\r\n" + longHeaders))
                .isEqualTo(HeadScanner.Outcome.REFUSED);
        assertThat(scanner.fault().code()).isEqualTo(FaultCode.HEAD_TOO_LARGE);
    }

    /** Whatever we let pass, Netty's decoder must read as a good request with the same target. */
    @Test
    void neverAcceptsWhatAnotherStrictReaderRefuses() {
        SplittableRandom random = new SplittableRandom(11);
        String seed =
                "POST /a/b?c HTTP/1.1\r\nHost: example\r\nContent-Length: 0\r\n"
                        + "Transfer-Encoding: chunked\r\nConnection: close\r\nX-A: b\r\n\r\n";
        String[] lines = seed.split("(?<=\n)");
        int accepted = 0;
        for (int round = 0; round < 30_000; round++) {
            StringBuilder text = new StringBuilder();
            for (String line : lines) {
                if (random.nextInt(4) > 0 || line.startsWith("POST") || line.length() == 2) {
                    text.append(line);
                }
            }
            for (int edits = random.nextInt(3); edits > 0; edits--) {
                text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(256));
            }
            String request = text.toString();
            if (scan(request) == HeadScanner.Outcome.COMPLETE
                    && scanner.head().length() == request.length()) {
                accepted++;
                assertNettyAccepts(request);
            }
        }
        assertThat(accepted).isGreaterThan(1_000);
    }

    private static void assertNettyAccepts(String request) {
        EmbeddedChannel netty = new EmbeddedChannel(new HttpRequestDecoder());
        netty.writeInbound(bytes(request));
        Object first = netty.readInbound();
        assertThat(first).as(request).isInstanceOf(HttpRequest.class);
        assertThat(((HttpRequest) first).decoderResult().isSuccess()).as(request).isTrue();
        ReferenceCountUtil.release(first);
        netty.finishAndReleaseAll();
    }
}
