// SPDX-License-Identifier: Apache-2.0
package io.serin.local.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.spdy.DefaultSpdyHeaders;
import io.netty.handler.codec.spdy.SpdyHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamHeadTest {

    private static StreamHead head(String request, String kind, String port) {
        SpdyHeaders headers = new DefaultSpdyHeaders();
        headers.add("requestid", request).add("streamtype", kind).add("port", port);
        return StreamHead.of(headers);
    }

    @Test
    void isReadFromHeaders() {
        assertThat(head("7", "data", "65535"))
                .isEqualTo(new StreamHead("7", StreamHead.Kind.DATA, 65535));
        assertThat(head("7", "error", "1"))
                .isEqualTo(new StreamHead("7", StreamHead.Kind.ERROR, 1));
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    '', data,  80,    requestID
                    7,  stdin, 80,    'streamType: stdin (expected: data or error)'
                    7,  data,  0,     'port: 0 (expected: 1 to 65535)'
                    7,  data,  65536, 'port: 65536 (expected: 1 to 65535)'
                    7,  data,  http,  'port: http (expected: 1 to 65535)'
                    """)
    void whatIsWrongIsNamed(String request, String kind, String port, String message) {
        assertThatThrownBy(() -> head(request, kind, port))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> StreamHead.of(new DefaultSpdyHeaders().add("requestid", "1")))
                .hasMessageContaining("streamType: missing");
    }
}
