// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.dns;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Questions as a client writes them, and answers as it reads them. */
final class Query {

    private Query() {}

    /** Recursion desired, class IN. */
    static byte[] of(int id, String name, int type) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {(byte) (id >> 8), (byte) id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0});
        for (String label : name.isEmpty() ? new String[0] : name.split("\\.", -1)) {
            bytes.write(label.length());
            bytes.writeBytes(label.getBytes(StandardCharsets.ISO_8859_1));
        }
        bytes.writeBytes(new byte[] {0, 0, (byte) type, 0, 1});
        return bytes.toByteArray();
    }

    /** The same from a client that takes so much over UDP. */
    static byte[] extended(int id, String name, int type, int limit) {
        byte[] plain = of(id, name, type);
        byte[] all = Arrays.copyOf(plain, plain.length + 11);
        all[11] = 1;
        all[plain.length + 2] = 41;
        all[plain.length + 3] = (byte) (limit >> 8);
        all[plain.length + 4] = (byte) limit;
        return all;
    }

    /** The question's answer: no record, as some server has it. */
    static byte[] answer(byte[] query, int code) {
        byte[] answer = query.clone();
        Message.put(answer, 2, 0x8180 | code);
        return answer;
    }

    /**
     * What a client reads of an answer that has nothing but addresses in it.
     *
     * @param authoritative whether whoever answered knows it best
     * @param rest bytes after the last answer
     */
    record Answer(
            int id,
            int code,
            boolean authoritative,
            boolean truncated,
            List<InetAddress> addresses,
            int rest) {

        static Answer read(byte[] message) {
            ByteBuffer in = ByteBuffer.wrap(message);
            int id = in.getShort() & 0xffff;
            int flags = in.getShort();
            int questions = in.getShort();
            int answers = in.getShort();
            in.position(12);
            for (int i = 0; i < questions; i++) {
                for (int length = in.get(); length > 0; length = in.get()) {
                    in.position(in.position() + length);
                }
                in.position(in.position() + 4);
            }
            List<InetAddress> addresses = new ArrayList<>();
            for (int i = 0; i < answers; i++) {
                in.position(in.position() + 10);
                byte[] address = new byte[in.getShort()];
                in.get(address);
                try {
                    addresses.add(InetAddress.getByAddress(address));
                } catch (UnknownHostException e) {
                    throw new IllegalArgumentException(e);
                }
            }
            return new Answer(
                    id,
                    flags & 15,
                    (flags & 0x0400) != 0,
                    (flags & 0x0200) != 0,
                    addresses,
                    in.remaining());
        }
    }
}
