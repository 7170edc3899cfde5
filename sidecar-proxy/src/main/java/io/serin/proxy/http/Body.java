// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Follows a body to its end, without taking it apart: RFC 9112 section 6. Chunks are checked as
 * strictly as heads, for what two readers could end at different places is how requests are
 * smuggled. One for each message; the event loop of its connection.
 */
public final class Body {

    /** Chunk extensions and trailers are passed on, within reason. */
    private static final int MAX_CHUNK_LINES = 8 * 1024;

    private enum State {
        DONE,
        LENGTH,
        UNTIL_CLOSE,
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
        BROKEN
    }

    private State state;
    private long remaining;
    private int digits;
    private int lineBytes;
    private @Nullable StringBuilder trailerName;

    private Body(State state, long remaining) {
        this.state = state;
        this.remaining = remaining;
    }

    public static Body none() {
        return new Body(State.DONE, 0);
    }

    /** Of a request: none without a length. */
    public static Body ofRequest(Head head) {
        return head.chunked ? new Body(State.SIZE, 0) : ofLength(Math.max(0, head.contentLength));
    }

    /** Of the answer to a request of this method. */
    public static Body ofResponse(Head head, Method request) {
        if (request == Method.HEAD
                || head.status < 200
                || head.status == 204
                || head.status == 304) {
            return none();
        }
        if (head.chunked) {
            return new Body(State.SIZE, 0);
        }
        return head.contentLength >= 0
                ? ofLength(head.contentLength)
                : new Body(State.UNTIL_CLOSE, 0);
    }

    private static Body ofLength(long length) {
        return new Body(length == 0 ? State.DONE : State.LENGTH, length);
    }

    public boolean isDone() {
        return state == State.DONE;
    }

    public boolean isBroken() {
        return state == State.BROKEN;
    }

    /** Whether the end of the connection is the end of the body. */
    public boolean endsWithConnection() {
        return state == State.UNTIL_CLOSE;
    }

    /** As {@link #take(ByteBuf, int)} for all that is readable. */
    public int take(ByteBuf buffer) {
        return take(buffer, 0);
    }

    /**
     * The number of bytes from an offset on that belong to the body; they are counted as seen.
     *
     * @param offset how many readable bytes to leave out, those of the head
     */
    public int take(ByteBuf buffer, int offset) {
        int start = buffer.readerIndex() + offset;
        int available = buffer.readableBytes() - offset;
        return switch (state) {
            case DONE, BROKEN -> 0;
            case UNTIL_CLOSE -> available;
            case LENGTH -> {
                int taken = (int) Math.min(remaining, available);
                remaining -= taken;
                if (remaining == 0) {
                    state = State.DONE;
                }
                yield taken;
            }
            case SIZE,
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
                    END_LF ->
                    takeChunks(buffer, start, start + available) - start;
        };
    }

    private int takeChunks(ByteBuf buffer, int from, int limit) {
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
            // RFC 9112 section 7.1.1. Quotes are followed, for a line's end within them is the
            // value's to one reader, the chunk's to another. Blanks are where a recipient has to
            // bear them (BWS): never before the line's end.
            case EXTENSION ->
                    isBlank(b)
                            ? text(b, state)
                            : b == ';' ? text(b, State.NAME_START) : State.BROKEN;
            case NAME_START -> isBlank(b) ? text(b, state) : token(b, State.NAME);
            case NAME -> HeadScanner.isToken(b) || b == '\r' ? extensionEnd(b, state) : nameEnd(b);
            case NAME_END -> nameEnd(b);
            case VALUE_START -> valueStart(b);
            case VALUE -> extensionEnd(b, State.VALUE);
            case QUOTED ->
                    b == '"' ? State.QUOTE_END : text(b, b == '\\' ? State.ESCAPED : State.QUOTED);
            case ESCAPED -> text(b, State.QUOTED);
            case QUOTE_END -> extensionEnd(b, State.BROKEN);
            case SIZE_LF -> {
                digits = 0;
                yield b != '\n' ? State.BROKEN : remaining == 0 ? State.TRAILER_START : State.DATA;
            }
            case DATA_CR -> b == '\r' ? State.DATA_LF : State.BROKEN;
            case DATA_LF -> b == '\n' ? State.SIZE : State.BROKEN;
            case TRAILER_START -> b == '\r' ? State.END_LF : trailerName(b);
            case TRAILER_NAME -> b == ':' ? trailerNamed() : trailerName(b);
            case TRAILER_VALUE -> b == '\r' ? State.TRAILER_LF : text(b, State.TRAILER_VALUE);
            case TRAILER_LF -> b == '\n' ? State.TRAILER_START : State.BROKEN;
            case END_LF -> b == '\n' ? State.DONE : State.BROKEN;
            case DONE, LENGTH, UNTIL_CLOSE, DATA, BROKEN -> state;
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
        if (digits == 0) {
            return State.BROKEN;
        }
        return extensionEnd(b, State.BROKEN);
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

    private State nameEnd(byte b) {
        return switch (b) {
            case '=' -> text(b, State.VALUE_START);
            case ';' -> text(b, State.NAME_START);
            case ' ', '\t' -> text(b, State.NAME_END);
            default -> State.BROKEN;
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

    private State token(byte b, State next) {
        return HeadScanner.isToken(b) ? text(b, next) : State.BROKEN;
    }

    private State text(byte b, State same) {
        return HeadScanner.isText(b) && ++lineBytes < MAX_CHUNK_LINES ? same : State.BROKEN;
    }

    private State trailerName(byte b) {
        if (!HeadScanner.isToken(b) || ++lineBytes >= MAX_CHUNK_LINES) {
            return State.BROKEN;
        }
        if (trailerName == null) {
            trailerName = new StringBuilder();
        }
        trailerName.append((char) Head.lower(b));
        return State.TRAILER_NAME;
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
