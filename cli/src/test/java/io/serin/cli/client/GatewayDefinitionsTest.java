// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayDefinitionsTest {

    private static final String ADDRESS = "https://example.org/routes.yaml";

    @TempDir private Path folder;

    private static Optional<String> named(String value) {
        return GatewayDefinitions.named(Map.of("GATEWAY_API_CRDS", value));
    }

    @Test
    void aFolderOrAnAddressIsTaken() {
        assertThat(named(folder.toString())).contains(folder.toString());
        assertThat(named(ADDRESS)).contains(ADDRESS);
        assertThat(GatewayDefinitions.isAddress(ADDRESS)).isTrue();
    }

    @Test
    void nothingIsNamedByAnEmptyVariableOrNone() {
        assertThat(named("")).isEmpty();
        assertThat(GatewayDefinitions.named(Map.of())).isEmpty();
    }

    /** It was passed over, and other definitions were taken. */
    @Test
    void aPathThatCannotBeReadIsRefused() {
        Path absent = folder.resolve("absent");

        assertThatThrownBy(() -> named(absent.toString()))
                .isInstanceOfSatisfying(
                        CliFault.class,
                        fault -> assertThat(fault.exitCode()).isEqualTo(ExitCode.USAGE))
                .hasMessageStartingWith("GATEWAY_API_CRDS=" + absent + " can't be read")
                .hasMessageContaining("expected: a file or a folder");
    }
}
