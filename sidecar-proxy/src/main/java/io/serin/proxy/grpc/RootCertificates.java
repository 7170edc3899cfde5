// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.grpc;

import io.serin.api.contract.Objects;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

/** The file of the mesh's root certificates, in PEM. Any thread but an event loop. */
public final class RootCertificates {

    private static final String WHAT = "root certificates";

    private static final String WANTED =
            "certificates in PEM; is ConfigMap "
                    + Objects.ROOT_CERTIFICATE
                    + " in the pod's namespace?";

    private RootCertificates() {}

    /**
     * As it stands there.
     *
     * @throws TrustFault when it can't be read
     */
    public static byte[] read(Path file) throws TrustFault {
        return MountedTrust.read(WHAT, file, WANTED);
    }

    /**
     * What stands in it, one at least.
     *
     * @param file where it was read, for messages
     * @throws TrustFault when there is none, or it can't be read
     */
    public static List<X509Certificate> parse(Path file, byte[] pem) throws TrustFault {
        try {
            List<X509Certificate> roots = certificates(pem);
            if (roots.isEmpty()) {
                throw fault(file, "has none");
            }
            return roots;
        } catch (CertificateException e) {
            throw fault(file, "can't be read: " + e.getMessage());
        }
    }

    /** All certificates of a text in PEM, in its order. */
    public static List<X509Certificate> certificates(byte[] pem) throws CertificateException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem))
                .stream()
                .map(X509Certificate.class::cast)
                .toList();
    }

    static TrustFault fault(Path file, String why) {
        return MountedTrust.fault(WHAT, file, why, WANTED);
    }
}
