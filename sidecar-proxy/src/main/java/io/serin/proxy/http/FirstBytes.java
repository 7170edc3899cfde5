// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.http;

import io.netty.buffer.ByteBuf;

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

    private FirstBytes() {}

    /**
     * A method's upper-case letters, a space, and the first character of a target; no HTTP/2
     * preface.
     */
    public static Protocol of(ByteBuf buffer) {
        int start = buffer.readerIndex();
        int end = buffer.writerIndex();
        int i = start;
        while (i < end
                && (buffer.getByte(i) >= 'A' && buffer.getByte(i) <= 'Z'
                        || buffer.getByte(i) == '-')) {
            i++;
        }
        int letters = i - start;
        if (letters > MAX_METHOD || (i < end && (letters == 0 || buffer.getByte(i) != ' '))) {
            return Protocol.OTHER;
        }
        if (i + 1 >= end) {
            return Protocol.UNDECIDED;
        }
        boolean http2 =
                letters == 3
                        && buffer.getByte(start) == 'P'
                        && buffer.getByte(start + 1) == 'R'
                        && buffer.getByte(start + 2) == 'I';
        return http2 || buffer.getByte(i + 1) <= ' ' ? Protocol.OTHER : Protocol.HTTP;
    }
}
