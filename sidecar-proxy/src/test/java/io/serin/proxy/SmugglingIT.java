// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests that two readers could end, route or split in different ways. Each is answered with a
 * 4xx, the connection ends, and the request behind it is seen by nobody.
 *
 * <p>The classes are those of the published collections (HTTP desync attacks: CL.TE, TE.CL, TE.TE,
 * CL.0; T-Reqs; HTTP Garden; RFC 9112 section 11.2), the words ours.
 */
@Timeout(120)
class SmugglingIT {

    private static final String BEHIND = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

    private static final ConcurrentLinkedQueue<String> SEEN = new ConcurrentLinkedQueue<>();
    private static final TestServer APP =
            new TestServer((in, out, socket) -> {
                for (String head = TestServer.readHead(in);
                        !head.isEmpty();
                        head = TestServer.readHead(in)) {
                    SEEN.add(head);
                    out.write(TestServer.ok("seen"));
                }
            });
    private static final ProxyHarness PROXY =
            ProxyHarness.outbound(ProxyHarness.service(APP.port()));

    @AfterAll
    static void stop() {
        PROXY.close();
        APP.close();
    }

    private static final List<String> LENGTHS =
            List.of(
                    // two lengths
                    "Content-Length: 5\r\nContent-Length: 5",
                    "Content-Length: 5\r\nContent-Length: 6",
                    "Content-Length: 0\r\ncontent-length: 44",
                    "Content-Length: 5, 5",
                    "Content-Length: 5,6",
                    "Content-Length: 5;6",
                    // a length and chunks
                    "Content-Length: 5\r\nTransfer-Encoding: chunked",
                    "Transfer-Encoding: chunked\r\nContent-Length: 5",
                    "Content-Length: 0\r\nTransfer-Encoding: chunked",
                    "Transfer-Encoding: chunked\r\nX: y\r\nCONTENT-LENGTH: 5",
                    // numbers that are none
                    "Content-Length: +5",
                    "Content-Length: -5",
                    "Content-Length: -0",
                    "Content-Length: 0x5",
                    "Content-Length: 5.0",
                    "Content-Length: 5e0",
                    "Content-Length: 5 5",
                    "Content-Length: 5\t5",
                    "Content-Length: five",
                    "Content-Length: \"5\"",
                    "Content-Length: 5_0",
                    "Content-Length:",
                    "Content-Length: ",
                    "Content-Length: \u00b2",
                    "Content-Length: 18446744073709551621",
                    "Content-Length: 9223372036854775808",
                    "Content-Length: 4294967301000000000",
                    "Content-Length: 5\u0000",
                    // encodings that are not exactly chunked
                    "Transfer-Encoding: identity",
                    "Transfer-Encoding: gzip",
                    "Transfer-Encoding: gzip, chunked",
                    "Transfer-Encoding: chunked, gzip",
                    "Transfer-Encoding: chunked, identity",
                    "Transfer-Encoding: identity, chunked",
                    "Transfer-Encoding: chunked, chunked",
                    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                    "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
                    "Transfer-Encoding: xchunked",
                    "Transfer-Encoding: chunkedx",
                    "Transfer-Encoding: chunk",
                    "Transfer-Encoding: \"chunked\"",
                    "Transfer-Encoding: 'chunked'",
                    "Transfer-Encoding: chunked;q=1",
                    "Transfer-Encoding: chunked,",
                    "Transfer-Encoding: ,chunked",
                    "Transfer-Encoding: , chunked",
                    "Transfer-Encoding: \u000bchunked",
                    "Transfer-Encoding: \u000cchunked",
                    "Transfer-Encoding: chunked\u000b",
                    "Transfer-Encoding: chunked\u0000",
                    "Transfer-Encoding: \u0000chunked",
                    "Transfer-Encoding: \u00a0chunked",
                    "Transfer-Encoding: chunke\u00e4",
                    "Transfer-Encoding:",
                    // names that one reader takes for another's
                    "Content-Length : 5",
                    "Content-Length\t: 5",
                    "Transfer-Encoding : chunked",
                    "Transfer-Encoding\t: chunked",
                    "Transfer-Encoding\u0000: chunked",
                    "Transfer\u0000Encoding: chunked",
                    "Transfer Encoding: chunked",
                    "\u00a0Transfer-Encoding: chunked",
                    "Transfer-Encoding\u00a0: chunked",
                    "Transfer-Encoding\r\n: chunked",
                    "Transfer-Encoding",
                    ": chunked",
                    // lines that go on, or end otherwise
                    "Transfer-Encoding:\r\n chunked",
                    "Transfer-Encoding: chunked\r\n identity",
                    "X: y\r\n Transfer-Encoding: chunked",
                    "X: y\r\n\tContent-Length: 5",
                    "X: y\nTransfer-Encoding: chunked",
                    "X: y\rTransfer-Encoding: chunked",
                    "X: y\r\r\nTransfer-Encoding: chunked",
                    "X: y\n\rTransfer-Encoding: chunked",
                    "X: y\n\nGET /smuggled HTTP/1.1",
                    "X: y\u0000\r\nTransfer-Encoding: chunked",
                    // whom it is for
                    "Host: b",
                    "host: a",
                    "Host : b",
                    "X: y\r\n Host: b");

    private static final List<String> HEADS =
            List.of(
                    "GET / HTTP/1.1\r\n\r\n",
                    "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n",
                    "GET / HTTP/1.1\r\nHost: a,b\r\n\r\n",
                    "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
                    "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
                    "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n",
                    "GET / HTTP/1.1\r\nHost: a?b\r\n\r\n",
                    "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
                    "GET / HTTP/1.1\nHost: a\n\n",
                    "GET / HTTP/1.1\rHost: a\r\r",
                    "GET / HTTP/1.1\r\nHost: a\r\n\n",
                    "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
                    "GET / HTTP/1.1\t\r\nHost: a\r\n\r\n",
                    "GET /\tHTTP/1.1\r\nHost: a\r\n\r\n",
                    "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
                    "GET /  HTTP/1.1\r\nHost: a\r\n\r\n",
                    "GET / x HTTP/1.1\r\nHost: a\r\n\r\n",
                    "GET /\u0000 HTTP/1.1\r\nHost: a\r\n\r\n",
                    "GET /\u007f HTTP/1.1\r\nHost: a\r\n\r\n",
                    "GET x HTTP/1.1\r\nHost: a\r\n\r\n",
                    "GET //a@b/ HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n",
                    "GET http:/// HTTP/1.1\r\nHost: a\r\n\r\n",
                    "GET http://a@b/ HTTP/1.1\r\nHost: a\r\n\r\n",
                    "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
                    "GET /#x HTTP/1.1\r\nHost: a\r\n\r\n",
                    "GET / HTTP/1.2\r\nHost: a\r\n\r\n",
                    "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
                    "GET / HTTP/0.9\r\nHost: a\r\n\r\n",
                    "GET / http/1.1\r\nHost: a\r\n\r\n",
                    "GET / HTTP/1.10\r\nHost: a\r\n\r\n",
                    "GET / HTTP/01.1\r\nHost: a\r\n\r\n",
                    "GET /\r\nHost: a\r\n\r\n",
                    "GET \r\n\r\n",
                    "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                    "CONNECT a:1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde",
                    "CONNECT a:1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                    "CONNECT a/b HTTP/1.1\r\nHost: a\r\n\r\n");

    private static final List<String> CHUNKS =
            List.of(
                    "5\nabcde\r\n0\r\n\r\n",
                    "5\r\nabcde\n0\r\n\r\n",
                    "5\r\nabcde0\r\n\r\n",
                    "5\r\nabcdef\r\n0\r\n\r\n",
                    "5 \r\nabcde\r\n0\r\n\r\n",
                    " 5\r\nabcde\r\n0\r\n\r\n",
                    "0x5\r\nabcde\r\n0\r\n\r\n",
                    "+5\r\nabcde\r\n0\r\n\r\n",
                    "-5\r\nabcde\r\n0\r\n\r\n",
                    "5\r\r\nabcde\r\n0\r\n\r\n",
                    "5;\nabcde\r\n0\r\n\r\n",
                    "5;a\u0000\r\nabcde\r\n0\r\n\r\n",
                    "5;a\rb\r\nabcde\r\n0\r\n\r\n",
                    "100000000000000005\r\nabcde\r\n0\r\n\r\n",
                    "ffffffffffffffffb\r\nabcde\r\n0\r\n\r\n",
                    "\r\nabcde\r\n0\r\n\r\n",
                    "g\r\nabcde\r\n0\r\n\r\n",
                    "0\r\nContent-Length: 5\r\n\r\n",
                    "0\r\nTransfer-Encoding: chunked\r\n\r\n",
                    "0\r\nHost: b\r\n\r\n",
                    "0\r\n X: y\r\n\r\n",
                    "0\r\nX : y\r\n\r\n",
                    "0\r\nX: y\n\r\n",
                    "0\r\n\n",
                    "0\n\r\n");

    static Stream<String> dubious() {
        Stream<String> lengths =
                LENGTHS.stream()
                        .map(lines -> "POST / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n\r\n");
        Stream<String> chunks =
                CHUNKS.stream()
                        .map(body ->
                                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                                        + body);
        return Stream.of(lengths, HEADS.stream(), chunks).flatMap(requests -> requests);
    }

    @ParameterizedTest
    @MethodSource("dubious")
    void isRefusedAndTakesTheConnectionAlong(String request) throws IOException {
        SEEN.clear();
        try (TestClient client = new TestClient(PROXY.port)) {
            client.send(request + BEHIND);
            String answer = client.readToEnd();
            assertThat(answer)
                    .matches("(?s)HTTP/1\\.1 (400|505) .*")
                    .contains("x-serin-error: SRN100")
                    .contains("connection: close");
            assertThat(answer.split("HTTP/1.1 ", -1)).as("one answer").hasSize(2);
        }
        assertThat(SEEN).isEmpty();
    }

    @Test
    void aSpaceAfterALengthIsNoPartOfIt() throws IOException {
        SEEN.clear();
        try (TestClient client = new TestClient(PROXY.port)) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0 \r\n\r\n" + BEHIND);
            assertThat(client.answer()).endsWith("seen");
            assertThat(client.answer()).endsWith("seen");
        }
        assertThat(SEEN).hasSize(2);
    }
}
