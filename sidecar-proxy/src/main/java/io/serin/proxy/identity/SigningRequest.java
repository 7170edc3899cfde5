// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.identity;

import io.serin.api.name.SpiffeId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A new key, P-256, and the request that it be certified: PKCS #10, RFC 2986, with the identity as
 * the only name, RFC 5280 section 4.2.1.6.
 *
 * @param pem the request
 */
record SigningRequest(PrivateKey key, PublicKey publicKey, String pem) {

    private static final byte[] VERSION_0 = HexFormat.of().parseHex("020100");
    private static final byte[] NO_SUBJECT = HexFormat.of().parseHex("3000");
    private static final byte[] TRUE = HexFormat.of().parseHex("0101ff");

    /** 1.2.840.10045.4.3.2 */
    private static final byte[] ECDSA_WITH_SHA256 = HexFormat.of().parseHex("06082a8648ce3d040302");

    /** 1.2.840.113549.1.9.14 */
    private static final byte[] EXTENSION_REQUEST =
            HexFormat.of().parseHex("06092a864886f70d01090e");

    /** 2.5.29.17 */
    private static final byte[] SUBJECT_ALT_NAME = HexFormat.of().parseHex("0603551d11");

    private static final int URI = 0x86;
    private static final int ATTRIBUTES = 0xa0;
    private static final byte[] NO_UNUSED_BITS = {0};

    /** Makes both; takes some milliseconds. */
    static SigningRequest make(SpiffeId self) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        byte[] info =
                Der.of(
                        Der.SEQUENCE,
                        VERSION_0,
                        NO_SUBJECT,
                        pair.getPublic().getEncoded(),
                        Der.of(ATTRIBUTES, names(self)));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(pair.getPrivate());
        signature.update(info);
        byte[] request =
                Der.of(
                        Der.SEQUENCE,
                        info,
                        Der.of(Der.SEQUENCE, ECDSA_WITH_SHA256),
                        Der.of(Der.BIT_STRING, NO_UNUSED_BITS, signature.sign()));
        return new SigningRequest(pair.getPrivate(), pair.getPublic(), pem(request));
    }

    private static byte[] names(SpiffeId self) {
        byte[] uri = Der.of(URI, self.toString().getBytes(StandardCharsets.US_ASCII));
        byte[] extension =
                Der.of(
                        Der.SEQUENCE,
                        SUBJECT_ALT_NAME,
                        TRUE,
                        Der.of(Der.OCTET_STRING, Der.of(Der.SEQUENCE, uri)));
        return Der.of(
                Der.SEQUENCE, EXTENSION_REQUEST, Der.of(Der.SET, Der.of(Der.SEQUENCE, extension)));
    }

    private static String pem(byte[] der) {
        return "-----BEGIN CERTIFICATE REQUEST-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END CERTIFICATE REQUEST-----\n";
    }

    /** Without the key, which must not end up in a log. */
    @Override
    public String toString() {
        return "SigningRequest";
    }
}
