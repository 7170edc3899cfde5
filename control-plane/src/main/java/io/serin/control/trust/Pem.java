// SPDX-License-Identifier: Apache-2.0
package io.serin.control.trust;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Keys and certificates, made and written as PEM. Any thread. */
final class Pem {

    private static final int RSA_BITS = 2048;
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);

    private Pem() {}

    /** From when until when a certificate holds. */
    record Lifetime(Instant from, Instant until) {}

    /** Of the first certificate of a text; one that can't be read is as good as expired. */
    static Lifetime lifetime(String pem) {
        try {
            X509Certificate certificate = certificate(pem);
            return new Lifetime(
                    certificate.getNotBefore().toInstant().plus(CLOCK_SKEW),
                    certificate.getNotAfter().toInstant());
        } catch (CertificateException unreadable) {
            return new Lifetime(Instant.EPOCH, Instant.EPOCH);
        }
    }

    /** The first of a text. */
    static X509Certificate certificate(String pem) throws CertificateException {
        return certificates(pem).getFirst();
    }

    /**
     * All of a text, in its order; one at least.
     *
     * @throws CertificateException also when there is none
     */
    static List<X509Certificate> certificates(String pem) throws CertificateException {
        List<X509Certificate> read =
                CertificateFactory.getInstance("X.509")
                        .generateCertificates(
                                new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
                        .stream()
                        .map(X509Certificate.class::cast)
                        .toList();
        if (read.isEmpty()) {
            throw new CertificateException("no certificate");
        }
        return read;
    }

    /** Whose the first certificate of a text is; as it stands there, to be named as an issuer. */
    static X500Name subject(String pem) throws CertificateException {
        return X500Name.getInstance(certificate(pem).getSubjectX500Principal().getEncoded());
    }

    /**
     * A private key: PKCS 8, PKCS 1 or SEC 1.
     *
     * @throws GeneralSecurityException when it is none, or locked
     */
    static PrivateKey key(String pem) throws GeneralSecurityException {
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
            for (Object part = parser.readObject(); part != null; part = parser.readObject()) {
                if (part instanceof PrivateKeyInfo plain) {
                    return converter.getPrivateKey(plain);
                }
                if (part instanceof PEMKeyPair pair) {
                    return converter.getKeyPair(pair).getPrivate();
                }
            }
        } catch (IOException unreadable) {
            throw new GeneralSecurityException(unreadable);
        }
        throw new GeneralSecurityException("no private key without a password");
    }

    /** Whether what the one signs can be told by the other. */
    static boolean belong(PrivateKey key, PublicKey to) throws GeneralSecurityException {
        if (!key.getAlgorithm().equals(to.getAlgorithm())) {
            return false;
        }
        byte[] trial = {1};
        Signature signature = Signature.getInstance(signature(key));
        signature.initSign(key);
        signature.update(trial);
        byte[] signed = signature.sign();
        signature.initVerify(to);
        signature.update(trial);
        return signature.verify(signed);
    }

    private static String signature(PrivateKey key) {
        return key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    }

    static KeyPair keyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    static KeyPair rsaKeyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(RSA_BITS);
        return generator.generateKeyPair();
    }

    /** Holds a little earlier than it says, for readers whose clock is behind. */
    static JcaX509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, Instant from, Instant to, PublicKey key) {
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(64, new SecureRandom()),
                Date.from(from.minus(CLOCK_SKEW)),
                Date.from(to),
                subject,
                key);
    }

    static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey by)
            throws GeneralSecurityException {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder(signature(by)).build(by)));
        } catch (OperatorCreationException unknown) {
            throw new GeneralSecurityException(unknown);
        }
    }

    static String of(X509Certificate certificate) throws IOException {
        return write(certificate);
    }

    static String of(PrivateKey key) throws IOException {
        return write(new JcaPKCS8Generator(key, null));
    }

    private static String write(Object object) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        }
        return text.toString();
    }
}
