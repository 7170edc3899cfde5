// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.dns;

/** Where things stand in a message of DNS. RFC 1035 section 4.1. */
final class Message {

    static final int HEADER_BYTES = 12;

    /** RFC 1035 section 4.2.1: what everybody takes over UDP. */
    static final int LEAST_LIMIT = 512;

    static final int INTERNET = 1;
    static final int A = 1;
    static final int AAAA = 28;
    static final int OPT = 41;

    static final int FORMAT_ERROR = 1;
    static final int SERVER_FAILURE = 2;
    static final int NOT_IMPLEMENTED = 4;
    static final int REFUSED = 5;

    static final int RESPONSE = 0x8000;
    static final int OPCODE = 0x7800;
    static final int AUTHORITATIVE = 0x0400;
    static final int TRUNCATED = 0x0200;
    static final int RECURSION_DESIRED = 0x0100;
    static final int RECURSION_AVAILABLE = 0x0080;
    static final int CODE = 0x000f;

    static final int FLAGS_AT = 2;
    static final int QUESTIONS_AT = 4;
    static final int ANSWERS_AT = 6;
    static final int ADDITIONAL_AT = 10;

    private Message() {}

    static int number(byte[] message, int at) {
        return (message[at] & 0xff) << 8 | message[at + 1] & 0xff;
    }

    static void put(byte[] message, int at, int number) {
        message[at] = (byte) (number >> 8);
        message[at + 1] = (byte) number;
    }

    static int flags(byte[] message) {
        return number(message, FLAGS_AT);
    }

    /** The same message under another number. */
    static byte[] under(int id, byte[] message) {
        byte[] copy = message.clone();
        put(copy, 0, id);
        return copy;
    }
}
