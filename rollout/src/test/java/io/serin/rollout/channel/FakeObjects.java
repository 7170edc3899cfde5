// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.channel;

import io.serin.api.contract.Channel;
import io.serin.api.name.Revision;
import io.serin.rollout.FakeCluster;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A channel's objects in a {@link FakeCluster}. */
final class FakeObjects implements ChannelObjects {

    private final FakeCluster cluster;
    private final Channel channel;

    Map<String, String> data = Map.of();
    final Map<String, String> annotations = new HashMap<>();

    /** {@code namespace reason: message}; of the channel's own object without a namespace. */
    final List<String> told = new ArrayList<>();

    /** Where the tag points to, one after the other. */
    final List<String> pointed = new ArrayList<>();

    String served = "";

    /** What it was at, one after the other. */
    final List<String> steps = new ArrayList<>();

    /** What somebody else does when the tag has moved. */
    Runnable onPoint = () -> {};

    /** What is in the way of pods that name a revision, or the tag when it points there. */
    final Map<String, String> missing = new HashMap<>();

    final Map<String, String> missingByTag = new HashMap<>();

    FakeObjects(FakeCluster cluster, Channel channel) {
        this.cluster = cluster;
        this.channel = channel;
    }

    ChannelState state() {
        return ChannelState.of(data);
    }

    @Override
    public Held read() {
        return new Held(data, annotations);
    }

    @Override
    public void write(Map<String, String> next) {
        cluster.write("state", () -> data = next);
        steps.add(next.getOrDefault("step", ""));
    }

    @Override
    public String missing(Revision revision) {
        return missing.getOrDefault(revision.value(), "");
    }

    @Override
    public String missingByTag(Revision revision) {
        return missingByTag.getOrDefault(revision.value(), "");
    }

    @Override
    public void point(Revision revision, String previous) {
        cluster.write(
                "point " + revision,
                () -> {
                    if (pointed.isEmpty() || !pointed.getLast().equals(revision.value())) {
                        pointed.add(revision.value());
                    }
                    cluster.tag(channel.tag().value(), revision.value());
                });
        onPoint.run();
    }

    @Override
    public void serve(Revision revision) {
        cluster.write("serve " + revision, () -> served = revision.value());
    }

    @Override
    public void tell(boolean isWarning, String reason, String message) {
        told.add(reason + ": " + message);
    }

    @Override
    public void tell(String namespace, boolean isWarning, String reason, String message) {
        told.add(namespace + " " + reason + ": " + message);
    }
}
