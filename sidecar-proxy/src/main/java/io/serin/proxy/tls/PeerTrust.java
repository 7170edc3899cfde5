// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.tls;

import io.serin.api.name.SpiffeId;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whom a proxy believes: who shows a certificate that leads to one of the mesh's roots, RFC 5280
 * section 6, is meant for this side of TLS, and names exactly one identity, of the own trust
 * domain; X.509-SVID, section 5. Any thread.
 */
final class PeerTrust extends X509ExtendedTrustManager {

    private static final int URI = 6;
    private static final String SERVER = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT = "1.3.6.1.5.5.7.3.2";

    private final Set<TrustAnchor> roots = new HashSet<>();
    private final String trustDomain;

    PeerTrust(Collection<X509Certificate> roots, String trustDomain) {
        roots.forEach(root -> this.roots.add(new TrustAnchor(root, null)));
        this.trustDomain = trustDomain;
    }

    /**
     * Who a certificate says that it is.
     *
     * @throws CertificateException when it does not name exactly one identity, and nothing else
     */
    static SpiffeId identity(X509Certificate certificate) throws CertificateException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        if (names != null && names.size() == 1) {
            List<?> name = names.iterator().next();
            if (name.getFirst().equals(URI) && name.getLast() instanceof String uri) {
                return parse(uri);
            }
        }
        throw new CertificateParsingException(
                "names: " + names + " (expected: one URI, an identity)");
    }

    private static SpiffeId parse(String uri) throws CertificateException {
        try {
            return SpiffeId.parse(uri);
        } catch (IllegalArgumentException malformed) {
            throw new CertificateParsingException(malformed.getMessage(), malformed);
        }
    }

    private void check(X509Certificate[] chain, String purpose) throws CertificateException {
        try {
            PKIXParameters trusted = new PKIXParameters(roots);
            trusted.setRevocationEnabled(false);
            CertPathValidator.getInstance("PKIX")
                    .validate(
                            CertificateFactory.getInstance("X.509")
                                    .generateCertPath(Arrays.asList(chain)),
                            trusted);
        } catch (GeneralSecurityException untrusted) {
            throw new CertificateException(
                    untrusted.getMessage() + why(untrusted.getCause()), untrusted);
        }
        X509Certificate peer = chain[0];
        List<String> purposes = peer.getExtendedKeyUsage();
        if (purposes == null || !purposes.contains(purpose)) {
            throw new CertificateException(
                    "extended key usage: " + purposes + " (expected: " + purpose + ")");
        }
        SpiffeId identity = identity(peer);
        if (!identity.trustDomain().equals(trustDomain)) {
            throw new CertificateException(
                    "trust domain of " + identity + " (expected: " + trustDomain + ")");
        }
    }

    private static String why(@Nullable Throwable cause) {
        return cause == null ? "" : ": " + cause.getMessage();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        check(chain, CLIENT);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        check(chain, SERVER);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        check(chain, CLIENT);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        check(chain, SERVER);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        check(chain, CLIENT);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        check(chain, SERVER);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        // Told to clients as a hint, which would be one more thing to send.
        return new X509Certificate[0];
    }
}
