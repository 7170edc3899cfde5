// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Which bytes may stand where in a head: RFC 9110 section 5.6.2, RFC 9112, RFC 3986. Arrays end
 * with a byte that is of no class.
 */
final class Octets {

    private static final boolean[] TOKEN = new boolean[256];
    private static final boolean[] TEXT = new boolean[256];
    private static final boolean[] AUTHORITY = new boolean[256];
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    static {
        for (char c = '0'; c <= 'z'; c++) {
            if (Character.isLetterOrDigit(c)) {
                TOKEN[c] = true;
                AUTHORITY[c] = true;
            }
        }
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
            TOKEN[c] = true;
        }
        // RFC 3986 section 3.2.2, less the comma: with it, two Hosts joined would be one.
        for (char c : "-._~%!$&'()*+;=:[]".toCharArray()) {
            AUTHORITY[c] = true;
        }
        // Bytes over 127 are allowed (obs-text).
        Arrays.fill(TEXT, ' ', 256, true);
        TEXT['\t'] = true;
        TEXT[127] = false;
    }

    private Octets() {}

    static boolean isToken(byte b) {
        return TOKEN[b & 0xff];
    }

    static boolean isText(byte b) {
        return TEXT[b & 0xff];
    }

    /** Whether all may stand in a host with a port; true of nothing. */
    static boolean isAuthority(byte[] b, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!AUTHORITY[b[i] & 0xff]) {
                return false;
            }
        }
        return true;
    }

    /** The first byte from here on that is of no token. */
    static int endOfToken(byte[] b, int from) {
        int i = from;
        while (TOKEN[b[i] & 0xff]) {
            i++;
        }
        return i;
    }

    /** The first byte from here on that is no text; eight at a time while none is a control. */
    static int endOfText(byte[] b, int from) {
        int i = from;
        int last = b.length - Long.BYTES;
        while (i <= last && !mayHoldControl((long) LONGS.get(b, i))) {
            i += Long.BYTES;
        }
        while (TEXT[b[i] & 0xff]) {
            i++;
        }
        return i;
    }

    /** Whether any of eight bytes is less than 32 or is 127. Bit Twiddling Hacks, "hasless". */
    private static boolean mayHoldControl(long eight) {
        long less = (eight - 0x2020202020202020L) & ~eight;
        long del = eight ^ 0x7f7f7f7f7f7f7f7fL;
        long is127 = (del - 0x0101010101010101L) & ~del;
        return ((less | is127) & 0x8080808080808080L) != 0;
    }
}
