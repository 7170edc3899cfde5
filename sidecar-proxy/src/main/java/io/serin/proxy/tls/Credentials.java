// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.tls;

import io.serin.api.name.SpiffeId;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * What proves who a proxy is, and whom it believes.
 *
 * @param chain the own certificate first, then what leads to a root; without the root
 * @param roots of the mesh
 */
public record Credentials(
        SpiffeId self, PrivateKey key, List<X509Certificate> chain, List<X509Certificate> roots) {

    public Credentials {
        chain = List.copyOf(chain);
        roots = List.copyOf(roots);
    }

    /**
     * Puts them together.
     *
     * @param publicKey of the key
     * @param signed as an authority has sent it: the own certificate first, perhaps the root last
     * @throws CertificateException when the own certificate is for another key or identity
     */
    public static Credentials of(
            SpiffeId self,
            PrivateKey key,
            PublicKey publicKey,
            List<X509Certificate> signed,
            List<X509Certificate> roots)
            throws CertificateException {
        X509Certificate own = signed.getFirst();
        if (!own.getPublicKey().equals(publicKey)) {
            throw new CertificateException("certificate for another key (expected: the proxy's)");
        }
        SpiffeId named = PeerTrust.identity(own);
        if (!named.equals(self)) {
            throw new CertificateException(
                    "certificate for " + named + " (expected: " + self + ")");
        }
        return new Credentials(
                self, key, signed.stream().filter(it -> !isSelfSigned(it)).toList(), roots);
    }

    private static boolean isSelfSigned(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
    }

    /** From when the own certificate holds. */
    public Instant from() {
        return chain.getFirst().getNotBefore().toInstant();
    }

    /** Until when the own certificate holds. */
    public Instant until() {
        return chain.getFirst().getNotAfter().toInstant();
    }

    /** The same, with other roots. */
    public Credentials trusting(List<X509Certificate> others) {
        return new Credentials(self, key, chain, others);
    }

    /** Without the key, which must not end up in a log. */
    @Override
    public String toString() {
        return "Credentials of " + self;
    }
}
