// SPDX-License-Identifier: Apache-2.0
package io.serin.control.revision;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The certificate that the API server sees when it calls our webhooks, signed by an authority of
 * its own, which signs nothing else and whose key is thrown away. All parts are PEM.
 *
 * @param authority the one that signed the certificate; after it perhaps the one before
 * @param key PKCS 8
 */
public record WebhookCertificate(String authority, String certificate, String key) {

    static final Duration LIFETIME = Duration.ofDays(365);
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);
    private static final String END = "-----END CERTIFICATE-----\n";
    private static final String SIGNATURE = "SHA256withECDSA";

    /**
     * Makes a new one.
     *
     * @param hosts DNS names, the first also as the subject
     */
    public static WebhookCertificate make(List<String> hosts, Instant now) {
        try {
            Instant from = now.minus(CLOCK_SKEW);
            Instant to = now.plus(LIFETIME);
            KeyPair authorityKey = keyPair();
            X500Name authorityName = new X500Name("O=Serin,CN=webhook authority");
            X509Certificate authority =
                    sign(
                            builder(authorityName, authorityName, from, to, authorityKey)
                                    .addExtension(
                                            Extension.basicConstraints,
                                            true,
                                            new BasicConstraints(0))
                                    .addExtension(
                                            Extension.keyUsage,
                                            true,
                                            new KeyUsage(KeyUsage.keyCertSign)),
                            authorityKey);
            KeyPair key = keyPair();
            GeneralName[] names =
                    hosts.stream()
                            .map(host -> new GeneralName(GeneralName.dNSName, host))
                            .toArray(GeneralName[]::new);
            X509Certificate certificate =
                    sign(
                            builder(
                                            authorityName,
                                            new X500Name("O=Serin,CN=webhook"),
                                            from,
                                            to,
                                            key)
                                    .addExtension(
                                            Extension.subjectAlternativeName,
                                            false,
                                            new GeneralNames(names))
                                    .addExtension(
                                            Extension.extendedKeyUsage,
                                            false,
                                            new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth)),
                            authorityKey);
            return new WebhookCertificate(
                    pem(authority),
                    pem(certificate),
                    pem(new JcaPKCS8Generator(key.getPrivate(), null)));
        } catch (GeneralSecurityException | OperatorCreationException | IOException impossible) {
            throw new IllegalStateException("no certificate could be made", impossible);
        }
    }

    /** The same, which is trusted together with the one that it replaces. */
    WebhookCertificate after(Optional<WebhookCertificate> former) {
        String both =
                authority
                        + former.map(WebhookCertificate::authority)
                                .map(text -> {
                                    int end = text.indexOf(END);
                                    return end < 0 ? "" : text.substring(0, end + END.length());
                                })
                                .orElse("");
        return new WebhookCertificate(both, certificate, key);
    }

    /** Without the key, which must not end up in a log. */
    @Override
    public String toString() {
        return "WebhookCertificate";
    }

    private static KeyPair keyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static JcaX509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, Instant from, Instant to, KeyPair key) {
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(64, new SecureRandom()),
                Date.from(from),
                Date.from(to),
                subject,
                key.getPublic());
    }

    private static X509Certificate sign(
            org.bouncycastle.cert.X509v3CertificateBuilder builder, KeyPair by)
            throws OperatorCreationException, CertificateException {
        return new JcaX509CertificateConverter()
                .getCertificate(
                        builder.build(
                                new JcaContentSignerBuilder(SIGNATURE).build(by.getPrivate())));
    }

    private static String pem(Object object) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }
}
