// SPDX-License-Identifier: Apache-2.0
package io.serin.control.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serin.api.contract.Channel;
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
}
