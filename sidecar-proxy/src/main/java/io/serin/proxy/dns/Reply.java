// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.dns;

import io.serin.proxy.dns.Received.Question;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** What the agent answers itself. */
final class Reply {

    /** As in Istio: soon forgotten, for names move. */
    private static final int TTL_SECONDS = 30;

    /** Where the question's name stands, for all answers are of that name. */
    private static final int NAME = 0xc000 | Message.HEADER_BYTES;

    private static final int RECORD_BYTES = 12;
    private static final int MOST_RECORD_BYTES = RECORD_BYTES + 16;

    /** A record of type OPT with nothing in it. */
    private static final int OPT_BYTES = 11;

    private Reply() {}

    /**
     * The addresses of the name that was asked for, as many as there is room for.
     *
     * @param addresses all of the family that was asked for; none for a name that has only others
     * @param limit how long it may be
     */
    static byte[] addresses(
            byte[] query, Question question, List<InetAddress> addresses, int limit) {
        int most = question.end() + addresses.size() * MOST_RECORD_BYTES + OPT_BYTES;
        ByteBuffer reply = ByteBuffer.allocate(Math.min(limit, most)).put(query, 0, question.end());
        int room = question.extended() ? OPT_BYTES : 0;
        int written = 0;
        for (InetAddress address : addresses) {
            byte[] bytes = address.getAddress();
            if (reply.remaining() < RECORD_BYTES + bytes.length + room) {
                break;
            }
            reply.putShort((short) NAME)
                    .putShort((short) question.type())
                    .putShort((short) Message.INTERNET)
                    .putInt(TTL_SECONDS)
                    .putShort((short) bytes.length)
                    .put(bytes);
            written++;
        }
        if (question.extended()) {
            reply.put((byte) 0)
                    .putShort((short) Message.OPT)
                    .putShort((short) Message.LEAST_LIMIT)
                    .putInt(0)
                    .putShort((short) 0);
        }
        byte[] bytes = Arrays.copyOf(reply.array(), reply.position());
        head(
                bytes,
                Message.AUTHORITATIVE | (written < addresses.size() ? Message.TRUNCATED : 0),
                1,
                written,
                question.extended() ? 1 : 0);
        return bytes;
    }

    /** That the question can't be answered; says it again. */
    static byte[] failure(byte[] query, Question question, int code) {
        byte[] bytes = Arrays.copyOf(query, question.end());
        head(bytes, code, 1, 0, 0);
        return bytes;
    }

    /** That what came is no question. */
    static byte[] wrong(byte[] query, int code) {
        byte[] bytes = Arrays.copyOf(query, Message.HEADER_BYTES);
        head(bytes, code, 0, 0, 0);
        return bytes;
    }

    /** Of the query's flags, what kind of question it is and who is to look further come back. */
    private static void head(byte[] reply, int flags, int questions, int answers, int additional) {
        int kept = Message.flags(reply) & (Message.OPCODE | Message.RECURSION_DESIRED);
        Message.put(
                reply,
                Message.FLAGS_AT,
                kept | Message.RESPONSE | Message.RECURSION_AVAILABLE | flags);
        Message.put(reply, Message.QUESTIONS_AT, questions);
        Message.put(reply, Message.ANSWERS_AT, answers);
        Message.put(reply, Message.ANSWERS_AT + 2, 0);
        Message.put(reply, Message.ADDITIONAL_AT, additional);
    }
}
