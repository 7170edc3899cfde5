// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.http;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Tells HTTP/1 from anything else by the first bytes that a client sends. */
public final class FirstBytes {

    /** What they can be said to be. */
    public enum Protocol {
        HTTP,
        OTHER,
        /** Too few to tell. */
        UNDECIDED
    }

    /** The longest method worth waiting for, {@code BASELINE-CONTROL} and some. */
    private static final int MAX_METHOD = 24;

    /** The longest first line worth waiting for. */
    private static final int MAX_LINE = 8 * 1024;

    private static final byte[] VERSION = "HTTP/1.".getBytes(StandardCharsets.US_ASCII);

    // Those of RFC 9110 and 5789: who begins with one of these and a space means HTTP.
    private static final List<byte[]> METHODS =
            List.of("GET", "POST", "PUT", "HEAD", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE")
                    .stream()
                    .map(method -> (method + " ").getBytes(StandardCharsets.US_ASCII))
                    .toList();

    private FirstBytes() {}

    /**
     * A well-known method and a space will do, for then a mistake further on deserves an answer in
     * HTTP. Another word has to be followed by a whole request line: {@code SET key value} is none.
     */
    public static Protocol of(ByteBuf buffer) {
        for (byte[] method : METHODS) {
            int same = common(buffer, method);
            if (same == method.length) {
                return Protocol.HTTP;
            }
            if (same == buffer.readableBytes()) {
                return Protocol.UNDECIDED;
            }
        }
        return otherMethod(buffer);
    }

    private static int common(ByteBuf buffer, byte[] text) {
        int most = Math.min(text.length, buffer.readableBytes());
        int i = 0;
        while (i < most && buffer.getByte(buffer.readerIndex() + i) == text[i]) {
            i++;
        }
        return i;
    }

    private static Protocol otherMethod(ByteBuf buffer) {
        int start = buffer.readerIndex();
        int end = buffer.writerIndex();
        int i = start;
        while (i < end && isMethod(buffer.getByte(i))) {
            i++;
        }
        int letters = i - start;
        if (letters > MAX_METHOD || (i < end && (letters == 0 || buffer.getByte(i) != ' '))) {
            return Protocol.OTHER;
        }
        while (i < end && buffer.getByte(i) != '\r' && buffer.getByte(i) != '\n') {
            i++;
        }
        if (i == end) {
            return i - start > MAX_LINE ? Protocol.OTHER : Protocol.UNDECIDED;
        }
        // "HTTP/1.1" is what the line ends with; HTTP/2's preface ends with HTTP/2.0.
        int version = i - VERSION.length - 1;
        if (version <= start) {
            return Protocol.OTHER;
        }
        for (int k = 0; k < VERSION.length; k++) {
            if (buffer.getByte(version + k) != VERSION[k]) {
                return Protocol.OTHER;
            }
        }
        return Protocol.HTTP;
    }

    private static boolean isMethod(byte b) {
        return b >= 'A' && b <= 'Z' || b == '-' || b == '_';
    }
}
