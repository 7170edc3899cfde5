// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.fault;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/**
 * One of the proxy's own answers as bytes: the only place where a fault becomes a response.
 *
 * @param error the value of {@code x-serin-error}, e.g. {@code SRN2103 no healthy endpoint ...};
 *     empty for an answer that the configuration asks for and that is no error
 */
public record Answer(int status, String error, String body) {

    /** Names the fault. */
    public static final String ERROR_HEADER = "x-serin-error";

    private static final int LOWEST_ERROR = 400;

    /** To a request that failed. */
    public static Answer to(ProxyFault fault) {
        String error = error(fault.code(), fault.cause());
        return new Answer(fault.code().status(), error, error + "\n");
    }

    /** As the configuration says; an error's status brings its code. */
    public static Answer of(int status, String body) {
        FaultCode code = FaultCode.ROUTE_ANSWER;
        String error =
                status < LOWEST_ERROR ? "" : error(code, body.isBlank() ? code.cause() : body);
        return new Answer(status, error, body);
    }

    private static String error(FaultCode code, String cause) {
        return code.code() + " " + printable(cause);
    }

    /**
     * As HTTP/1.1. The caller owns the buffer.
     *
     * @param withBody false for HEAD, whose answer tells the length of a body that isn't there
     * @param close whether to say that the connection ends
     */
    public ByteBuf write(ByteBufAllocator allocator, boolean withBody, boolean close) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String head =
                "HTTP/1.1 "
                        + status
                        + " "
                        + HttpResponseStatus.valueOf(status).reasonPhrase()
                        + (error.isEmpty() ? "" : "\r\n" + ERROR_HEADER + ": " + error)
                        + "\r\ncontent-type: text/plain; charset=utf-8"
                        + "\r\ncontent-length: "
                        + content.length
                        + (close ? "\r\nconnection: close\r\n\r\n" : "\r\n\r\n");
        ByteBuf buffer = allocator.buffer(head.length() + content.length);
        ByteBufUtil.writeAscii(buffer, head);
        return withBody ? buffer.writeBytes(content) : buffer;
    }

    /** A cause may quote what a stranger sent. */
    private static String printable(String cause) {
        StringBuilder safe = new StringBuilder(cause.length());
        for (int i = 0; i < cause.length() && i < 256; i++) {
            char c = cause.charAt(i);
            safe.append(c >= ' ' && c < 127 ? c : '?');
        }
        return safe.toString();
    }
}
