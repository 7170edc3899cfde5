// SPDX-License-Identifier: Apache-2.0
package io.serin.control.trust;

import io.serin.api.name.SpiffeId;
import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;

/**
 * What a workload asks to have signed: PKCS 10 (RFC 2986), in PEM. Only its key goes into the
 * certificate; whatever else it asks for is left out, and a name of somebody else refuses it. Pure.
 *
 * @param key whose private half the asker has shown to hold
 */
record SigningRequest(PublicKey key) {

    private static final String PEM_TYPE = "CERTIFICATE REQUEST";

    /** RSA beyond that would keep us busy for as long as its sender likes. */
    private static final int MOST_RSA_BITS = 8192;

    private static final int LEAST_RSA_BITS = 2048;

    private static final String KEYS = "EC of P-256 or P-384, or RSA of 2048 to 8192 bits";

    private static final Set<ASN1ObjectIdentifier> CURVES =
            Set.of(SECObjectIdentifiers.secp256r1, SECObjectIdentifiers.secp384r1);

    private static final Map<ASN1ObjectIdentifier, String> SIGNATURES =
            Map.of(
                    X9ObjectIdentifiers.ecdsa_with_SHA256, "SHA256withECDSA",
                    X9ObjectIdentifiers.ecdsa_with_SHA384, "SHA384withECDSA",
                    X9ObjectIdentifiers.ecdsa_with_SHA512, "SHA512withECDSA",
                    PKCSObjectIdentifiers.sha256WithRSAEncryption, "SHA256withRSA",
                    PKCSObjectIdentifiers.sha384WithRSAEncryption, "SHA384withRSA",
                    PKCSObjectIdentifiers.sha512WithRSAEncryption, "SHA512withRSA");

    /**
     * Reads and checks it.
     *
     * @param identity of the asker: the only one that may be asked for
     * @throws RequestFault naming what can't be
     */
    static SigningRequest read(String pem, SpiffeId identity) throws RequestFault {
        try {
            PKCS10CertificationRequest request = decode(pem);
            for (Attribute attribute : request.getAttributes()) {
                checkNames(attribute, identity);
            }
            PublicKey key = key(request.getSubjectPublicKeyInfo());
            checkProof(request, key);
            return new SigningRequest(key);
        } catch (IOException | RuntimeException broken) {
            // Its reader is lazy: a part may turn out not to be ASN.1 as late as here.
            throw unreadable(pem.length() + " characters with a part that is none");
        }
    }

    /** Says nothing of what it holds: that may be a key, sent by mistake. */
    private static RequestFault unreadable(String held) {
        return new RequestFault("csr", held, "PKCS 10 in PEM");
    }

    private static PKCS10CertificationRequest decode(String pem) throws IOException, RequestFault {
        try (PemReader reader = new PemReader(new StringReader(pem))) {
            PemObject block =
                    Optional.ofNullable(reader.readPemObject())
                            .orElseThrow(() -> unreadable(pem.length() + " characters"));
            if (!block.getType().endsWith(PEM_TYPE)) {
                throw unreadable("a block of another type");
            }
            return new PKCS10CertificationRequest(block.getContent());
        }
    }

    private static void checkNames(Attribute attribute, SpiffeId identity) throws RequestFault {
        if (!attribute.getAttrType().equals(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest)) {
            return;
        }
        for (ASN1Encodable asked : attribute.getAttrValues()) {
            GeneralNames names =
                    GeneralNames.fromExtensions(
                            Extensions.getInstance(asked), Extension.subjectAlternativeName);
            if (names == null) {
                continue;
            }
            for (GeneralName name : names.getNames()) {
                if (name.getTagNo() != GeneralName.uniformResourceIdentifier
                        || !name.getName().toString().equals(identity.toString())) {
                    throw new RequestFault(
                            "csr, subjectAltName",
                            "'" + name.getName() + "'",
                            identity + ", or none");
                }
            }
        }
    }

    private static PublicKey key(SubjectPublicKeyInfo info) throws IOException, RequestFault {
        ASN1ObjectIdentifier algorithm = info.getAlgorithm().getAlgorithm();
        if (algorithm.equals(PKCSObjectIdentifiers.rsaEncryption)) {
            PublicKey key = key("RSA", info);
            int bits = ((RSAPublicKey) key).getModulus().bitLength();
            if (bits < LEAST_RSA_BITS || bits > MOST_RSA_BITS) {
                throw unfit("RSA of " + bits + " bits");
            }
            return key;
        }
        if (!algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            throw unfit("of algorithm " + algorithm);
        }
        ASN1Encodable curve = info.getAlgorithm().getParameters();
        if (!(curve instanceof ASN1ObjectIdentifier named) || !CURVES.contains(named)) {
            throw unfit("EC of curve " + curve);
        }
        return key("EC", info);
    }

    private static PublicKey key(String algorithm, SubjectPublicKeyInfo info)
            throws IOException, RequestFault {
        try {
            return KeyFactory.getInstance(algorithm)
                    .generatePublic(new X509EncodedKeySpec(info.getEncoded()));
        } catch (GeneralSecurityException broken) {
            throw unfit(algorithm + " that can't be read");
        }
    }

    private static RequestFault unfit(String held) {
        return new RequestFault("csr, key", held, KEYS);
    }

    /** Who does not hold the private key would have an identity put to somebody else's. */
    private static void checkProof(PKCS10CertificationRequest request, PublicKey key)
            throws IOException, RequestFault {
        ASN1ObjectIdentifier algorithm = request.getSignatureAlgorithm().getAlgorithm();
        String name = SIGNATURES.getOrDefault(algorithm, "");
        if (!name.endsWith(key.getAlgorithm().equals("RSA") ? "withRSA" : "withECDSA")) {
            throw new RequestFault(
                    "csr, signature",
                    "of algorithm " + algorithm,
                    "of the key, by SHA-256, SHA-384 or SHA-512");
        }
        try {
            Signature signature = Signature.getInstance(name);
            signature.initVerify(key);
            signature.update(
                    request.toASN1Structure()
                            .getCertificationRequestInfo()
                            .getEncoded(ASN1Encoding.DER));
            if (signature.verify(request.getSignature())) {
                return;
            }
        } catch (GeneralSecurityException broken) {
            // As good as none: said below.
        }
        throw new RequestFault("csr, signature", "another one", "by the private half of its key");
    }
}
