// SPDX-License-Identifier: Apache-2.0
package io.serin.local.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TokensTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final Tokens tokens = new Tokens(Clock.fixed(NOW, ZoneOffset.UTC));

    private String token(Duration lifetime) {
        return tokens.issue(
                        "ns",
                        "name",
                        "uid",
                        List.of("istio-ca"),
                        lifetime,
                        Optional.of(new Tokens.Bound("pod", "p", "puid")))
                .token();
    }

    @Test
    void readsBackWhatItIssued() {
        Tokens.Bearer bearer = tokens.read(token(Duration.ofHours(1))).orElseThrow();
        assertThat(bearer.username()).isEqualTo("system:serviceaccount:ns:name");
        assertThat(bearer.audiences()).containsExactly("istio-ca");
        assertThat(bearer.claims().at("/kubernetes.io/pod/uid").asText()).isEqualTo("puid");
    }

    @Test
    void refusesWhatHasEnded() {
        assertThat(tokens.read(token(Duration.ofSeconds(0)))).isEmpty();
    }

    @Test
    void refusesWhatAnotherHasSigned() {
        String foreign =
                new Tokens(Clock.fixed(NOW, ZoneOffset.UTC))
                        .issue(
                                "ns",
                                "name",
                                "uid",
                                List.of(),
                                Duration.ofHours(1),
                                Optional.empty())
                        .token();
        assertThat(tokens.read(foreign)).isEmpty();
        assertThat(tokens.read("not.a.token")).isEmpty();
        assertThat(tokens.read("nothing")).isEmpty();
    }
}
