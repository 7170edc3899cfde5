// SPDX-License-Identifier: Apache-2.0
package io.serin.control.main;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole control plane signs: for the account of the reviewed token, in the mesh's domain. */
class CertifyIT {

    private static final int OFFSET = 16_000;

    @Test
    void identitiesAreOfTheTokensAccountInTheMeshsTrustDomain(@TempDir Path folder)
            throws Exception {
        try (RunningControlPlane running = RunningControlPlane.start(folder, OFFSET)) {
            HttpClient client =
                    running.vertx()
                            .createHttpClient(
                                    new HttpClientOptions()
                                            .setSsl(true)
                                            .setTrustAll(true)
                                            .setVerifyHost(false)
                                            .setProtocolVersion(HttpVersion.HTTP_2)
                                            .setUseAlpn(true));
            RehearsedProxy proxy = new RehearsedProxy(client, running.settings());

            List<String> chain = proxy.certify();

            X509Certificate leaf = read(chain.getFirst());
            leaf.verify(read(chain.getLast()).getPublicKey());
            assertThat(leaf.getSubjectAlternativeNames())
                    .containsExactly(List.of(6, "spiffe://cluster.local/ns/shop/sa/default"));
        }
    }

    private static X509Certificate read(String pem) throws Exception {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }
}
