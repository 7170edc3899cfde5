// SPDX-License-Identifier: Apache-2.0
package io.serin.local.token;

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
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** The certificate authority of one cluster: made at its start, gone with it. */
public final class Authority {

    private static final Duration LIFETIME = Duration.ofDays(30);
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);
    private static final String SIGNATURE = "SHA256withECDSA";
    private static final X500Name NAME = new X500Name("CN=local-cluster");

    private final Instant now;
    private final KeyPair key;
    private final String certificate;

    /**
     * A certificate and its key.
     *
     * @param certificate PEM
     * @param key PEM, PKCS 8
     */
    public record Identity(String certificate, String key) {}

    public Authority(Instant now) {
        this.now = now;
        this.key = keyPair();
        try {
            this.certificate =
                    pem(
                            sign(
                                    builder(NAME, key)
                                            .addExtension(
                                                    Extension.basicConstraints,
                                                    true,
                                                    new BasicConstraints(0))
                                            .addExtension(
                                                    Extension.keyUsage,
                                                    true,
                                                    new KeyUsage(
                                                            KeyUsage.keyCertSign
                                                                    | KeyUsage.digitalSignature))));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** PEM: what clients trust. */
    public String certificate() {
        return certificate;
    }

    /** Of a server. */
    public Identity server(List<String> names, List<String> addresses) {
        GeneralName[] all = new GeneralName[names.size() + addresses.size()];
        int i = 0;
        for (String name : names) {
            all[i++] = new GeneralName(GeneralName.dNSName, name);
        }
        for (String address : addresses) {
            all[i++] = new GeneralName(GeneralName.iPAddress, address);
        }
        return issue(
                new X500Name("CN=kube-apiserver"),
                KeyPurposeId.id_kp_serverAuth,
                new GeneralNames(all));
    }

    private Identity issue(X500Name subject, KeyPurposeId purpose, GeneralNames names) {
        KeyPair own = keyPair();
        try {
            X509Certificate issued =
                    sign(
                            builder(subject, own)
                                    .addExtension(Extension.subjectAlternativeName, false, names)
                                    .addExtension(
                                            Extension.extendedKeyUsage,
                                            false,
                                            new ExtendedKeyUsage(purpose)));
            return new Identity(pem(issued), pem(new JcaPKCS8Generator(own.getPrivate(), null)));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private X509v3CertificateBuilder builder(X500Name subject, KeyPair subjectKey) {
        return new JcaX509v3CertificateBuilder(
                NAME,
                new BigInteger(64, new SecureRandom()),
                Date.from(now.minus(CLOCK_SKEW)),
                Date.from(now.plus(LIFETIME)),
                subject,
                subjectKey.getPublic());
    }

    private X509Certificate sign(X509v3CertificateBuilder builder) {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(
                                    new JcaContentSignerBuilder(SIGNATURE)
                                            .build(key.getPrivate())));
        } catch (OperatorCreationException | CertificateException impossible) {
            throw new IllegalStateException("no certificate could be made", impossible);
        }
    }

    static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("no key could be made", impossible);
        }
    }

    private static String pem(Object object) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        }
        return text.toString();
    }
}
