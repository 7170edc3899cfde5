// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is kept of a Secret. */
class AuthorityTest {

    private static Authority of(String secret, Map<String, String> texts) {
        ObjectNode object = World.yaml("metadata: {name: %s}".formatted(secret));
        texts.forEach((key, text) ->
                object.withObject("/data")
                        .put(
                                key,
                                Base64.getEncoder()
                                        .encodeToString(text.getBytes(StandardCharsets.UTF_8))));
        return Authority.of(object);
    }

    @Test
    void thePrivateKeyIsTriedAndForgotten() {
        Authority authority =
                of(
                        "istio-ca-secret",
                        Map.of(
                                "ca-cert.pem",
                                World.pem("mesh-authority"),
                                "ca-key.pem",
                                World.key("mesh-authority")));

        assertThat(authority.keyFlaw()).isEmpty();
        assertThat(authority.missing()).isEmpty();
        assertThat(authority.texts()).containsOnlyKeys("ca-cert.pem");
        assertThat(authority.toString()).doesNotContain("PRIVATE KEY");
    }

    @Test
    void aKeyOfAnotherCertificateIsTold() {
        Authority authority =
                of(
                        "istio-ca-secret",
                        Map.of(
                                "ca-cert.pem",
                                World.pem("stranger"),
                                "ca-key.pem",
                                World.key("mesh-authority")));

        assertThat(authority.keyFlaw()).hasValue("does not belong to the certificate");
    }

    @Test
    void whatPeopleBringAlongHasMoreKeys() {
        Map<String, String> texts = Map.of("ca-cert.pem", World.pem("mesh-authority"));

        assertThat(of("istio-ca-secret", texts).missing()).containsExactly("ca-key.pem");
        assertThat(of("cacerts", texts).missing())
                .containsExactly("ca-key.pem", "root-cert.pem", "cert-chain.pem");
    }

    /** As Istio writes it. */
    @Test
    void whatIsEmptyIsNotThere() throws CertificateException {
        Map<String, String> texts =
                Map.of(
                        "ca-cert.pem",
                        World.pem("mesh-authority"),
                        "ca-key.pem",
                        World.key("mesh-authority"),
                        "cert-chain.pem",
                        "",
                        "root-cert.pem",
                        "");

        Authority authority = of("istio-ca-secret", texts);
        assertThat(authority.missing()).isEmpty();
        assertThat(authority.roots()).containsExactly(authority.certificate());
        assertThat(authority.chain()).isEmpty();
        assertThat(of("cacerts", texts).missing())
                .containsExactly("root-cert.pem", "cert-chain.pem");
    }

    @Test
    void aSecretWithoutDataMissesAll() {
        assertThat(of("istio-ca-secret", Map.of()).missing())
                .containsExactly("ca-cert.pem", "ca-key.pem");
    }
}
