// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys in the forms in which people have them. */
class PrivateKeysTest {

    private static KeyPair made(String algorithm) throws GeneralSecurityException {
        return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
    }

    private static String pem(String kind, byte[] encoded) {
        return "-----BEGIN %1$sPRIVATE KEY-----\n%2$s\n-----END %1$sPRIVATE KEY-----\n"
                .formatted(kind, Base64.getMimeEncoder().encodeToString(encoded));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void aKeyBelongsToItsOwnPublicKeyOnly(String algorithm) throws GeneralSecurityException {
        KeyPair pair = made(algorithm);
        String pem = pem("", pair.getPrivate().getEncoded());

        assertThat(PrivateKeys.flaw(pem, pair.getPublic())).isEmpty();
        assertThat(PrivateKeys.flaw(pem, made(algorithm).getPublic()))
                .hasValue("does not belong to the certificate");
    }

    /** What {@code openssl genrsa} and {@code openssl ecparam} wrote for decades. */
    @ParameterizedTest
    @CsvSource({"RSA, 26", "EC, 28"})
    void theOlderFormsAreRead(String algorithm, int wrapping) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(algorithm.equals("RSA") ? 2048 : 256);
        KeyPair pair = generator.generateKeyPair();
        String pem = pem(algorithm + " ", inner(pair.getPrivate(), wrapping));

        assertThat(PrivateKeys.flaw(pem, pair.getPublic())).isEmpty();
        assertThat(PrivateKeys.flaw(pem, made(algorithm).getPublic()))
                .hasValue("does not belong to the certificate");
    }

    private static byte[] inner(PrivateKey key, int wrapping) {
        byte[] encoded = key.getEncoded();
        return Arrays.copyOfRange(encoded, wrapping, encoded.length);
    }

    @Test
    void whatIsNoKeyIsTold() throws GeneralSecurityException {
        KeyPair pair = made("EC");

        assertThat(PrivateKeys.flaw("", pair.getPublic())).hasValue("is no private key in PEM");
        assertThat(PrivateKeys.flaw(pem("", new byte[] {1, 2, 3}), pair.getPublic()))
                .hasValueSatisfying(flaw -> assertThat(flaw).startsWith("can't be read: "));
        assertThat(PrivateKeys.flaw(pem("ENCRYPTED ", new byte[] {1}), pair.getPublic()))
                .hasValue("can't be read: ENCRYPTED (expected: RSA, EC or PKCS 8, not encrypted)");
        assertThat(
                        PrivateKeys.flaw(
                                pem("", made("RSA").getPrivate().getEncoded()), pair.getPublic()))
                .hasValueSatisfying(flaw -> assertThat(flaw).startsWith("can't be read: "));
    }
}
