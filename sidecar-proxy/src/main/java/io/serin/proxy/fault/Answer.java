// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.fault;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/** The proxy's own answers as bytes: the only place where a fault becomes a response. */
public final class Answer {

    /** Names the fault: {@code SRN2103 no healthy endpoint ...}. */
    public static final String ERROR_HEADER = "x-serin-error";

    private static final int LOWEST_ERROR = 400;

    private Answer() {}

    /** The answer to a request that failed. The caller owns the buffer. */
    public static ByteBuf of(ByteBufAllocator allocator, ProxyFault fault, boolean close) {
        String error = error(fault);
        return write(allocator, fault.code().status(), header(error), error + "\n", close);
    }

    /**
     * An answer that the configuration asks for; an error's status brings its code. The caller owns
     * the buffer.
     */
    public static ByteBuf of(ByteBufAllocator allocator, int status, String body, boolean close) {
        FaultCode code = FaultCode.ROUTE_ANSWER;
        String headers =
                status < LOWEST_ERROR
                        ? ""
                        : header(error(new ProxyFault(code, body.isBlank() ? code.cause() : body)));
        return write(allocator, status, headers, body, close);
    }

    private static String error(ProxyFault fault) {
        return fault.code().code() + " " + printable(fault.cause());
    }

    private static String header(String error) {
        return ERROR_HEADER + ": " + error + "\r\n";
    }

    private static ByteBuf write(
            ByteBufAllocator allocator, int status, String headers, String body, boolean close) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String head =
                "HTTP/1.1 "
                        + status
                        + " "
                        + HttpResponseStatus.valueOf(status).reasonPhrase()
                        + "\r\n"
                        + headers
                        + "content-type: text/plain; charset=utf-8\r\ncontent-length: "
                        + content.length
                        + (close ? "\r\nconnection: close\r\n\r\n" : "\r\n\r\n");
        ByteBuf buffer = allocator.buffer(head.length() + content.length);
        ByteBufUtil.writeAscii(buffer, head);
        return buffer.writeBytes(content);
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
