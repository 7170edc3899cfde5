// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.pkitesting.CertificateBuilder;
import io.serin.api.name.SpiffeId;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerTrustTest {

    private static final String REVIEWS = "spiffe://cluster.local/ns/shop/sa/reviews";

    private final TestAuthority mesh;
    private final PeerTrust trust;

    PeerTrustTest() throws Exception {
        mesh = new TestAuthority("mesh");
        trust = new PeerTrust(List.of(mesh.root()), "cluster.local");
    }

    @Test
    void believesWhomTheMeshsAuthorityHasSigned() throws Exception {
        X509Certificate[] chain =
                mesh.sign(TestAuthority.certificate(REVIEWS)).getCertificatePath();
        trust.checkServerTrusted(chain, "EC");
        trust.checkClientTrusted(chain, "EC");
        assertThat(PeerTrust.identity(chain[0])).isEqualTo(SpiffeId.parse(REVIEWS));
    }

    @Test
    void believesEitherOfTwoRootsOfOneName() throws Exception {
        TestAuthority next = new TestAuthority("mesh");
        PeerTrust both = new PeerTrust(List.of(next.root(), mesh.root()), "cluster.local");
        for (TestAuthority authority : List.of(mesh, next)) {
            both.checkServerTrusted(
                    authority.sign(TestAuthority.certificate(REVIEWS)).getCertificatePath(), "EC");
        }
    }

    @Test
    void refusesWhatIsNotAsItShouldBe() throws Exception {
        refused(
                "signature check failed",
                new TestAuthority("mesh"),
                TestAuthority.certificate(REVIEWS));
        refused(
                "validity check failed: NotAfter",
                mesh,
                TestAuthority.certificate(REVIEWS).notAfter(Instant.now().minusSeconds(5)));
        refused(
                "(expected: cluster.local)",
                mesh,
                TestAuthority.certificate("spiffe://elsewhere/ns/shop/sa/reviews"));
        refused(
                "(expected: one URI, an identity)",
                mesh,
                TestAuthority.certificate(REVIEWS).addSanUriName(REVIEWS + "-2"));
        refused(
                "(expected: one URI, an identity)",
                mesh,
                TestAuthority.certificate(REVIEWS).addSanDnsName("reviews.shop"));
        refused(
                "(expected: spiffe://<trust domain>/ns/<namespace>/sa/<account>)",
                mesh,
                TestAuthority.certificate("spiffe://cluster.local/reviews"));
        refused(
                "extended key usage",
                mesh,
                new CertificateBuilder()
                        .ecp256()
                        .subject("CN=x")
                        .addSanUriName(REVIEWS)
                        .addExtendedKeyUsageCodeSigning());
    }

    private void refused(String why, TestAuthority by, CertificateBuilder certificate)
            throws Exception {
        X509Certificate[] chain = by.sign(certificate).getCertificatePath();
        assertThatExceptionOfType(CertificateException.class)
                .isThrownBy(() -> trust.checkServerTrusted(chain, "EC"))
                .withMessageContaining(why);
    }
}
