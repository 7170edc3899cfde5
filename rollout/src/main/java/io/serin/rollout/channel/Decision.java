// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.channel;

import io.serin.api.contract.Channel;
import io.serin.kube.type.KubeRevision;
import io.serin.kube.type.KubeRevision.Release;
import io.serin.rollout.channel.ChannelState.Phase;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What is to become of a channel. Pure. */
sealed interface Decision {

    /** It is where it should be. */
    record Rest(String target) implements Decision {}

    /** There is nothing that it could point to. */
    record Wait(String reason) implements Decision {}

    /**
     * @param from where the tag points to before; empty for nowhere
     */
    record Move(String target, String from) implements Decision {}

    /**
     * @param from the revision that was tried in vain
     */
    record GoBack(String from, String to) implements Decision {}

    /**
     * Decides: what was begun is finished first; then the newest that is ready is moved to, and
     * never an older one than it points to, though that may not be ready for a moment.
     */
    static Decision of(Channel channel, ChannelState state, List<KubeRevision> revisions) {
        List<KubeRevision> own =
                revisions.stream()
                        .filter(known -> known.release().channel().equals(channel.value()))
                        .toList();
        if (state.phase() == Phase.GOING_BACK) {
            return new GoBack(state.target(), state.previous());
        }
        if (state.phase() == Phase.MOVING) {
            boolean isThere =
                    own.stream().anyMatch(known -> known.revision().equals(state.target()));
            if (isThere) {
                return new Move(state.target(), state.previous());
            }
            if (!state.previous().isEmpty()) {
                return new GoBack(state.target(), state.previous());
            }
        }
        Optional<KubeRevision> now =
                revisions.stream()
                        .filter(known -> known.tags().contains(channel.tag().value()))
                        .findFirst();
        Optional<KubeRevision> newest =
                own.stream()
                        .filter(known -> known.unready().isEmpty() && !state.hasFailed(known))
                        .max(Newest.LAST);
        if (newest.isEmpty()) {
            return now.isPresent() ? new Rest(now.get().revision()) : new Wait(lack(channel, own));
        }
        boolean isOlder =
                now.filter(own::contains)
                        .filter(known -> Newest.LAST.compare(known, newest.get()) >= 0)
                        .isPresent();
        return isOlder
                ? new Rest(now.get().revision())
                : new Move(
                        newest.get().revision(),
                        // One without a Deployment is gone: nothing could go back there.
                        now.filter(known -> !known.release().equals(Release.NONE))
                                .map(KubeRevision::revision)
                                .orElse(""));
    }

    private static String lack(Channel channel, List<KubeRevision> own) {
        return "no revision of channel "
                + channel
                + " is ready"
                + (own.isEmpty() ? "" : ": ")
                + own.stream()
                        .map(known ->
                                known.revision()
                                        + (known.unready().isEmpty()
                                                ? " was tried in vain"
                                                : ", for " + known.unready()))
                        .collect(Collectors.joining("; "));
    }
}
