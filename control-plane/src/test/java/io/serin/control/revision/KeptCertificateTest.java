// SPDX-License-Identifier: Apache-2.0
package io.serin.control.revision;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.serin.control.trust.ServerCertificate;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.SignatureException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeptCertificateTest {

    private static final List<String> HOSTS = List.of("istiod-1-0.istio-system.svc");

    /**
     * Over twelve years, looked at twice a day. Once each renewal made an authority anew, and a
     * replica that started just then served what no API server trusted yet.
     */
    @Test
    void whatIsServedWasTrustedADayBefore() {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        KeptCertificate kept = KeptCertificate.due(Optional.empty(), HOSTS, now);
        String yesterdays = kept.served().authority();
        String noons = yesterdays;
        Set<String> certificates = new HashSet<>();
        Set<String> authorities = new HashSet<>();
        for (int halfDay = 0; halfDay < 2 * 365 * 12; halfDay++) {
            now = now.plus(Duration.ofHours(12));
            KeptCertificate next = KeptCertificate.due(Optional.of(kept), HOSTS, now);
            if (!next.served().certificate().equals(kept.served().certificate())) {
                assertThat(isTrusted(next.served(), yesterdays)).as("on " + now).isTrue();
                // Other replicas serve the one before for a while.
                assertThat(isTrusted(kept.served(), next.served().authority()))
                        .as("on " + now)
                        .isTrue();
            }
            assertThat(next.served().until()).isAfter(now);
            assertThat(KeptCertificate.read(next.texts())).contains(next);
            yesterdays = noons;
            noons = next.served().authority();
            kept = next;
            certificates.add(kept.served().certificate());
            authorities.add(kept.authority().orElseThrow().certificate());
        }
        assertThat(certificates).hasSizeGreaterThan(12);
        assertThat(authorities).hasSize(2);
        // Of those that signed once, none is trusted for ever.
        assertThat(kept.served().authority())
                .isEqualTo(kept.authority().orElseThrow().certificate());
    }

    /** As after a year without a control plane: who is trusted already signs again. */
    @Test
    void whatHasExpiredIsSignedAnewByWhoIsTrusted() {
        Instant then = Instant.parse("2026-01-01T00:00:00Z");
        KeptCertificate kept = KeptCertificate.due(Optional.empty(), HOSTS, then);

        Instant now = then.plus(Duration.ofDays(500));
        KeptCertificate next = KeptCertificate.due(Optional.of(kept), HOSTS, now);

        assertThat(next.served().until()).isAfter(now);
        assertThat(isTrusted(next.served(), kept.served().authority())).isTrue();
    }

    /** A key must not end up in a log. */
    @Test
    void noKeyIsWrittenOut() {
        KeptCertificate kept = KeptCertificate.due(Optional.empty(), HOSTS, Instant.now());

        assertThat(kept.toString()).doesNotContain("PRIVATE").doesNotContain(kept.served().key());
    }

    /** Whether one of these authorities signed it. */
    static boolean isTrusted(ServerCertificate certificate, String authorities) {
        try {
            CertificateFactory reader = CertificateFactory.getInstance("X.509");
            Certificate leaf =
                    reader.generateCertificate(
                            new ByteArrayInputStream(certificate.certificate().getBytes(US_ASCII)));
            for (Certificate authority :
                    reader.generateCertificates(
                            new ByteArrayInputStream(authorities.getBytes(US_ASCII)))) {
                try {
                    leaf.verify(authority.getPublicKey());
                    return true;
                } catch (SignatureException another) {
                    // Of another authority.
                }
            }
            return false;
        } catch (GeneralSecurityException broken) {
            throw new AssertionError(broken);
        }
    }
}
