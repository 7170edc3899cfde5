// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.http;

import io.serin.proxy.fault.FaultCode;
import io.serin.proxy.fault.ProxyFault;
import org.jspecify.annotations.Nullable;

/**
 * What the headers mean that a proxy has to understand: where the message ends, whom it is for,
 * what becomes of its connection. Refuses what two readers could read in two ways: RFC 9112 section
 * 6.3.
 */
final class Framing {

    private Framing() {}

    /**
     * Takes in a header that says how the message is framed or whom it is for; told by length
     * first.
     */
    static @Nullable ProxyFault take(Head head, int n) {
        int start = head.nameStart[n];
        int nameEnd = head.nameEnd[n];
        switch (nameEnd - start) {
            case 2 -> head.hopByHop |= head.equalsIgnoreCase(start, nameEnd, "te");
            case 4 -> {
                if (head.equalsIgnoreCase(start, nameEnd, "host")) {
                    return host(head, n);
                }
            }
            case 7 -> {
                if (head.equalsIgnoreCase(start, nameEnd, "upgrade")) {
                    head.upgrades++;
                    head.upgradesToHttp2 |= holdsH2c(head, n);
                }
            }
            case 10 -> {
                if (head.equalsIgnoreCase(start, nameEnd, "connection")) {
                    connection(head, n);
                } else {
                    head.hopByHop |= head.equalsIgnoreCase(start, nameEnd, "keep-alive");
                }
            }
            case 13 -> {
                if (head.equalsIgnoreCase(start, nameEnd, "x-serin-error")) {
                    head.serinError = n;
                }
            }
            case 14 -> {
                if (head.equalsIgnoreCase(start, nameEnd, "content-length")) {
                    return contentLength(head, n);
                }
                head.hopByHop |= head.equalsIgnoreCase(start, nameEnd, "http2-settings");
            }
            case 16 -> head.hopByHop |= head.equalsIgnoreCase(start, nameEnd, "proxy-connection");
            case 17 -> {
                if (head.equalsIgnoreCase(start, nameEnd, "transfer-encoding")) {
                    return transferEncoding(head, n);
                }
            }
            default -> {
                // Nothing that the proxy has to know.
            }
        }
        return null;
    }

    private static @Nullable ProxyFault host(Head head, int n) {
        if (head.host >= 0) {
            return bad("there are two Host headers");
        }
        head.host = n;
        return Octets.isAuthority(head.bytes, head.valueStart[n], head.valueEnd[n])
                ? null
                : bad("the Host holds a forbidden character");
    }

    private static boolean holdsH2c(Head head, int n) {
        for (int i = head.valueStart[n]; i + 3 <= head.valueEnd[n]; i++) {
            if (head.equalsIgnoreCase(i, i + 3, "h2c")) {
                return true;
            }
        }
        return false;
    }

    private static void connection(Head head, int n) {
        int i = head.valueStart[n];
        int valueEnd = head.valueEnd[n];
        while (i < valueEnd) {
            int comma = i;
            while (comma < valueEnd && head.bytes[comma] != ',') {
                comma++;
            }
            int optionEnd = comma;
            while (i < optionEnd && (head.bytes[i] == ' ' || head.bytes[i] == '\t')) {
                i++;
            }
            while (optionEnd > i
                    && (head.bytes[optionEnd - 1] == ' ' || head.bytes[optionEnd - 1] == '\t')) {
                optionEnd--;
            }
            if (head.equalsIgnoreCase(i, optionEnd, "close")) {
                head.connectionClose = true;
            } else if (head.equalsIgnoreCase(i, optionEnd, "keep-alive")) {
                head.connectionKeepAlive = true;
            } else if (head.equalsIgnoreCase(i, optionEnd, "upgrade")) {
                head.connectionUpgrade = true;
            } else if (i < optionEnd) {
                head.connectionNames = true;
            }
            i = comma + 1;
        }
    }

    private static @Nullable ProxyFault contentLength(Head head, int n) {
        if (head.contentLength >= 0) {
            return ambiguous("there are two Content-Length headers");
        }
        int digits = head.valueEnd[n] - head.valueStart[n];
        if (digits < 1 || digits > 18) {
            return ambiguous("Content-Length is not a number of 1 to 18 digits");
        }
        long length = 0;
        for (int i = head.valueStart[n]; i < head.valueEnd[n]; i++) {
            int digit = head.bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return ambiguous("Content-Length is not a number");
            }
            length = length * 10 + digit;
        }
        head.contentLength = length;
        return head.chunked ? ambiguous("there are Content-Length and Transfer-Encoding") : null;
    }

    private static @Nullable ProxyFault transferEncoding(Head head, int n) {
        if (head.chunked || !head.valueEqualsIgnoreCase(n, "chunked")) {
            return ambiguous("Transfer-Encoding is not 'chunked', once");
        }
        if (head.minorVersion == 0) {
            return ambiguous("Transfer-Encoding is not for HTTP/1.0");
        }
        head.chunked = true;
        return head.contentLength >= 0
                ? ambiguous("there are Content-Length and Transfer-Encoding")
                : null;
    }

    /** Once all headers of a request are there. */
    static @Nullable ProxyFault ofRequest(Head head) {
        if (head.host < 0 && head.minorVersion == 1) {
            return bad("there is no Host header");
        }
        // What follows CONNECT's head is the tunnel's; RFC 9110 section 9.3.6.
        return head.method == Method.CONNECT && (head.chunked || head.contentLength > 0)
                ? ambiguous("CONNECT has a body")
                : null;
    }

    private static ProxyFault bad(String cause) {
        return new ProxyFault(FaultCode.BAD_HEAD, cause);
    }

    private static ProxyFault ambiguous(String cause) {
        return new ProxyFault(FaultCode.AMBIGUOUS_LENGTH, cause);
    }
}
