// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.http;

import io.netty.buffer.ByteBuf;
import io.serin.proxy.fault.FaultCode;
import io.serin.proxy.fault.ProxyFault;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds and checks the head at the front of a buffer. Strict: what two readers could read in two
 * ways is refused, never repaired (RFC 9112 sections 2.2, 5, 6). Owned by one event loop.
 */
public final class HeadScanner {

    /** What a scan comes to. */
    public enum Outcome {
        /** The head goes on: more bytes are needed. */
        INCOMPLETE,
        /** {@link #head} holds it. */
        COMPLETE,
        /** {@link #fault} says why it is refused. */
        REFUSED
    }

    private static final boolean[] TOKEN = new boolean[256];
    private static final byte[] HTTP_1 = "HTTP/1.".getBytes(StandardCharsets.US_ASCII);

    static {
        for (char c : "!#$%&'*+-.^_`|~0123456789".toCharArray()) {
            TOKEN[c] = true;
        }
        for (char c = 'a'; c <= 'z'; c++) {
            TOKEN[c] = true;
            TOKEN[c - 32] = true;
        }
    }

    private final Head head = new Head();
    private ProxyFault fault = ProxyFault.of(FaultCode.BAD_HEAD);
    private int lineStart;

    /** The last complete head; until the next scan. */
    public Head head() {
        return head;
    }

    /** Why the last head was refused. */
    public ProxyFault fault() {
        return fault;
    }

    public Outcome scanRequest(ByteBuf buffer) {
        Outcome framed = frame(buffer);
        if (framed != Outcome.COMPLETE) {
            return framed;
        }
        ProxyFault refused = requestLine();
        if (refused == null) {
            refused = headerLines();
        }
        if (refused == null) {
            refused = checkRequest();
        }
        return outcome(refused);
    }

    public Outcome scanResponse(ByteBuf buffer) {
        Outcome framed = frame(buffer);
        if (framed != Outcome.COMPLETE) {
            return framed;
        }
        ProxyFault refused = statusLine();
        if (refused == null) {
            refused = headerLines();
        }
        return outcome(refused);
    }

    private Outcome outcome(@Nullable ProxyFault refused) {
        if (refused == null) {
            return Outcome.COMPLETE;
        }
        fault = refused;
        return Outcome.REFUSED;
    }

    /** Copies the head, once, into an array, where scanning costs least. */
    private Outcome frame(ByteBuf buffer) {
        int start = buffer.readerIndex();
        int available = Math.min(buffer.readableBytes(), Head.MAX_BYTES + 1);
        int end = endOfHead(buffer, start, available);
        if (end < 0) {
            if (available > Head.MAX_BYTES) {
                fault = new ProxyFault(FaultCode.HEAD_TOO_LARGE, "the head is over 60 KiB");
                return Outcome.REFUSED;
            }
            return Outcome.INCOMPLETE;
        }
        if (end > Head.MAX_BYTES) {
            fault = new ProxyFault(FaultCode.HEAD_TOO_LARGE, "the head is over 60 KiB");
            return Outcome.REFUSED;
        }
        if (head.bytes.length < end) {
            head.bytes = new byte[Head.MAX_BYTES];
        }
        buffer.getBytes(start, head.bytes, 0, end);
        head.reset(end);
        return Outcome.COMPLETE;
    }

    /**
     * The number of bytes to the end of the empty line, or -1. Bare LF ends lines here, and is
     * refused later.
     */
    private static int endOfHead(ByteBuf buffer, int start, int available) {
        int limit = start + available;
        int from = start;
        while (from < limit) {
            int newline = buffer.indexOf(from, limit, (byte) '\n');
            if (newline < 0) {
                return -1;
            }
            if (newline + 1 < limit && buffer.getByte(newline + 1) == '\n') {
                return newline + 2 - start;
            }
            if (newline + 2 < limit
                    && buffer.getByte(newline + 1) == '\r'
                    && buffer.getByte(newline + 2) == '\n') {
                return newline + 3 - start;
            }
            from = newline + 1;
        }
        return -1;
    }

    private @Nullable ProxyFault requestLine() {
        byte[] b = head.bytes;
        int i = 0;
        while (i < head.length && TOKEN[b[i] & 0xff]) {
            i++;
        }
        if (i == 0 || b[i] != ' ') {
            return bad("the request line does not begin with a method and one space");
        }
        head.methodEnd = i;
        head.method = method();
        int target = ++i;
        while (i < head.length && b[i] > ' ' && b[i] != 127) {
            i++;
        }
        if (i == target || b[i] != ' ') {
            return bad("the request line's target is empty or holds a forbidden character");
        }
        if (i - target > Head.MAX_LINE) {
            return new ProxyFault(FaultCode.HEAD_TOO_LARGE, "the request's target is over 8 KiB");
        }
        head.targetEnd = i;
        ProxyFault badTarget = target(target, i);
        if (badTarget != null) {
            return badTarget;
        }
        return version(i + 1, true);
    }

    private @Nullable ProxyFault version(int at, boolean endsLine) {
        byte[] b = head.bytes;
        if (at + 10 > head.length
                || !Arrays.equals(b, at, at + 7, HTTP_1, 0, 7)
                || (b[at + 7] != '0' && b[at + 7] != '1')) {
            return new ProxyFault(
                    FaultCode.UNSUPPORTED_VERSION, "the version is not HTTP/1.0 or HTTP/1.1");
        }
        head.minorVersion = b[at + 7] - '0';
        if (endsLine && (b[at + 8] != '\r' || b[at + 9] != '\n')) {
            return bad("the request line does not end after the version");
        }
        lineStart = at + 10;
        return null;
    }

    /**
     * Origin form, absolute form, {@code *} or, for CONNECT, an authority. RFC 9112 section 3.2.
     */
    private @Nullable ProxyFault target(int start, int end) {
        byte[] b = head.bytes;
        int path = start;
        if (head.method == Method.CONNECT) {
            head.pathStart = start;
            head.pathEnd = start;
            return null;
        }
        if (b[start] != '/') {
            if (b[start] == '*' && end == start + 1) {
                head.pathStart = start;
                head.pathEnd = end;
                return null;
            }
            if (end - start < 8 || !head.equalsIgnoreCase(start, start + 7, "http://")) {
                return bad("the request's target is not a path");
            }
            path = start + 7;
            while (path < end && b[path] != '/' && b[path] != '?') {
                path++;
            }
        }
        int pathEnd = path;
        while (pathEnd < end && b[pathEnd] != '?') {
            if (b[pathEnd] == '#') {
                return bad("the request's target holds a fragment");
            }
            pathEnd++;
        }
        head.pathStart = path;
        head.pathEnd = pathEnd;
        return null;
    }

    private Method method() {
        byte[] b = head.bytes;
        return switch (head.methodEnd) {
            case 3 -> is(b, "GET") || is(b, "PUT") ? Method.IDEMPOTENT : Method.OTHER;
            case 4 -> is(b, "HEAD") ? Method.HEAD : Method.OTHER;
            case 5 -> is(b, "TRACE") ? Method.IDEMPOTENT : Method.OTHER;
            case 6 -> is(b, "DELETE") ? Method.IDEMPOTENT : Method.OTHER;
            case 7 ->
                    is(b, "OPTIONS")
                            ? Method.IDEMPOTENT
                            : is(b, "CONNECT") ? Method.CONNECT : Method.OTHER;
            default -> Method.OTHER;
        };
    }

    private static boolean is(byte[] b, String word) {
        for (int i = 0; i < word.length(); i++) {
            if (b[i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private @Nullable ProxyFault statusLine() {
        ProxyFault badVersion = version(0, false);
        if (badVersion != null) {
            return bad("the status line does not begin with HTTP/1.0 or HTTP/1.1");
        }
        byte[] b = head.bytes;
        if (head.length < 14 || b[8] != ' ') {
            return bad("the status line has no status");
        }
        int status = 0;
        for (int i = 9; i < 12; i++) {
            if (b[i] < '0' || b[i] > '9') {
                return bad("the status is not a number");
            }
            status = status * 10 + (b[i] - '0');
        }
        if (status < 100 || (b[12] != ' ' && b[12] != '\r')) {
            return bad("the status is not of three digits");
        }
        head.status = status;
        int i = 12;
        while (b[i] != '\r' && b[i] != '\n') {
            i++;
        }
        if (b[i] != '\r' || b[i + 1] != '\n') {
            return bad("the status line does not end with CR LF");
        }
        lineStart = i + 2;
        return null;
    }

    private @Nullable ProxyFault headerLines() {
        byte[] b = head.bytes;
        int i = lineStart;
        int last = head.length - 2;
        while (i < last) {
            if (head.headers == Head.MAX_HEADERS) {
                return new ProxyFault(
                        FaultCode.HEAD_TOO_LARGE,
                        "there are over " + Head.MAX_HEADERS + " headers");
            }
            int name = i;
            while (i < last && TOKEN[b[i] & 0xff]) {
                i++;
            }
            if (i == name || b[i] != ':') {
                return bad("a header's name is empty or holds a forbidden character");
            }
            int n = head.headers;
            head.nameStart[n] = name;
            head.nameEnd[n] = i++;
            while (i < last && (b[i] == ' ' || b[i] == '\t')) {
                i++;
            }
            int value = i;
            // Bytes over 127 are negative here, and allowed (obs-text).
            while (b[i] < 0 || b[i] >= ' ' && b[i] != 127 || b[i] == '\t') {
                i++;
            }
            if (b[i] != '\r' || b[i + 1] != '\n') {
                return bad("a header's value holds a control character, or its line ends badly");
            }
            if (i - name > Head.MAX_LINE) {
                return new ProxyFault(FaultCode.HEAD_TOO_LARGE, "a header is over 8 KiB");
            }
            int valueEnd = i;
            while (valueEnd > value && (b[valueEnd - 1] == ' ' || b[valueEnd - 1] == '\t')) {
                valueEnd--;
            }
            head.valueStart[n] = value;
            head.valueEnd[n] = valueEnd;
            head.headers = n + 1;
            ProxyFault refused = known(n);
            if (refused != null) {
                return refused;
            }
            i += 2;
        }
        return i == last && b[i] == '\r' && b[i + 1] == '\n'
                ? null
                : bad("the head does not end with an empty line");
    }

    /** Headers that say how the message is framed and whom it is for; told by length first. */
    private @Nullable ProxyFault known(int n) {
        int start = head.nameStart[n];
        int end = head.nameEnd[n];
        switch (end - start) {
            case 4 -> {
                if (head.equalsIgnoreCase(start, end, "host")) {
                    if (head.host >= 0) {
                        return bad("there are two Host headers");
                    }
                    head.host = n;
                }
            }
            case 7 -> {
                if (head.equalsIgnoreCase(start, end, "upgrade")) {
                    head.upgrade = n;
                }
            }
            case 10 -> {
                if (head.equalsIgnoreCase(start, end, "connection")) {
                    connection(n);
                }
            }
            case 13 -> {
                if (head.equalsIgnoreCase(start, end, "x-serin-error")) {
                    head.serinError = n;
                }
            }
            case 14 -> {
                if (head.equalsIgnoreCase(start, end, "content-length")) {
                    return contentLength(n);
                }
            }
            case 17 -> {
                if (head.equalsIgnoreCase(start, end, "transfer-encoding")) {
                    return transferEncoding(n);
                }
            }
            default -> {
                // Nothing that the proxy has to know.
            }
        }
        return null;
    }

    private void connection(int n) {
        head.hasConnection = true;
        int i = head.valueStart[n];
        int end = head.valueEnd[n];
        while (i < end) {
            int comma = i;
            while (comma < end && head.bytes[comma] != ',') {
                comma++;
            }
            int optionEnd = comma;
            while (i < optionEnd && head.bytes[i] <= ' ') {
                i++;
            }
            while (optionEnd > i && head.bytes[optionEnd - 1] <= ' ') {
                optionEnd--;
            }
            head.connectionClose |= head.equalsIgnoreCase(i, optionEnd, "close");
            head.connectionKeepAlive |= head.equalsIgnoreCase(i, optionEnd, "keep-alive");
            head.connectionUpgrade |= head.equalsIgnoreCase(i, optionEnd, "upgrade");
            i = comma + 1;
        }
    }

    private @Nullable ProxyFault contentLength(int n) {
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

    private @Nullable ProxyFault transferEncoding(int n) {
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

    private @Nullable ProxyFault checkRequest() {
        return head.host < 0 && head.minorVersion == 1 ? bad("there is no Host header") : null;
    }

    private static ProxyFault bad(String cause) {
        return new ProxyFault(FaultCode.BAD_HEAD, cause);
    }

    private static ProxyFault ambiguous(String cause) {
        return new ProxyFault(FaultCode.AMBIGUOUS_LENGTH, cause);
    }
}
