// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.tls;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.serin.api.name.SpiffeId;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** Signs for a mesh, and for whoever should not be believed. */
public final class TestAuthority {

    /** How a public key of P-256 begins in DER. */
    private static final String P256 = "3059301306072a8648ce3d020106082a8648ce3d030107034200";

    private static final int P256_BYTES = 91;

    private final X509Bundle root;

    public TestAuthority(String name) throws Exception {
        root =
                new CertificateBuilder()
                        .ecp256()
                        .subject("CN=" + name)
                        .setIsCertificateAuthority(true)
                        .buildSelfSigned();
    }

    public X509Certificate root() {
        return root.getCertificate();
    }

    public String rootPem() {
        return root.getCertificatePEM();
    }

    /** A certificate for one of the mesh, as it should be. */
    public static CertificateBuilder certificate(String identity) throws Exception {
        return new CertificateBuilder()
                .ecp256()
                .subject("")
                .addSanUriName(identity)
                .addExtendedKeyUsageServerAuth()
                .addExtendedKeyUsageClientAuth()
                .notBefore(Instant.now().minusSeconds(60))
                .notAfter(Instant.now().plus(Duration.ofHours(1)));
    }

    public X509Bundle sign(CertificateBuilder certificate) throws Exception {
        return certificate.buildIssuedBy(root);
    }

    /** What a proxy of this identity holds, which believes this authority. */
    public MeshTls mesh(String identity) throws Exception {
        return new MeshTls(credentials(identity, this));
    }

    /** The same, of a proxy that believes another one. */
    public Credentials credentials(String identity, TestAuthority believed) throws Exception {
        X509Bundle signed = sign(certificate(identity));
        return Credentials.of(
                SpiffeId.parse(identity),
                signed.getKeyPair().getPrivate(),
                signed.getKeyPair().getPublic(),
                Arrays.asList(signed.getCertificatePathWithRoot()),
                List.of(believed.root()));
    }

    /** Answers a request with a certificate for the key in it. */
    public String answer(String request, String identity, Duration lifetime) throws Exception {
        return sign(certificate(identity)
                        .publicKey(publicKey(request))
                        .notAfter(Instant.now().plus(lifetime)))
                .getCertificatePEM();
    }

    private static PublicKey publicKey(String request) throws Exception {
        byte[] der = Base64.getMimeDecoder().decode(request.replaceAll("-----[A-Z ]+-----", ""));
        int at = HexFormat.of().formatHex(der).indexOf(P256) / 2;
        return KeyFactory.getInstance("EC")
                .generatePublic(
                        new X509EncodedKeySpec(Arrays.copyOfRange(der, at, at + P256_BYTES)));
    }
}
