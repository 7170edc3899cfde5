// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads certificates, and says what holds of them. Pure. */
final class Certificates {

    private static final int DNS_NAME = 2;

    /** keyCertSign, RFC 5280 section 4.2.1.3. */
    private static final int SIGNS = 5;

    private Certificates() {}

    /**
     * Reads PEM.
     *
     * @throws CertificateException when it is none, or holds no certificate
     */
    static List<X509Certificate> parse(String pem) throws CertificateException {
        List<X509Certificate> certificates =
                CertificateFactory.getInstance("X.509")
                        .generateCertificates(
                                new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))
                        .stream()
                        .map(X509Certificate.class::cast)
                        .toList();
        if (certificates.isEmpty()) {
            throw new CertificateException("it holds no certificate");
        }
        return certificates;
    }

    /**
     * Reads what a caBundle holds.
     *
     * @throws CertificateException when it is not PEM in base64
     */
    static List<X509Certificate> parseBundle(String base64) throws CertificateException {
        try {
            return parse(new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException garbled) {
            throw new CertificateException("it is not base64", garbled);
        }
    }

    /**
     * Whether one of the authorities has signed the chain, at a time.
     *
     * @param chain the server's own certificate first
     */
    static boolean verifies(
            List<X509Certificate> authorities, List<X509Certificate> chain, Instant at) {
        Set<TrustAnchor> anchors =
                authorities.stream()
                        .map(authority -> new TrustAnchor(authority, null))
                        .collect(Collectors.toSet());
        try {
            CertPath path = CertificateFactory.getInstance("X.509").generateCertPath(chain);
            PKIXParameters parameters = new PKIXParameters(anchors);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(at));
            var _ = CertPathValidator.getInstance("PKIX").validate(path, parameters);
            return true;
        } catch (GeneralSecurityException unknown) {
            return false;
        }
    }

    /** Whether it may sign others. */
    static boolean maySign(X509Certificate certificate) {
        boolean[] uses = certificate.getKeyUsage();
        return certificate.getBasicConstraints() >= 0 && (uses == null || uses[SIGNS]);
    }

    /** The moment in its lifetime that is next to another. */
    static Instant within(X509Certificate certificate, Instant now) {
        Instant from = certificate.getNotBefore().toInstant();
        Instant to = certificate.getNotAfter().toInstant();
        return now.isBefore(from) ? from : now.isAfter(to) ? to : now;
    }

    /** Whether it is a certificate for this host. */
    static boolean names(X509Certificate certificate, String host) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names != null
                    && names.stream()
                            .anyMatch(name ->
                                    Integer.valueOf(DNS_NAME).equals(name.get(0))
                                            && host.equals(name.get(1)));
        } catch (CertificateParsingException garbled) {
            return false;
        }
    }
}
