// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.identity;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;

/** Writes the few shapes of DER, X.690, that a request for a certificate is made of. */
final class Der {

    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int SEQUENCE = 0x30;
    static final int SET = 0x31;

    private Der() {}

    /** A value with its tag and length. */
    static byte[] of(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(tag);
        int length = content.size();
        if (length < 0x80) {
            all.write(length);
        } else {
            byte[] bytes = BigInteger.valueOf(length).toByteArray();
            // A sign's leading zero is no part of a length.
            int skip = bytes[0] == 0 ? 1 : 0;
            all.write(0x80 | bytes.length - skip);
            all.write(bytes, skip, bytes.length - skip);
        }
        all.writeBytes(content.toByteArray());
        return all.toByteArray();
    }
}
