// SPDX-License-Identifier: Apache-2.0
package io.serin.control.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.api.name.Revision;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DiscoveryCertificateTest {

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private MeshAuthority authority = MeshAuthority.due(Optional.empty(), now);
    private Set<String> tags = Set.of();
    private boolean isAway;
    private final List<String> trusted = new ArrayList<>();
    private final List<ServerCertificate> served = new ArrayList<>();
    private final DiscoveryCertificate certificate =
            new DiscoveryCertificate(this::authority, new Revision("1-0"), () -> tags, () -> now);

    private MeshAuthority authority() {
        if (isAway) {
            throw new IllegalStateException("away");
        }
        return authority;
    }

    private void look() {
        certificate.look(trusted::add, served::add);
    }

    @Test
    void holdsForTheNamesOfItsRevisionAndOfTagsThatPointHere() throws Exception {
        assertThat(names(certificate.current()))
                .containsExactly(
                        "istiod-1-0.istio-system.svc", "istiod-1-0.istio-system.svc.cluster.local");
        look();
        assertThat(served).isEmpty();

        tags = Set.of("prod");
        look();

        assertThat(names(served.getFirst()))
                .contains("istiod-revision-tag-prod.istio-system.svc")
                .contains("istiod-1-0.istio-system.svc");
        assertThat(trusted).isEmpty();
    }

    @Test
    void isSignedAnewInTheSecondHalfOfItsLife() {
        now = now.plus(DiscoveryCertificate.LIFETIME.dividedBy(2)).minusSeconds(1);
        look();
        assertThat(served).isEmpty();

        now = now.plusSeconds(1);
        look();
        look();

        assertThat(served).hasSize(1);
        assertThat(certificate.current()).isEqualTo(served.getFirst());
    }

    /** Proxies have to have heard of it first. */
    @Test
    void anotherAuthoritySignsOnlyWhenItHasBeenTrustedForAWhile() {
        authority = MeshAuthority.due(Optional.empty(), now);
        look();
        now = now.plus(DiscoveryCertificate.TRUSTED_BEFORE_IT_SIGNS).minusSeconds(1);
        look();
        assertThat(trusted).containsExactly(authority.roots());
        assertThat(served).isEmpty();

        now = now.plusSeconds(1);
        look();

        assertThat(trusted).hasSize(1);
        assertThat(served).hasSize(1);
        assertThat(served.getFirst().authority()).isEqualTo(authority.roots());
    }

    /** What is signed meanwhile outlives the change: its holder has to trust both. */
    @Test
    void theRootsOfAnotherAuthorityAreToldBeforeItSigns() throws Exception {
        MeshAuthority first = authority;
        assertThat(certificate.authority()).isEqualTo(first);
        authority = MeshAuthority.due(Optional.empty(), now);
        look();

        assertThat(certificate.authority().signs()).isEqualTo(first.signs());
        assertThat(Pem.certificates(certificate.authority().roots()))
                .containsExactly(
                        Pem.certificate(first.roots()), Pem.certificate(authority.roots()));

        now = now.plus(DiscoveryCertificate.TRUSTED_BEFORE_IT_SIGNS);
        look();

        assertThat(certificate.authority()).isEqualTo(authority);
    }

    /** A Secret that is broken for a while changes nothing. */
    @Test
    void staysAsItIsWhereNoAuthorityCanBeHad() {
        ServerCertificate first = certificate.current();
        isAway = true;
        now = now.plus(Duration.ofDays(20));
        look();
        assertThat(certificate.current()).isEqualTo(first);
        assertThat(served).isEmpty();

        isAway = false;
        look();

        assertThat(served).hasSize(1);
    }

    private static List<String> names(ServerCertificate shown) throws CertificateException {
        return Pem.certificate(shown.certificate()).getSubjectAlternativeNames().stream()
                .map(name -> (String) name.get(1))
                .toList();
    }
}
