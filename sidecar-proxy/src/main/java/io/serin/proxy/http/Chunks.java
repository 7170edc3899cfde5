// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Follows a chunked body to its end: RFC 9112 section 7.1. As strict as with heads, for what two
 * readers could end at different places is how requests are smuggled. One for each message; the
 * event loop of its connection.
 */
final class Chunks {

    /** The most bytes of one chunk's extensions, and of all trailers. */
    static final int MAX_LINE = 8 * 1024;

    private enum State {
        SIZE,
        EXTENSION,
        NAME_START,
        NAME,
        NAME_END,
        VALUE_START,
        VALUE,
        QUOTED,
        ESCAPED,
        QUOTE_END,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILER_START,
        TRAILER_NAME,
        TRAILER_VALUE,
        TRAILER_LF,
        END_LF,
        DONE,
        BROKEN
    }

    private State state = State.SIZE;
    private long remaining;
    private int digits;
    private int lineBytes;
    private @Nullable StringBuilder trailerName;

    boolean isDone() {
        return state == State.DONE;
    }

    boolean isBroken() {
        return state == State.BROKEN;
    }

    /** Follows the bytes of a range; returns where the body ends in it, or the range does. */
    int follow(ByteBuf buffer, int from, int limit) {
        int i = from;
        while (i < limit && state != State.DONE && state != State.BROKEN) {
            if (state == State.DATA) {
                int taken = (int) Math.min(remaining, limit - i);
                remaining -= taken;
                i += taken;
                if (remaining == 0) {
                    state = State.DATA_CR;
                }
            } else {
                state = next(buffer.getByte(i++));
            }
        }
        return i;
    }

    private State next(byte b) {
        return switch (state) {
            case SIZE -> size(b);
            // Section 7.1.1. Quotes are followed, for a line's end within them is the value's to
            // one reader, the chunk's to another. Blanks are where a recipient has to bear them
            // (BWS): around ';' and '=', never before the line's end.
            case EXTENSION -> b == ';' ? text(b, State.NAME_START) : blank(b, State.EXTENSION);
            case NAME_START -> isBlank(b) ? text(b, State.NAME_START) : token(b, State.NAME);
            case NAME -> name(b);
            case NAME_END -> nameEnd(b);
            case VALUE_START -> valueStart(b);
            case VALUE -> extensionEnd(b, State.VALUE);
            case QUOTED ->
                    b == '"' ? State.QUOTE_END : text(b, b == '\\' ? State.ESCAPED : State.QUOTED);
            case ESCAPED -> text(b, State.QUOTED);
            case QUOTE_END -> extensionEnd(b, State.BROKEN);
            case SIZE_LF -> b == '\n' ? sized() : State.BROKEN;
            case DATA_CR -> b == '\r' ? State.DATA_LF : State.BROKEN;
            case DATA_LF -> b == '\n' ? State.SIZE : State.BROKEN;
            case TRAILER_START -> b == '\r' ? State.END_LF : trailerName(b);
            case TRAILER_NAME -> b == ':' ? trailerNamed() : trailerName(b);
            case TRAILER_VALUE -> b == '\r' ? State.TRAILER_LF : text(b, State.TRAILER_VALUE);
            case TRAILER_LF -> b == '\n' ? State.TRAILER_START : State.BROKEN;
            case END_LF -> b == '\n' ? State.DONE : State.BROKEN;
            case DATA, DONE, BROKEN -> state;
        };
    }

    private State size(byte b) {
        int digit = Character.digit(b, 16);
        if (digit >= 0) {
            // 15 digits can't overflow a long.
            if (++digits > 15) {
                return State.BROKEN;
            }
            remaining = remaining * 16 + digit;
            return State.SIZE;
        }
        return digits == 0 ? State.BROKEN : extensionEnd(b, State.BROKEN);
    }

    private State sized() {
        digits = 0;
        lineBytes = 0;
        return remaining == 0 ? State.TRAILER_START : State.DATA;
    }

    /** What may follow a chunk's size or one of its extensions; anything else is more of it. */
    private State extensionEnd(byte b, State more) {
        return switch (b) {
            case '\r' -> State.SIZE_LF;
            case ';' -> text(b, State.NAME_START);
            case ' ', '\t' -> text(b, State.EXTENSION);
            default -> token(b, more);
        };
    }

    private State name(byte b) {
        return b == '\r' || Octets.isToken(b) ? extensionEnd(b, State.NAME) : nameEnd(b);
    }

    private State nameEnd(byte b) {
        return switch (b) {
            case '=' -> text(b, State.VALUE_START);
            case ';' -> text(b, State.NAME_START);
            default -> blank(b, State.NAME_END);
        };
    }

    private State valueStart(byte b) {
        return switch (b) {
            case '"' -> State.QUOTED;
            case ' ', '\t' -> text(b, State.VALUE_START);
            default -> token(b, State.VALUE);
        };
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    private State blank(byte b, State next) {
        return isBlank(b) ? text(b, next) : State.BROKEN;
    }

    private State token(byte b, State next) {
        return Octets.isToken(b) ? text(b, next) : State.BROKEN;
    }

    private State text(byte b, State next) {
        return Octets.isText(b) && ++lineBytes < MAX_LINE ? next : State.BROKEN;
    }

    private State trailerName(byte b) {
        State next = token(b, State.TRAILER_NAME);
        if (next == State.TRAILER_NAME) {
            if (trailerName == null) {
                trailerName = new StringBuilder();
            }
            trailerName.append((char) Head.lower(b));
        }
        return next;
    }

    /** RFC 9110 section 6.5.1: what frames, routes or authorizes a message can't come after it. */
    private State trailerNamed() {
        State named =
                switch (String.valueOf(trailerName)) {
                    case "content-length",
                            "transfer-encoding",
                            "host",
                            "connection",
                            "upgrade",
                            "te",
                            "authorization" ->
                            State.BROKEN;
                    default -> State.TRAILER_VALUE;
                };
        trailerName = null;
        return named;
    }
}
