// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Channel;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.kube.read.ClusterReader;
import io.serin.kube.read.Texts;
import io.serin.rollout.channel.ChannelState;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A channel, as its object tells. */
record ChannelView(Channel channel, ChannelState state) {

    /** Those that a control plane keeps or has kept. Blocks. */
    static List<ChannelView> read(ClusterReader reader) {
        return reader
                .configMaps(Objects.SYSTEM_NAMESPACE, Map.of(Labels.APP, Labels.APP_CHANNEL))
                .stream()
                .flatMap(object -> of(object).stream())
                .toList();
    }

    private static Optional<ChannelView> of(JsonNode object) {
        return Channel.of(object.at("/metadata/labels").path(Labels.CHANNEL).asText(""))
                .map(channel ->
                        new ChannelView(channel, ChannelState.of(Texts.of(object.path("data")))));
    }

    boolean isOf(String tag) {
        return channel.tag().value().equals(tag);
    }

    /** In one line: {@code rapid: MOVING 2 of 5, namespace shop: restarts Deployment/web}. */
    String describe() {
        String why = state.reason().isEmpty() ? state.step() : state.reason();
        return channel + ": " + state + (why.isEmpty() ? "" : ", " + why);
    }

    /** What it says of a revision; empty for nothing. */
    Optional<String> describe(String revision) {
        if (state.target().equals(revision)) {
            return Optional.of(describe());
        }
        if (state.failed().stream().anyMatch(failed -> failed.revision().equals(revision))) {
            return Optional.of(channel + ": tried in vain, and back on " + state.target());
        }
        return state.phase() == ChannelState.Phase.MOVING && state.previous().equals(revision)
                ? Optional.of(channel + ": moves from here to " + state.target())
                : Optional.empty();
    }
}
