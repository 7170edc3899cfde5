// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/**
 * Writes a head anew where it speaks of the connection, which ends here (RFC 9110 section 7.6.1).
 * Nearly every head goes on as it is; {@code keep-alive} alone is harmless, and common.
 */
public final class HeadWriter {

    /** What the head is to say about the connection. */
    public enum Say {
        /** Nothing: the version says it. */
        NOTHING,
        CLOSE,
        KEEP_ALIVE,
        UPGRADE
    }

    private static final byte[] END = ascii("\r\n");
    private static final byte[] END_CLOSE = ascii("connection: close\r\n\r\n");
    private static final byte[] END_KEEP_ALIVE = ascii("connection: keep-alive\r\n\r\n");
    private static final byte[] END_UPGRADE = ascii("connection: upgrade\r\n\r\n");

    private HeadWriter() {}

    /** Whether a request's head can go on as it is. */
    public static boolean passesAsIs(Head head) {
        return !head.hopByHop
                && !head.connectionNames
                && !head.connectionClose
                && (head.asksForUpgrade() || !head.connectionUpgrade && head.upgrades == 0);
    }

    /** Whether an answer's head can go on as it is, and says what it is to say. */
    public static boolean passesAsIs(Head head, Say say) {
        return !head.hopByHop
                && !head.connectionNames
                && head.connectionClose == (say == Say.CLOSE)
                && (say != Say.KEEP_ALIVE || head.connectionKeepAlive)
                && (isAboutUpgrade(head) || !head.connectionUpgrade && head.upgrades == 0);
    }

    /** 101 has switched, 426 says what to switch to. */
    private static boolean isAboutUpgrade(Head head) {
        return head.status == 101 || head.status == 426;
    }

    /** A request's head, written anew. The caller owns the result; the source is not read. */
    public static ByteBuf request(ByteBufAllocator allocator, Head head) {
        boolean upgrade = head.asksForUpgrade();
        Say say =
                upgrade
                        ? Say.UPGRADE
                        : head.isHttp10() && head.keepsAlive() ? Say.KEEP_ALIVE : Say.NOTHING;
        return rewrite(allocator, head, upgrade, say);
    }

    /** An answer's head, written anew. The caller owns the result; the source is not read. */
    public static ByteBuf response(ByteBufAllocator allocator, Head head, Say say) {
        return rewrite(allocator, head, isAboutUpgrade(head), say);
    }

    private static ByteBuf rewrite(
            ByteBufAllocator allocator, Head head, boolean keepUpgrade, Say say) {
        byte[] end = endOf(say);
        ByteBuf to = allocator.buffer(head.length + end.length);
        int last = head.length - 2;
        to.writeBytes(head.bytes, 0, head.headers > 0 ? head.nameStart[0] : last);
        for (int i = 0; i < head.headers; i++) {
            if (!isDropped(head, i, keepUpgrade)) {
                int next = i + 1 < head.headers ? head.nameStart[i + 1] : last;
                to.writeBytes(head.bytes, head.nameStart[i], next - head.nameStart[i]);
            }
        }
        return to.writeBytes(end);
    }

    private static byte[] endOf(Say say) {
        return switch (say) {
            case NOTHING -> END;
            case CLOSE -> END_CLOSE;
            case KEEP_ALIVE -> END_KEEP_ALIVE;
            case UPGRADE -> END_UPGRADE;
        };
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean isDropped(Head head, int header, boolean keepUpgrade) {
        int start = head.nameStart[header];
        int end = head.nameEnd[header];
        return head.equalsIgnoreCase(start, end, "connection")
                || head.equalsIgnoreCase(start, end, "keep-alive")
                || head.equalsIgnoreCase(start, end, "proxy-connection")
                || head.equalsIgnoreCase(start, end, "te")
                || head.equalsIgnoreCase(start, end, "http2-settings")
                || (!keepUpgrade && head.equalsIgnoreCase(start, end, "upgrade"))
                || (head.connectionNames && isNamed(head, start, end));
    }

    /**
     * Whether a Connection header names this one. Not those by which a message is framed and
     * routed: to have them dropped is how requests are smuggled.
     */
    private static boolean isNamed(Head head, int start, int end) {
        if (head.equalsIgnoreCase(start, end, "host")
                || head.equalsIgnoreCase(start, end, "content-length")
                || head.equalsIgnoreCase(start, end, "transfer-encoding")
                || head.equalsIgnoreCase(start, end, "upgrade")) {
            return false;
        }
        for (int i = 0; i < head.headers; i++) {
            if (head.equalsIgnoreCase(head.nameStart[i], head.nameEnd[i], "connection")
                    && lists(head, head.valueStart[i], head.valueEnd[i], start, end)) {
                return true;
            }
        }
        return false;
    }

    private static boolean lists(Head head, int from, int to, int start, int end) {
        int i = from;
        while (i < to) {
            int k = i;
            while (k < to && Octets.isToken(head.bytes[k])) {
                k++;
            }
            if (k - i == end - start && same(head, i, start, k - i)) {
                return true;
            }
            i = k + 1;
        }
        return false;
    }

    private static boolean same(Head head, int a, int b, int length) {
        for (int i = 0; i < length; i++) {
            if (Head.lower(head.bytes[a + i]) != Head.lower(head.bytes[b + i])) {
                return false;
            }
        }
        return true;
    }
}
