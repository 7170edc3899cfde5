// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.api.contract.Channel;
import io.serin.kube.type.KubeRevision;
import io.serin.kube.type.KubeRevision.Release;
import io.serin.rollout.channel.ChannelState.Failed;
import io.serin.rollout.channel.ChannelState.Phase;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DecisionTest {

    private static final String TAG = Channel.RAPID.tag().value();

    private static KubeRevision revision(
            String name, String channel, String version, String second, String unready) {
        return new KubeRevision(
                name,
                unready,
                List.of(),
                false,
                Map.of(),
                new Release(channel, version, "2026-01-02T03:04:" + second + "Z", "1"));
    }

    private static KubeRevision rapid(String name, String version, String second) {
        return revision(name, "rapid", version, second, "");
    }

    private static KubeRevision tagged(KubeRevision revision) {
        return revision.tagged(TAG, true);
    }

    private static final KubeRevision OLD = rapid("1-0", "0.9.0", "20");
    private static final KubeRevision NEW = rapid("1-1", "0.10.0", "10");
    private static final KubeRevision NEW_BUT_DOWN =
            revision("1-1", "rapid", "0.10.0", "10", "it has no Deployment in istio-system");

    private static ChannelState state(Phase phase, String target, String previous, Failed... of) {
        return new ChannelState(phase, target, previous, "", 0, 0, "", "", List.of(of));
    }

    record Case(String what, ChannelState state, List<KubeRevision> revisions, Decision decision) {}

    static Stream<Arguments> cases() {
        return Stream.of(
                        new Case(
                                "nothing is installed",
                                ChannelState.NONE,
                                List.of(),
                                new Decision.Wait("no revision of channel rapid is ready")),
                        new Case(
                                "the only one is not ready",
                                ChannelState.NONE,
                                List.of(NEW_BUT_DOWN),
                                new Decision.Wait(
                                        "no revision of channel rapid is ready: 1-1, for it has no"
                                                + " Deployment in istio-system")),
                        new Case(
                                "the first",
                                ChannelState.NONE,
                                List.of(OLD),
                                new Decision.Move("1-0", "")),
                        new Case(
                                "of several the greatest version, as a number",
                                ChannelState.NONE,
                                List.of(OLD, NEW, rapid("9-9", "nightly", "59")),
                                new Decision.Move("1-1", "")),
                        new Case(
                                "of one version the one that was installed last",
                                ChannelState.NONE,
                                List.of(rapid("a", "1.0.0", "09"), rapid("b", "1.0.0", "08")),
                                new Decision.Move("a", "")),
                        new Case(
                                "others' revisions are none of it",
                                ChannelState.NONE,
                                List.of(
                                        tagged(OLD),
                                        revision("2-0", "stable", "2.0.0", "30", ""),
                                        revision("3-0", "", "3.0.0", "30", "")),
                                new Decision.Rest("1-0")),
                        new Case(
                                "a newer one is there",
                                state(Phase.CURRENT, "1-0", ""),
                                List.of(tagged(OLD), NEW),
                                new Decision.Move("1-1", "1-0")),
                        new Case(
                                "a newer one is there, and not ready",
                                state(Phase.CURRENT, "1-0", ""),
                                List.of(tagged(OLD), NEW_BUT_DOWN),
                                new Decision.Rest("1-0")),
                        new Case(
                                "the newest is not ready for a moment: no way to an older one",
                                state(Phase.CURRENT, "1-1", "1-0"),
                                List.of(OLD, tagged(NEW_BUT_DOWN)),
                                new Decision.Rest("1-1")),
                        new Case(
                                "the tag was on one that is of no channel",
                                ChannelState.NONE,
                                List.of(OLD, tagged(revision("x", "", "9.0.0", "50", ""))),
                                new Decision.Move("1-0", "x")),
                        new Case(
                                "the tag was on one that is gone",
                                ChannelState.NONE,
                                List.of(
                                        OLD,
                                        new KubeRevision(
                                                "x",
                                                "gone",
                                                List.of(TAG),
                                                false,
                                                Map.of(),
                                                Release.NONE)),
                                new Decision.Move("1-0", "")),
                        new Case(
                                "what was tried in vain is not tried again",
                                state(
                                        Phase.STOPPED,
                                        "1-0",
                                        "",
                                        new Failed("1-1", "2026-01-02T03:04:10Z/1")),
                                List.of(tagged(OLD), NEW),
                                new Decision.Rest("1-0")),
                        new Case(
                                "unless it is another one of the same name",
                                state(
                                        Phase.STOPPED,
                                        "1-0",
                                        "",
                                        new Failed("1-1", "2026-01-02T03:04:10Z/0")),
                                List.of(tagged(OLD), NEW),
                                new Decision.Move("1-1", "1-0")),
                        new Case(
                                "what was begun is finished before a newer one",
                                state(Phase.MOVING, "1-1", "1-0"),
                                List.of(OLD, tagged(NEW), rapid("1-2", "2.0.0", "30")),
                                new Decision.Move("1-1", "1-0")),
                        new Case(
                                "what it was moving to is gone",
                                state(Phase.MOVING, "1-1", "1-0"),
                                List.of(OLD),
                                new Decision.GoBack("1-1", "1-0")),
                        new Case(
                                "the way back is gone to its end",
                                state(Phase.GOING_BACK, "1-1", "1-0"),
                                List.of(tagged(OLD), NEW),
                                new Decision.GoBack("1-1", "1-0")))
                .map(it -> Arguments.argumentSet(it.what, it));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void decides(Case it) {
        assertThat(Decision.of(Channel.RAPID, it.state, it.revisions)).isEqualTo(it.decision);
    }
}
