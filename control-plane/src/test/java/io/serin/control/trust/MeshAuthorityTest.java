// SPDX-License-Identifier: Apache-2.0
package io.serin.control.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeshAuthorityTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final List<String> HOSTS = List.of("istiod-1-0.istio-system.svc");

    /** What proxies trust for ten years must go on being enough after it was prolonged. */
    @Test
    void ofItsOwnIsProlongedInTimeUnderTheSameKey() throws Exception {
        MeshAuthority first = MeshAuthority.due(Optional.empty(), NOW);
        Instant late = NOW.plus(Authority.LIFETIME).minus(Duration.ofDays(365));

        assertThat(MeshAuthority.due(Optional.of(first), NOW.plus(Duration.ofDays(365))))
                .isEqualTo(first);
        MeshAuthority longer = MeshAuthority.due(Optional.of(first), late);

        assertThat(longer.signs().until()).isAfter(late.plus(Duration.ofDays(3000)));
        ServerCertificate signed = longer.sign(HOSTS, Duration.ofDays(1), late);
        X509Certificate leaf = Pem.certificate(signed.certificate());
        leaf.verify(Pem.certificate(first.roots()).getPublicKey());
        assertThat(leaf.getIssuerX500Principal())
                .isEqualTo(Pem.certificate(first.roots()).getSubjectX500Principal());
        assertThat(MeshAuthority.ofOwn(longer.texts())).isEqualTo(longer);
    }

    /** An intermediate that people brought along is shown with what leads to their root. */
    @Test
    void thatPeopleBroughtAlongShowsItsChain() throws Exception {
        Map<String, String> texts = plugged();

        MeshAuthority read = MeshAuthority.ofPlugged(texts);
        ServerCertificate signed = read.sign(HOSTS, Duration.ofDays(1), NOW);

        assertThat(Pem.certificates(signed.certificate())).hasSize(2);
        assertThat(signed.authority()).isEqualTo(texts.get("root-cert.pem"));
        assertThat(Pem.certificate(signed.certificate()).getSubjectAlternativeNames())
                .containsExactly(List.of(2, HOSTS.getFirst()));
    }

    /** Who signed it directly has to be shown, where no chain is given too. */
    @Test
    void thatPeopleBroughtAlongWithoutAChainIsShownItself() throws Exception {
        Authority root = Authority.make("people's root", NOW);

        ServerCertificate signed =
                MeshAuthority.ofPlugged(
                                Map.of(
                                        "ca-cert.pem",
                                        root.certificate(),
                                        "ca-key.pem",
                                        root.key(),
                                        "root-cert.pem",
                                        root.certificate()))
                        .sign(HOSTS, Duration.ofDays(1), NOW);

        assertThat(Pem.certificates(signed.certificate()))
                .hasSize(2)
                .contains(Pem.certificate(root.certificate()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ca-cert.pem    | ''           | secret cacerts, ca-cert.pem: missing or not readable (expected: PEM)
                    ca-cert.pem    | no PEM       | secret cacerts, ca-cert.pem: missing or not readable (expected: PEM)
                    ca-key.pem     | ''           | secret cacerts, ca-key.pem: missing or not readable (expected: PEM)
                    ca-key.pem     | =other key   | secret cacerts, ca-key.pem: not (expected) the private key of ca-cert.pem
                    root-cert.pem  | ''           | secret cacerts, root-cert.pem: missing or not readable (expected: PEM)
                    cert-chain.pem | ''           | secret cacerts, root-cert.pem: not (expected) who signed ca-cert.pem, or cert-chain.pem that leads there
                    cert-chain.pem | no PEM       | secret cacerts, cert-chain.pem: missing or not readable (expected: PEM)
                    ca-cert.pem    | =leaf        | secret cacerts, ca-cert.pem: not (expected) the certificate of an authority (CA:TRUE)
                    """)
    void isNamedWhereItIsNone(String key, String value, String expected) {
        Map<String, String> texts = new HashMap<>(plugged());
        texts.put(
                key,
                switch (value) {
                    case "=other key" -> Authority.make("other", NOW).key();
                    case "=leaf" ->
                            Authority.make("other", NOW)
                                    .sign(HOSTS, Duration.ofDays(1), NOW)
                                    .certificate();
                    default -> value;
                });
        if (key.equals("cert-chain.pem") && value.isEmpty()) {
            texts.put("root-cert.pem", Authority.make("stranger", NOW).certificate());
        }

        assertThatThrownBy(() -> MeshAuthority.ofPlugged(texts)).hasMessageStartingWith(expected);
    }

    @Test
    void itsOwnIsTrustedBesideOneThatWasBroughtAlong() throws Exception {
        MeshAuthority own = MeshAuthority.due(Optional.empty(), NOW);
        MeshAuthority both = MeshAuthority.ofPlugged(plugged()).trustingAlso(own);

        assertThat(Pem.certificates(both.roots())).hasSize(2);
        assertThat(both.trustingAlso(own)).isEqualTo(both);
    }

    /** An authority under another one, as Istio's documents describe it. */
    static Map<String, String> plugged() {
        Authority root = Authority.make("people's root", NOW);
        Authority under = Authority.make("people's mesh", NOW);
        return Map.of(
                "ca-cert.pem",
                under.certificate(),
                "ca-key.pem",
                under.key(),
                "cert-chain.pem",
                under.certificate(),
                "root-cert.pem",
                root.certificate());
    }
}
