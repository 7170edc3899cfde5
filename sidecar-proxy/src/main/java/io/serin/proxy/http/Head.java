// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * The head of one message, scanned: where everything stands in its bytes. Reused from message to
 * message by one event loop, so it holds only until the next scan; nothing is copied or allocated
 * for headers that nobody asks for.
 */
public final class Head {

    /** The most bytes that a head may have, start line and last line included. */
    public static final int MAX_BYTES = 60 * 1024;

    /** The most bytes that one line may have. */
    public static final int MAX_LINE = 8 * 1024;

    public static final int MAX_HEADERS = 100;

    byte[] bytes = new byte[4096 + 1];
    int length;
    int minorVersion;

    int methodEnd;
    int authorityStart;
    int pathStart;
    int pathEnd;
    Method method = Method.OTHER;
    int status;

    int headers;
    final int[] nameStart = new int[MAX_HEADERS];
    final int[] nameEnd = new int[MAX_HEADERS];
    final int[] valueStart = new int[MAX_HEADERS];
    final int[] valueEnd = new int[MAX_HEADERS];

    long contentLength;
    boolean chunked;
    int host;
    int serinError;
    int upgrades;
    boolean upgradesToHttp2;
    boolean connectionClose;
    boolean connectionKeepAlive;
    boolean connectionUpgrade;
    boolean connectionNames;
    boolean hopByHop;

    void reset() {
        minorVersion = 1;
        authorityStart = -1;
        headers = 0;
        contentLength = -1;
        chunked = false;
        host = -1;
        serinError = -1;
        upgrades = 0;
        upgradesToHttp2 = false;
        connectionClose = false;
        connectionKeepAlive = false;
        connectionUpgrade = false;
        connectionNames = false;
        hopByHop = false;
    }

    /** In bytes, the empty line included. */
    public int length() {
        return length;
    }

    public Method method() {
        return method;
    }

    /** Of an answer. */
    public int status() {
        return status;
    }

    /** Whether the body comes in chunks. */
    public boolean isChunked() {
        return chunked;
    }

    /** Whether it was sent as HTTP/1.0. */
    public boolean isHttp10() {
        return minorVersion == 0;
    }

    /** Whether the sender will take another message on the connection. RFC 9112 section 9.3. */
    public boolean keepsAlive() {
        return minorVersion == 0 ? connectionKeepAlive && !connectionClose : !connectionClose;
    }

    /** Whether the sender says so, rather than leaves it to the version. */
    public boolean saysKeepAlive() {
        return connectionKeepAlive && !connectionClose;
    }

    /**
     * Whether one other protocol is asked for, by a request without a body. HTTP/2 is not to be had
     * this way (RFC 7540 section 3.2): what followed could not be looked into.
     */
    public boolean asksForUpgrade() {
        return connectionUpgrade
                && upgrades == 1
                && !upgradesToHttp2
                && !chunked
                && contentLength <= 0;
    }

    public boolean methodEquals(byte[] name) {
        return rangeEquals(0, methodEnd, name);
    }

    public boolean pathEquals(byte[] path) {
        return rangeEquals(pathStart, pathEnd, path);
    }

    /** Whether the path is the prefix, or goes on after it with a slash. */
    public boolean pathHasPrefix(byte[] prefix) {
        int end = pathStart + prefix.length;
        return end <= pathEnd
                && rangeEquals(pathStart, end, prefix)
                && (end == pathEnd || bytes[end] == '/');
    }

    /**
     * Whether a header of this name (lower case) holds exactly this value; the first one counts.
     */
    public boolean headerEquals(byte[] lowerCaseName, byte[] value) {
        for (int i = 0; i < headers; i++) {
            if (nameEquals(i, lowerCaseName)) {
                return rangeEquals(valueStart[i], valueEnd[i], value);
            }
        }
        return false;
    }

    /** Whether {@code x-serin-error} is there and begins with the code. */
    public boolean isFault(String code) {
        if (serinError < 0 || valueEnd[serinError] - valueStart[serinError] < code.length()) {
            return false;
        }
        for (int i = 0; i < code.length(); i++) {
            if (bytes[valueStart[serinError] + i] != code.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whom the request is for, without port, lower case: the target's authority, else the Host;
     * empty where there is neither. RFC 9112 section 3.2.2. Allocates.
     */
    public String hostName() {
        int start = authorityStart;
        int end = pathStart;
        if (start < 0) {
            if (host < 0) {
                return "";
            }
            start = valueStart[host];
            end = valueEnd[host];
        }
        int afterBracket = start;
        for (int i = start; i < end; i++) {
            if (bytes[i] == ']') {
                afterBracket = i;
            }
        }
        for (int i = afterBracket; i < end; i++) {
            if (bytes[i] == ':') {
                end = i;
            }
        }
        return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1)
                .toLowerCase(Locale.ROOT);
    }

    boolean nameEquals(int header, byte[] lowerCaseName) {
        int start = nameStart[header];
        if (nameEnd[header] - start != lowerCaseName.length) {
            return false;
        }
        for (int i = 0; i < lowerCaseName.length; i++) {
            if (lower(bytes[start + i]) != lowerCaseName[i]) {
                return false;
            }
        }
        return true;
    }

    boolean valueEqualsIgnoreCase(int header, String lowerCase) {
        return equalsIgnoreCase(valueStart[header], valueEnd[header], lowerCase);
    }

    boolean equalsIgnoreCase(int start, int end, String lowerCase) {
        if (end - start != lowerCase.length()) {
            return false;
        }
        for (int i = 0; i < lowerCase.length(); i++) {
            if (lower(bytes[start + i]) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private boolean rangeEquals(int start, int end, byte[] other) {
        return Arrays.equals(bytes, start, end, other, 0, other.length);
    }

    static int lower(byte b) {
        return b >= 'A' && b <= 'Z' ? b + 32 : b;
    }
}
