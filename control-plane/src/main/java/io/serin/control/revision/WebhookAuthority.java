// SPDX-License-Identifier: Apache-2.0
package io.serin.control.revision;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;

/**
 * Signs the certificates of one revision's webhooks, and nothing else. All parts are PEM.
 *
 * @param key PKCS 8
 */
record WebhookAuthority(String certificate, String key) {

    static final Duration LIFETIME = Duration.ofDays(3650);
    private static final X500Name NAME = new X500Name("O=Serin,CN=webhook authority");

    static WebhookAuthority make(Instant now) {
        try {
            KeyPair pair = Pem.keyPair();
            X509Certificate certificate =
                    Pem.sign(
                            Pem.builder(NAME, NAME, now, now.plus(LIFETIME), pair)
                                    .addExtension(
                                            Extension.basicConstraints,
                                            true,
                                            new BasicConstraints(0))
                                    .addExtension(
                                            Extension.keyUsage,
                                            true,
                                            new KeyUsage(KeyUsage.keyCertSign)),
                            pair.getPrivate());
            return new WebhookAuthority(Pem.of(certificate), Pem.of(pair.getPrivate()));
        } catch (GeneralSecurityException | java.io.IOException impossible) {
            throw new IllegalStateException("no authority could be made", impossible);
        }
    }

    /**
     * A new certificate, trusted by this authority alone.
     *
     * @param hosts DNS names
     * @throws IllegalStateException when the key is none
     */
    WebhookCertificate sign(List<String> hosts, Instant now) {
        try {
            KeyPair pair = Pem.keyPair();
            GeneralName[] names =
                    hosts.stream()
                            .map(host -> new GeneralName(GeneralName.dNSName, host))
                            .toArray(GeneralName[]::new);
            X509Certificate signed =
                    Pem.sign(
                            Pem.builder(
                                            NAME,
                                            new X500Name("O=Serin,CN=webhook"),
                                            now,
                                            now.plus(WebhookCertificate.LIFETIME),
                                            pair)
                                    .addExtension(
                                            Extension.subjectAlternativeName,
                                            false,
                                            new GeneralNames(names))
                                    .addExtension(
                                            Extension.extendedKeyUsage,
                                            false,
                                            new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth)),
                            privateKey());
            return new WebhookCertificate(certificate, Pem.of(signed), Pem.of(pair.getPrivate()));
        } catch (GeneralSecurityException | java.io.IOException broken) {
            throw new IllegalStateException("no certificate could be made", broken);
        }
    }

    private PrivateKey privateKey() throws GeneralSecurityException {
        String base64 = key.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        return KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
    }

    Instant from() {
        return Pem.lifetime(certificate).from();
    }

    Instant until() {
        return Pem.lifetime(certificate).until();
    }

    /** Without the key, which must not end up in a log. */
    @Override
    public String toString() {
        return "WebhookAuthority";
    }
}
