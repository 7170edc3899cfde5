// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.dns;

import java.util.Locale;

/** What a client sent. */
sealed interface Received {

    /** Nothing to answer: too short to have a number, or an answer itself. */
    record Noise() implements Received {}

    /** Nothing that can be asked; answered with this code. */
    record Wrong(int code) implements Received {}

    /**
     * A question.
     *
     * @param id its number
     * @param name in lower case, without the last dot; empty for the root, and for a name of other
     *     characters than host names have
     * @param type the kind of record
     * @param dnsClass the class
     * @param end where it ends in the message
     * @param extended whether the client speaks EDNS
     * @param limit what it takes over UDP, in bytes
     */
    record Question(
            int id, String name, int type, int dnsClass, int end, boolean extended, int limit)
            implements Received {}

    /** Reads a message, whatever it holds. */
    static Received of(byte[] message) {
        if (message.length < Message.HEADER_BYTES
                || (Message.flags(message) & Message.RESPONSE) != 0) {
            return new Noise();
        }
        if ((Message.flags(message) & Message.OPCODE) != 0) {
            return new Wrong(Message.NOT_IMPLEMENTED);
        }
        int nameEnd = nameEnd(message);
        int end = nameEnd + 4;
        if (Message.number(message, Message.QUESTIONS_AT) != 1
                || nameEnd < 0
                || end > message.length) {
            return new Wrong(Message.FORMAT_ERROR);
        }
        boolean extended = isExtended(message, end);
        return new Question(
                Message.number(message, 0),
                name(message, nameEnd),
                Message.number(message, nameEnd),
                Message.number(message, nameEnd + 2),
                end,
                extended,
                extended
                        ? Math.max(Message.LEAST_LIMIT, Message.number(message, end + 3))
                        : Message.LEAST_LIMIT);
    }

    /**
     * Where the name ends that the message begins with; negative where it doesn't, or is too long.
     */
    private static int nameEnd(byte[] message) {
        int at = Message.HEADER_BYTES;
        while (at < message.length && at - Message.HEADER_BYTES < 255) {
            int length = message[at] & 0xff;
            if (length == 0) {
                return at + 1;
            }
            if (length > 63) {
                // There is nothing before it that it could point at.
                return -1;
            }
            at += 1 + length;
        }
        return -1;
    }

    private static String name(byte[] message, int end) {
        StringBuilder name = new StringBuilder(end);
        int labelEnd = Message.HEADER_BYTES;
        for (int at = Message.HEADER_BYTES; at < end - 1; at++) {
            if (at == labelEnd) {
                labelEnd = at + 1 + message[at];
                name.append(name.isEmpty() ? "" : ".");
            } else if (isOfHostNames(message[at])) {
                name.append((char) message[at]);
            } else {
                return "";
            }
        }
        return name.toString().toLowerCase(Locale.ROOT);
    }

    private static boolean isOfHostNames(byte letter) {
        return (letter >= 'a' && letter <= 'z')
                || (letter >= 'A' && letter <= 'Z')
                || (letter >= '0' && letter <= '9')
                || letter == '-'
                || letter == '_';
    }

    /** RFC 6891 section 6.1: a record of type OPT, whose name is the root. */
    private static boolean isExtended(byte[] message, int end) {
        return Message.number(message, Message.ANSWERS_AT) == 0
                && Message.number(message, Message.ANSWERS_AT + 2) == 0
                && Message.number(message, Message.ADDITIONAL_AT) > 0
                && message.length >= end + 5
                && message[end] == 0
                && Message.number(message, end + 1) == Message.OPT;
    }
}
