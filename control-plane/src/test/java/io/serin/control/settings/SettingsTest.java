// SPDX-License-Identifier: Apache-2.0
package io.serin.control.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serin.api.contract.Channel;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {

    @Test
    void aRevisionIsOfAChannelOrOfNone() {
        assertThat(Settings.read(Map.of("REVISION", "1-0")).channel()).isEmpty();
        assertThat(Settings.read(Map.of("REVISION", "1-0", "CHANNEL", "stable")).channel())
                .contains(Channel.STABLE);
        assertThatThrownBy(() -> Settings.read(Map.of("REVISION", "1-0", "CHANNEL", "fast")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "CHANNEL: 'fast' (expected: one of rapid, regular, stable, or not set)");
    }

    @Test
    void takesSecondsForLeavingAndNothingElse() {
        Settings usual = Settings.read(Map.of("REVISION", "1-0"));
        assertThat(usual.leave())
                .isEqualTo(new Settings.Leave(Duration.ofSeconds(5), Duration.ofSeconds(30)));
        assertThatThrownBy(() ->
                        Settings.read(Map.of("REVISION", "1-0", "LEAVE_AT_MOST_SECONDS", "1m")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("LEAVE_AT_MOST_SECONDS: '1m' (expected: 0 to 60)");
        assertThatThrownBy(() -> Settings.read(Map.of("REVISION", "1-0", "LEAVE_SECONDS", "21")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("LEAVE_SECONDS: '21' (expected: 0 to 20)");
    }
}
