// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.channel;

import io.serin.api.contract.Channel;
import io.serin.rollout.channel.ChannelState.Phase;
import io.serin.rollout.fact.ClusterGone;
import io.serin.rollout.run.RolloutEvent;
import java.util.List;

/** What a channel is at, as its object and events tell it. */
final class Progress {

    static final String MOVING = "ChannelMoving";
    static final String MOVED = "ChannelMoved";
    static final String WAITING = "ChannelWaiting";
    static final String STOPPED = "ChannelStopped";
    static final String WENT_BACK = "ChannelWentBack";

    private final Channel channel;
    private final ChannelObjects objects;
    private ChannelState state = ChannelState.NONE;

    Progress(Channel channel, ChannelObjects objects) {
        this.channel = channel;
        this.objects = objects;
    }

    /** Goes on from what is written. */
    void begin(ChannelState written) {
        state = written;
    }

    ChannelState state() {
        return state;
    }

    String moves() {
        return "channel "
                + channel
                + (state.previous().isEmpty()
                        ? " begins on revision "
                        : " moves from revision " + state.previous() + " to ")
                + state.target();
    }

    /** How far a rollout is. */
    void accept(RolloutEvent event) {
        switch (event) {
            case RolloutEvent.NamespaceBound(String namespace, String _, String _) ->
                    quietly(() -> {
                        write(state.at("namespace " + namespace));
                        objects.tell(
                                namespace,
                                state.phase() == Phase.GOING_BACK,
                                state.phase() == Phase.GOING_BACK ? WENT_BACK : MOVING,
                                following());
                    });
            case RolloutEvent.Restarted(String namespace, String workload, int number, int of) ->
                    note(batch(namespace, number, of) + ": restarts " + workload, 0);
            case RolloutEvent.Waiting(String namespace, String reason) ->
                    note("namespace " + namespace + ": waits for " + reason, 0);
            case RolloutEvent.NotAwaited(String namespace, String workload, String reason) ->
                    note(
                            "namespace "
                                    + namespace
                                    + ": does not wait for "
                                    + workload
                                    + ", which was not healthy before: "
                                    + reason,
                            0);
            case RolloutEvent.LeftBehind(String namespace, String reason) ->
                    note("namespace " + namespace + ": goes on without " + reason, 0);
            case RolloutEvent.BatchHealthy(
                            String namespace,
                            List<String> workloads,
                            int number,
                            int of,
                            String requests) ->
                    note(batch(namespace, number, of) + ": well, " + requests, workloads.size());
            case RolloutEvent.NamespaceDone(String namespace, String revision) ->
                    quietly(() -> {
                        objects.tell(
                                namespace,
                                false,
                                MOVED,
                                "all workloads are on revision " + revision);
                    });
            case RolloutEvent.NamespaceGone(String namespace) ->
                    note("namespace " + namespace + ": was deleted; goes on without it", 0);
            case RolloutEvent.Stopped _,
                    RolloutEvent.GoingBack _,
                    RolloutEvent.TagWentBack _,
                    RolloutEvent.Paused _,
                    RolloutEvent.Resumed _,
                    RolloutEvent.ApiGone _,
                    RolloutEvent.ApiBack _ -> {
                // Said by how the run ends, or to nobody who could hear it.
            }
        }
    }

    private static String batch(String namespace, int number, int of) {
        return "namespace " + namespace + ", batch " + number + " of " + of;
    }

    private String following() {
        return state.phase() == Phase.GOING_BACK
                ? "channel "
                        + channel
                        + " goes back to revision "
                        + state.previous()
                        + ", and workloads are restarted: "
                        + state.reason()
                : moves() + ": workloads are restarted, batch by batch";
    }

    private void note(String what, int more) {
        quietly(() -> {
            write(state.at(what, state.done() + more, state.of()));
        });
    }

    /** An API server that is away for a moment stops no rollout, which is patient itself. */
    private static void quietly(Runnable telling) {
        try {
            telling.run();
        } catch (ClusterGone untold) {
            // The next thing that is told says how far it is.
        }
    }

    void write(ChannelState next) {
        if (!next.equals(state)) {
            objects.write(next.data(channel));
            state = next;
        }
    }
}
