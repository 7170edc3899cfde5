// SPDX-License-Identifier: Apache-2.0
package io.serin.control.trust;

import io.serin.api.name.SpiffeId;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;

/**
 * A mesh's authority, read once to sign many certificates of workloads. Any thread.
 *
 * @param tail of each answer, after the certificate itself
 * @param until when it ends, or what leads from it to a root
 */
record IssuingAuthority(
        PrivateKey key,
        X500Name name,
        AuthorityKeyIdentifier identifier,
        List<String> tail,
        Instant until) {

    private static final X500Name NOBODY = new X500Name(new RDN[0]);

    private static final ExtendedKeyUsage BOTH_ENDS =
            new ExtendedKeyUsage(
                    new KeyPurposeId[] {
                        KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                    });

    /**
     * Reads it.
     *
     * @throws GeneralSecurityException when it can't be
     */
    static IssuingAuthority of(MeshAuthority authority)
            throws GeneralSecurityException, IOException {
        String pem = authority.signs().certificate();
        X509Certificate certificate = Pem.certificate(pem);
        List<X509Certificate> chain =
                authority.chain().isBlank()
                        ? List.of()
                        : Pem.certificates(authority.chain()).stream()
                                // Whoever verifies has the roots, or does not trust them.
                                .filter(it -> !isRoot(it))
                                .toList();
        List<String> tail = new ArrayList<>();
        for (X509Certificate each : chain) {
            tail.add(Pem.of(each));
        }
        StringBuilder roots = new StringBuilder();
        for (X509Certificate root :
                Pem.certificates(authority.roots()).stream().distinct().toList()) {
            roots.append(Pem.of(root));
        }
        tail.add(roots.toString());
        return new IssuingAuthority(
                Pem.key(authority.signs().key()),
                Pem.subject(pem),
                new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(certificate),
                List.copyOf(tail),
                Stream.concat(Stream.of(certificate), chain.stream())
                        .map(it -> it.getNotAfter().toInstant())
                        .min(Instant::compareTo)
                        .orElseThrow());
    }

    private static boolean isRoot(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
    }

    /**
     * Signs a certificate.
     *
     * @param lifetime how long it holds, where the authority does for so long
     */
    Issuance issue(SpiffeId identity, PublicKey workload, Duration lifetime, Instant now)
            throws GeneralSecurityException, IOException {
        if (!now.isBefore(until)) {
            return new Issuance.Refused(
                    Issuance.Because.AUTHORITY,
                    "authority: ended " + until + " (expected: one that holds)");
        }
        Instant asked = now.plus(lifetime);
        Instant end = asked.isBefore(until) ? asked : until;
        int usage =
                workload.getAlgorithm().equals("RSA")
                        ? KeyUsage.digitalSignature | KeyUsage.keyEncipherment
                        : KeyUsage.digitalSignature;
        X509Certificate signed =
                Pem.sign(
                        Pem.builder(name, NOBODY, now, end, workload)
                                .addExtension(Extension.keyUsage, true, new KeyUsage(usage))
                                .addExtension(Extension.extendedKeyUsage, false, BOTH_ENDS)
                                .addExtension(
                                        Extension.basicConstraints,
                                        true,
                                        new BasicConstraints(false))
                                .addExtension(Extension.authorityKeyIdentifier, false, identifier)
                                // Critical, for there is no other name: RFC 5280 section 4.2.1.6.
                                .addExtension(
                                        Extension.subjectAlternativeName,
                                        true,
                                        new GeneralNames(
                                                new GeneralName(
                                                        GeneralName.uniformResourceIdentifier,
                                                        identity.toString()))),
                        key);
        List<String> chain = new ArrayList<>();
        chain.add(Pem.of(signed));
        chain.addAll(tail);
        return new Issuance.Issued(
                chain, signed.getSerialNumber().toString(16), signed.getNotAfter().toInstant());
    }

    /** Without the key, which must not end up in a log. */
    @Override
    public String toString() {
        return "IssuingAuthority";
    }
}
