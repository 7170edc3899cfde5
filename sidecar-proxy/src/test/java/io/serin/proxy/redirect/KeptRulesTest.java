// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.redirect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The rules that the image keeps for the flags of most pods are those that the program makes:
 * {@code -Dgolden=update} rewrites the file.
 */
class KeptRulesTest {

    private static final Path KEPT = Path.of("../deploy/images/proxy/redirect");

    @Test
    void areWhatTheProgramMakes() throws IOException {
        RedirectSettings settings =
                RedirectFlags.parse(Files.readAllLines(KEPT.resolve("flags")), Map.of(), List.of());
        String rules = NftTable.replacement(Family.IPV4, RedirectRules.of(settings, Family.IPV4));

        Path file = KEPT.resolve("rules.nft");
        if ("update".equals(System.getProperty("golden"))) {
            Files.writeString(file, rules);
        }
        assertThat(file).hasContent(rules);
    }

    /** The step looks for their beginnings alone. */
    @Test
    void areNotForStepsWithVariables() throws IOException {
        assertThat(Files.readString(KEPT.resolve("../bin/redirect-as-usual")))
                .contains("'^(ISTIO_|INVALID_DROP=)'");
        assertThat(RedirectVariables.values())
                .extracting(Enum::name)
                .allMatch(name -> name.startsWith("ISTIO_") || name.equals("INVALID_DROP"));
    }
}
