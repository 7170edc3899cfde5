// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FirstBytesTest {

    @ParameterizedTest
    @CsvSource({
        "'GET /', HTTP",
        "'OPTIONS *', HTTP",
        "'PROPFIND /', UNDECIDED",
        "'PROPFIND / HTTP/1.1\r', HTTP",
        "'PURGE / HTTP/1.1\n', HTTP",
        "'GET nonsense\r\n', HTTP",
        "'SET key value\r\n', OTHER",
        "'SET key', UNDECIDED",
        "'QUIT HTTP/1\r\n', OTHER",
        "'HELO example.org\r\n', OTHER",
        "'GET h', HTTP",
        "'', UNDECIDED",
        "'GE', UNDECIDED",
        "'GET ', HTTP",
        "'GETX', UNDECIDED",
        "'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', OTHER",
        "'get /', OTHER",
        "'EHLO\r\n', OTHER",
        "'\u0016\u0003\u0001', OTHER",
        "'ABCDEFGHIJKLMNOPQRSTUVWXYZ', OTHER",
        "'*1', OTHER",
    })
    void tellsHttpFromTheRest(String text, FirstBytes.Protocol protocol) {
        assertThat(
                        FirstBytes.of(
                                Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1))))
                .isEqualTo(protocol);
    }
}
