// SPDX-License-Identifier: Apache-2.0
package io.serin.control.trust;

import io.serin.api.contract.Objects;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who signs for the control planes of a mesh, all revisions alike, and whom its proxies trust. The
 * Secrets' keys are Istio's. Pure.
 *
 * @param signs the one that signs
 * @param chain PEM of what leads from there to a root; empty where it is a root itself
 * @param roots PEM of those to be trusted
 */
public record MeshAuthority(Authority signs, String chain, String roots) {

    private static final String NAME = "mesh authority";
    private static final String CERTIFICATE = "ca-cert.pem";
    private static final String KEY = "ca-key.pem";
    private static final String CHAIN = "cert-chain.pem";
    private static final String ROOT = Objects.ROOT_CERTIFICATE_KEY;

    /** The mesh's own, which is its root. */
    private static MeshAuthority own(Authority root) {
        return new MeshAuthority(root, "", root.certificate());
    }

    /** What there has to be now; as it is kept, where nothing is due. */
    static MeshAuthority due(Optional<MeshAuthority> kept, Instant now) {
        return kept.map(it -> it.isInLastFifth(now) ? own(it.signs.prolonged(now)) : it)
                .orElseGet(() -> own(Authority.makeRsa(NAME, now)));
    }

    private boolean isInLastFifth(Instant now) {
        return !signs.until().minus(Authority.LIFETIME.dividedBy(5)).isAfter(now);
    }

    /**
     * Of Secret {@code istio-ca-secret}: ours, or Istio's.
     *
     * @throws IllegalStateException naming the key, and what was expected
     */
    static MeshAuthority ofOwn(Map<String, String> texts) {
        MeshAuthority read = own(authority(texts));
        read.check(Objects.AUTHORITY);
        return read;
    }

    /**
     * Of Secret {@code cacerts}: one that people brought along.
     *
     * @throws IllegalStateException naming the key, and what was expected
     */
    static MeshAuthority ofPlugged(Map<String, String> texts) {
        MeshAuthority read =
                new MeshAuthority(
                        authority(texts),
                        texts.getOrDefault(CHAIN, ""),
                        texts.getOrDefault(ROOT, ""));
        read.check(Objects.PLUGGED_AUTHORITY);
        // A root that proxies know already does no harm in what is shown.
        return read.chain.isBlank()
                ? new MeshAuthority(read.signs, read.signs.certificate(), read.roots)
                : read;
    }

    private static Authority authority(Map<String, String> texts) {
        return new Authority(texts.getOrDefault(CERTIFICATE, ""), texts.getOrDefault(KEY, ""));
    }

    /** These too are to be trusted. */
    MeshAuthority trustingAlso(MeshAuthority other) {
        return roots.contains(other.roots)
                ? this
                : new MeshAuthority(signs, chain, ended(roots) + other.roots);
    }

    private static String ended(String pem) {
        return pem.endsWith("\n") ? pem : pem + "\n";
    }

    private void check(String secret) {
        X509Certificate certificate =
                read(secret, CERTIFICATE, () -> Pem.certificate(signs.certificate()));
        var key = read(secret, KEY, () -> Pem.key(signs.key()));
        List<X509Certificate> trusted = read(secret, ROOT, () -> Pem.certificates(roots));
        if (!chain.isBlank()) {
            read(secret, CHAIN, () -> Pem.certificates(chain));
        }
        require(
                certificate.getBasicConstraints() >= 0,
                secret,
                CERTIFICATE,
                "the certificate of an authority (CA:TRUE)");
        require(
                List.of("RSA", "EC").contains(key.getAlgorithm()),
                secret,
                KEY,
                "a key of RSA or EC");
        require(
                read(secret, KEY, () -> Pem.belong(key, certificate.getPublicKey())),
                secret,
                KEY,
                "the private key of " + CERTIFICATE);
        require(
                !chain.isBlank() || trusted.stream().anyMatch(root -> hasSigned(root, certificate)),
                secret,
                ROOT,
                "who signed " + CERTIFICATE + ", or " + CHAIN + " that leads there");
    }

    private static boolean hasSigned(X509Certificate root, X509Certificate certificate) {
        try {
            certificate.verify(root.getPublicKey());
            return true;
        } catch (GeneralSecurityException another) {
            return false;
        }
    }

    private interface Reading<T> {
        T read() throws GeneralSecurityException;
    }

    private static <T> T read(String secret, String key, Reading<T> reading) {
        try {
            return reading.read();
        } catch (GeneralSecurityException unreadable) {
            throw new IllegalStateException(
                    "secret "
                            + secret
                            + ", "
                            + key
                            + ": missing or not readable (expected: PEM): "
                            + unreadable.getMessage(),
                    unreadable);
        }
    }

    private static void require(boolean holds, String secret, String key, String expected) {
        if (!holds) {
            throw new IllegalStateException(
                    "secret " + secret + ", " + key + ": not (expected) " + expected);
        }
    }

    /** As Secret {@code istio-ca-secret} holds it. */
    Map<String, String> texts() {
        return Map.of(CERTIFICATE, signs.certificate(), KEY, signs.key());
    }

    /** A new certificate of a server, with what leads to the roots. */
    ServerCertificate sign(List<String> hosts, Duration lifetime, Instant now) {
        ServerCertificate signed = signs.sign(hosts, lifetime, now);
        return new ServerCertificate(roots, ended(signed.certificate()) + chain, signed.key());
    }
}
