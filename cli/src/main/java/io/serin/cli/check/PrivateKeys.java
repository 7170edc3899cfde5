// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether a private key in PEM belongs to a public one. Pure; keeps nothing of it. */
final class PrivateKeys {

    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]*)PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END");

    /** How each kind of key signs; what is signed is of no importance. */
    private static final Map<String, String> SIGNATURES =
            Map.of("EC", "SHA256withECDSA", "RSA", "SHA256withRSA");

    private static final byte[] TRIAL = {1};

    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;

    /** From here on a length says how many bytes of length follow (X.690 section 8.1.3). */
    private static final int LONG_FORM = 0x80;

    private PrivateKeys() {}

    /** What is in the way; empty when it belongs. */
    static Optional<String> flaw(String pem, PublicKey of) {
        Matcher found = PEM.matcher(pem);
        if (!found.find()) {
            return Optional.of("is no private key in PEM");
        }
        String signature = SIGNATURES.get(of.getAlgorithm());
        if (signature == null) {
            return Optional.of(
                    "can't be used: the certificate's is of "
                            + of.getAlgorithm()
                            + " (expected: RSA or EC)");
        }
        PrivateKey key;
        try {
            key =
                    KeyFactory.getInstance(of.getAlgorithm())
                            .generatePrivate(
                                    new PKCS8EncodedKeySpec(
                                            pkcs8(
                                                    found.group(1).strip(),
                                                    Base64.getMimeDecoder().decode(found.group(2)),
                                                    of)));
        } catch (GeneralSecurityException | IllegalArgumentException garbled) {
            return Optional.of("can't be read: " + garbled.getMessage());
        }
        return isOf(key, of, signature)
                ? Optional.empty()
                : Optional.of("does not belong to the certificate");
    }

    private static boolean isOf(PrivateKey key, PublicKey other, String signature) {
        try {
            Signature signing = Signature.getInstance(signature);
            signing.initSign(key);
            signing.update(TRIAL);
            byte[] signed = signing.sign();
            signing.initVerify(other);
            signing.update(TRIAL);
            return signing.verify(signed);
        } catch (GeneralSecurityException ofAnotherSize) {
            return false;
        }
    }

    private static byte[] pkcs8(String form, byte[] encoded, PublicKey of)
            throws GeneralSecurityException {
        return switch (form) {
            case "" -> encoded;
            case "EC", "RSA" -> wrapped(encoded, of);
            default ->
                    throw new GeneralSecurityException(
                            form + " (expected: RSA, EC or PKCS 8, not encrypted)");
        };
    }

    /**
     * Puts a key of the older forms (RFC 8017 A.1.2, RFC 5915) into the one that Java reads (RFC
     * 5208). The kind of key is that of the public one, in whose encoding it comes first.
     */
    private static byte[] wrapped(byte[] key, PublicKey of) {
        ByteBuffer info = ByteBuffer.wrap(of.getEncoded());
        enter(info);
        int start = info.position();
        int length = enter(info);
        byte[] kind = Arrays.copyOfRange(info.array(), start, info.position() + length);
        byte[] version = {0x02, 0x01, 0x00};
        return der(SEQUENCE, version, kind, der(OCTETS, key));
    }

    /** Goes to the contents of what is there, and says how long they are. */
    private static int enter(ByteBuffer der) {
        der.get();
        int length = Byte.toUnsignedInt(der.get());
        if (length < LONG_FORM) {
            return length;
        }
        int bytes = length - LONG_FORM;
        length = 0;
        for (int i = 0; i < bytes; i++) {
            length = length << Byte.SIZE | Byte.toUnsignedInt(der.get());
        }
        return length;
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream contents = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            contents.writeBytes(part);
        }
        ByteArrayOutputStream der = new ByteArrayOutputStream();
        der.write(tag);
        int length = contents.size();
        if (length < LONG_FORM) {
            der.write(length);
        } else {
            int bits = Integer.SIZE - Integer.numberOfLeadingZeros(length);
            int bytes = Math.ceilDiv(bits, Byte.SIZE);
            der.write(LONG_FORM + bytes);
            for (int i = bytes - 1; i >= 0; i--) {
                der.write(length >> i * Byte.SIZE);
            }
        }
        der.writeBytes(contents.toByteArray());
        return der.toByteArray();
    }
}
