// SPDX-License-Identifier: Apache-2.0
package io.serin.local.forward;

import io.netty.handler.codec.spdy.SpdyHeaders;
import org.jspecify.annotations.Nullable;

/**
 * What a stream is for, by its headers. A connection has one of each kind, with the same request.
 *
 * @param request e.g. {@code 0}
 */
record StreamHead(String request, Kind kind, int port) {

    enum Kind {
        DATA,
        ERROR
    }

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException names the header, its value and what was expected
     */
    static StreamHead of(SpdyHeaders headers) {
        String kind = headers.getAsString("streamtype");
        String request = headers.getAsString("requestid");
        if (request == null || request.isEmpty()) {
            throw wrong("requestID", request, "a number for each connection");
        }
        return new StreamHead(
                request,
                switch (kind) {
                    case "data" -> Kind.DATA;
                    case "error" -> Kind.ERROR;
                    case null, default -> throw wrong("streamType", kind, "data or error");
                },
                port(headers.getAsString("port")));
    }

    private static int port(@Nullable String value) {
        try {
            int port = value == null ? 0 : Integer.parseInt(value);
            if (port > 0 && port < 1 << 16) {
                return port;
            }
        } catch (NumberFormatException e) {
            // As one that is out of range.
        }
        throw wrong("port", value, "1 to 65535");
    }

    private static IllegalArgumentException wrong(
            String header, @Nullable String value, String expected) {
        return new IllegalArgumentException(
                header
                        + ": "
                        + (value == null ? "missing" : value)
                        + " (expected: "
                        + expected
                        + ")");
    }
}
