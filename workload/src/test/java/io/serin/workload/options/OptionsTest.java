// SPDX-License-Identifier: Apache-2.0
package io.serin.workload.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OptionsTest {

    private static final Set<String> KNOWN = Set.of("rate", "post-percent");

    @Test
    void takesTheFlagBeforeTheEnvironmentBeforeTheDefault() {
        Map<String, String> environment = Map.of("RATE", "5", "POST_PERCENT", "7");

        Options options = Options.read(KNOWN, new String[] {"--rate", "9"}, environment);

        assertThat(options.number("rate", 1, 0, 10)).isEqualTo(9);
        assertThat(options.number("post-percent", 1, 0, 100)).isEqualTo(7);
        assertThat(options.text("absent", "default")).isEqualTo("default");
    }

    @Test
    void saysWhichFlagItDoesNotKnowAndWhichItKnows() {
        assertThatThrownBy(() -> Options.read(KNOWN, new String[] {"--rat", "9"}, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--rat (expected: one of --post-percent, --rate)");
    }

    @Test
    void asksForAMissingValue() {
        assertThatThrownBy(() -> Options.read(KNOWN, new String[] {"--rate"}, Map.of()))
                .hasMessage("--rate (expected: a value after it)");
    }

    @Test
    void saysWhatANumberHeldAndWhatIsExpected() {
        Options options = Options.read(KNOWN, new String[] {"--rate", "fast"}, Map.of());

        assertThatThrownBy(() -> options.number("rate", 1, 1, 100))
                .hasMessage("--rate: fast (expected: 1 to 100)");
    }
}
