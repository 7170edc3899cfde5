// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serin.api.contract.Channel;
import io.serin.rollout.channel.ChannelState.Failed;
import io.serin.rollout.channel.ChannelState.Phase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChannelStateTest {

    @Test
    void isWhatItsConfigMapSays() {
        ChannelState state =
                new ChannelState(
                        Phase.MOVING,
                        "1-1",
                        "1-0",
                        "namespace shop: waits for Deployment/web",
                        2,
                        5,
                        "",
                        "2026-01-02T03:04:05Z",
                        List.of(
                                new Failed("1-2", "2026-01-01T00:00:00Z/1"),
                                new Failed("1-3", "2026-01-01T00:00:01Z/4")));

        Map<String, String> data = state.data(Channel.REGULAR);

        assertThat(data)
                .containsEntry("channel", "regular")
                .containsEntry("tag", "asm-managed")
                .containsEntry("progress", "2 of 5")
                .containsEntry("failed", "1-2 2026-01-01T00:00:00Z/1\n1-3 2026-01-01T00:00:01Z/4")
                .doesNotContainKey("reason");
        assertThat(ChannelState.of(data)).isEqualTo(state).hasToString("MOVING 2 of 5");
    }

    @Test
    void whatNobodyCanReadIsAsIfNothingWereWritten() {
        assertThat(ChannelState.of(Map.of())).isEqualTo(ChannelState.NONE);
        assertThat(ChannelState.of(Map.of("phase", "moving"))).isEqualTo(ChannelState.NONE);
        ChannelState odd =
                ChannelState.of(
                        Map.of("phase", "CURRENT", "progress", "half", "failed", "\n 1-2\n1-1"));
        assertThat(odd.of()).isZero();
        assertThat(odd.failed()).isEmpty();
    }

    @Test
    void termsThatCannotBeReadNameTheirAnnotation() {
        assertThat(Terms.of(Map.of()).isPaused()).isFalse();
        assertThat(
                        Terms.of(
                                        Map.of(
                                                "serin.io/channel-guard",
                                                "ready=20s,success-rate=off",
                                                "serin.io/channel-batch",
                                                "20%",
                                                "serin.io/channel-paused",
                                                "true"))
                                .guards()
                                .ready())
                .hasSeconds(20);
        assertThatThrownBy(() -> Terms.of(Map.of("serin.io/channel-paused", "yes")))
                .hasMessage("annotation serin.io/channel-paused: 'yes' (expected: true or false)");
        assertThatThrownBy(() -> Terms.of(Map.of("serin.io/channel-guard", "ready")))
                .hasMessageStartingWith("annotation serin.io/channel-guard: guard: 'ready'");
        assertThatThrownBy(() -> Terms.of(Map.of("serin.io/channel-batch", "0")))
                .hasMessageStartingWith("annotation serin.io/channel-batch: batch: '0'");
    }
}
