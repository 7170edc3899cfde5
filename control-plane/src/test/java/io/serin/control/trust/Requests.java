// SPDX-License-Identifier: Apache-2.0
package io.serin.control.trust;

import java.io.StringWriter;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/** Requests for a certificate, right and wrong ones. */
public final class Requests {

    private Requests() {}

    /** A key of an elliptic curve, or of RSA where that is a number of bits. */
    public static KeyPair key(String kind) {
        try {
            boolean isRsa = kind.matches("[0-9]+");
            KeyPairGenerator generator = KeyPairGenerator.getInstance(isRsa ? "RSA" : "EC");
            if (isRsa) {
                generator.initialize(Integer.parseInt(kind));
            } else {
                generator.initialize(new ECGenParameterSpec(kind));
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException unknown) {
            throw new AssertionError(unknown);
        }
    }

    /** As pilot-agent asks: its own identity in the SAN. */
    public static String pem(KeyPair key, String... uris) {
        List<GeneralName> names = new ArrayList<>();
        for (String uri : uris) {
            names.add(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
        }
        return pem(
                key,
                key,
                key.getPublic().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA",
                names);
    }

    /**
     * Any.
     *
     * @param signer by whose key it is signed
     */
    public static String pem(
            KeyPair key, KeyPair signer, String algorithm, List<GeneralName> names) {
        try {
            var builder =
                    new JcaPKCS10CertificationRequestBuilder(
                            new X500Name("CN=whoever"), key.getPublic());
            if (!names.isEmpty()) {
                ExtensionsGenerator extensions = new ExtensionsGenerator();
                extensions.addExtension(
                        Extension.subjectAlternativeName,
                        true,
                        new GeneralNames(names.toArray(GeneralName[]::new)));
                builder.addAttribute(
                        PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
            }
            PKCS10CertificationRequest request =
                    builder.build(
                            new JcaContentSignerBuilder(algorithm).build(signer.getPrivate()));
            return pem("CERTIFICATE REQUEST", request.getEncoded());
        } catch (Exception impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** A block of PEM. */
    public static String pem(String type, byte[] content) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(new PemObject(type, content));
        } catch (java.io.IOException impossible) {
            throw new AssertionError(impossible);
        }
        return text.toString();
    }
}
