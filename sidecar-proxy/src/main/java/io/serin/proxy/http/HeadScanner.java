// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.http;

import io.netty.buffer.ByteBuf;
import io.serin.proxy.fault.FaultCode;
import io.serin.proxy.fault.ProxyFault;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Finds and checks the head at the front of a buffer, in one pass. Strict: what two readers could
 * read in two ways is refused, never repaired (RFC 9112 sections 2.2, 3, 5, 6). Owned by one event
 * loop.
 *
 * <p>The head is copied once into an array, where scanning costs least; behind its last byte stands
 * a zero, which no part of a head may hold, so that loops over bytes need no other end.
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

    /** What is looked at first; nearly every head is shorter, and what follows is its body. */
    private static final int FIRST_LOOK = 4096;

    private static final byte[] HTTP_1 = "HTTP/1.".getBytes(StandardCharsets.US_ASCII);
    private final Head head = new Head();
    private ProxyFault fault = ProxyFault.of(FaultCode.BAD_HEAD);

    // Of the scan under way: the next byte to look at, and the end of what there is.
    private int at;
    private int end;

    /** The last complete head; until the next scan. */
    public Head head() {
        return head;
    }

    /** Why the last head was refused. */
    public ProxyFault fault() {
        return fault;
    }

    public Outcome scanRequest(ByteBuf buffer) {
        return scan(buffer, true);
    }

    public Outcome scanResponse(ByteBuf buffer) {
        return scan(buffer, false);
    }

    private Outcome scan(ByteBuf buffer, boolean request) {
        int available = buffer.readableBytes();
        Outcome outcome = look(buffer, Math.min(available, FIRST_LOOK), request);
        if (outcome == Outcome.INCOMPLETE && available > FIRST_LOOK) {
            outcome = look(buffer, Math.min(available, Head.MAX_BYTES), request);
        }
        return outcome == Outcome.INCOMPLETE && available >= Head.MAX_BYTES
                ? refuse(FaultCode.HEAD_TOO_LARGE, "the head is over 60 KiB")
                : outcome;
    }

    private Outcome look(ByteBuf buffer, int length, boolean request) {
        if (head.bytes.length <= length) {
            head.bytes = new byte[Head.MAX_BYTES + 1];
        }
        buffer.getBytes(buffer.readerIndex(), head.bytes, 0, length);
        head.bytes[length] = 0;
        head.reset();
        at = 0;
        end = length;
        Outcome outcome = request ? requestLine() : statusLine();
        while (outcome == Outcome.COMPLETE) {
            if (head.bytes[at] == '\r') {
                outcome = lineEnd();
                head.length = at;
                return outcome == Outcome.COMPLETE && request
                        ? outcomeOf(Framing.ofRequest(head))
                        : outcome;
            }
            outcome = headerLine(request);
        }
        return outcome;
    }

    /** The byte at hand can't stand here: it is wrong, or it is not here yet. */
    private Outcome stopped(String cause) {
        return at >= end ? Outcome.INCOMPLETE : refuse(FaultCode.BAD_HEAD, cause);
    }

    private Outcome refuse(FaultCode code, String cause) {
        fault = new ProxyFault(code, cause);
        return Outcome.REFUSED;
    }

    /** Complete where there is no fault. */
    private Outcome outcomeOf(@Nullable ProxyFault refused) {
        if (refused == null) {
            return Outcome.COMPLETE;
        }
        fault = refused;
        return Outcome.REFUSED;
    }

    /** CR LF, and nothing else, ends a line. */
    private Outcome lineEnd() {
        byte[] b = head.bytes;
        if (b[at] != '\r') {
            return stopped("a line holds a control character, or does not end with CR LF");
        }
        at++;
        if (b[at] != '\n') {
            return stopped("a CR is not followed by LF");
        }
        at++;
        return Outcome.COMPLETE;
    }

    // ---- the first line ----

    private Outcome requestLine() {
        byte[] b = head.bytes;
        at = Octets.endOfToken(b, 0);
        if (at == 0 || b[at] != ' ') {
            return stopped("the request line does not begin with a method and one space");
        }
        head.methodEnd = at;
        head.method = method(b, at);
        int target = ++at;
        while (b[at] < 0 || b[at] > ' ' && b[at] != 127) {
            at++;
        }
        if (at - target > Head.MAX_LINE) {
            return refuse(FaultCode.TARGET_TOO_LONG, "the request's target is over 8 KiB");
        }
        if (at == target || b[at] != ' ') {
            return stopped("the request's target is empty or holds a forbidden character");
        }
        Outcome form = outcomeOf(target(target, at));
        if (form != Outcome.COMPLETE) {
            return form;
        }
        at++;
        Outcome version = version();
        return version == Outcome.COMPLETE ? lineEnd() : version;
    }

    private Outcome version() {
        byte[] b = head.bytes;
        for (int i = 0; i < HTTP_1.length; i++, at++) {
            if (b[at] != HTTP_1[i]) {
                return noVersion();
            }
        }
        if (b[at] != '0' && b[at] != '1') {
            return noVersion();
        }
        head.minorVersion = b[at++] - '0';
        return Outcome.COMPLETE;
    }

    private Outcome noVersion() {
        return at >= end
                ? Outcome.INCOMPLETE
                : refuse(FaultCode.UNSUPPORTED_VERSION, "the version is not HTTP/1.0 or HTTP/1.1");
    }

    /**
     * Origin form, absolute form, {@code *} for OPTIONS or, for CONNECT, an authority. RFC 9112
     * section 3.2.
     */
    private @Nullable ProxyFault target(int start, int targetEnd) {
        byte[] b = head.bytes;
        head.pathStart = start;
        head.pathEnd = start;
        if (head.method == Method.CONNECT) {
            return Octets.isAuthority(head.bytes, start, targetEnd)
                    ? null
                    : badTarget("the target of CONNECT is not a host and port");
        }
        if (b[start] == '*' && targetEnd == start + 1) {
            head.pathEnd = targetEnd;
            return null;
        }
        int path = start;
        if (b[start] != '/') {
            if (targetEnd - start < 8 || !head.equalsIgnoreCase(start, start + 7, "http://")) {
                return badTarget("the request's target is not a path");
            }
            path = start + 7;
            while (path < targetEnd && b[path] != '/' && b[path] != '?') {
                path++;
            }
            head.authorityStart = start + 7;
            if (path == start + 7 || !Octets.isAuthority(head.bytes, start + 7, path)) {
                return badTarget("the request's target has no valid host");
            }
        }
        int pathEnd = path;
        while (pathEnd < targetEnd && b[pathEnd] != '?' && b[pathEnd] != '#') {
            pathEnd++;
        }
        head.pathStart = path;
        head.pathEnd = pathEnd;
        for (int i = pathEnd; i < targetEnd; i++) {
            if (b[i] == '#') {
                return badTarget("the request's target holds a fragment");
            }
        }
        return null;
    }

    private static ProxyFault badTarget(String cause) {
        return new ProxyFault(FaultCode.BAD_HEAD, cause);
    }

    private static Method method(byte[] b, int length) {
        return switch (length) {
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

    private Outcome statusLine() {
        byte[] b = head.bytes;
        Outcome version = version();
        if (version != Outcome.COMPLETE) {
            return version;
        }
        if (b[at] != ' ') {
            return stopped("the status line has no status");
        }
        at++;
        int status = 0;
        for (int digits = 0; digits < 3; digits++, at++) {
            if (b[at] < '0' || b[at] > '9') {
                return stopped("the status is not a number of three digits");
            }
            status = status * 10 + (b[at] - '0');
        }
        if (status < 100) {
            return refuse(FaultCode.BAD_HEAD, "the status is less than 100");
        }
        head.status = status;
        if (b[at] == ' ') {
            at = Octets.endOfText(b, at);
        }
        return lineEnd();
    }

    // ---- the others ----

    private Outcome headerLine(boolean request) {
        byte[] b = head.bytes;
        int n = head.headers;
        int name = at;
        at = Octets.endOfToken(b, name);
        if (at == name || b[at] != ':') {
            return stopped("a header's name is empty or holds a forbidden character");
        }
        if (n == Head.MAX_HEADERS) {
            return refuse(
                    FaultCode.HEAD_TOO_LARGE, "there are over " + Head.MAX_HEADERS + " headers");
        }
        head.nameStart[n] = name;
        head.nameEnd[n] = at++;
        while (b[at] == ' ' || b[at] == '\t') {
            at++;
        }
        int value = at;
        at = Octets.endOfText(b, value);
        if (request && at - name > Head.MAX_LINE) {
            return refuse(FaultCode.HEAD_TOO_LARGE, "a header is over 8 KiB");
        }
        int valueEnd = at;
        while (valueEnd > value && (b[valueEnd - 1] == ' ' || b[valueEnd - 1] == '\t')) {
            valueEnd--;
        }
        Outcome line = lineEnd();
        if (line != Outcome.COMPLETE) {
            return line;
        }
        head.valueStart[n] = value;
        head.valueEnd[n] = valueEnd;
        head.headers = n + 1;
        return outcomeOf(Framing.take(head, n));
    }
}
