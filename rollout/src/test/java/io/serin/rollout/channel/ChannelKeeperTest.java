// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serin.api.contract.Channel;
import io.serin.kube.type.KubeRevision.Release;
import io.serin.rollout.FakeCluster;
import io.serin.rollout.channel.ChannelState.Phase;
import io.serin.rollout.fact.ClusterGone;
import io.serin.rollout.plan.Written;
import io.serin.rollout.run.Claims;
import io.serin.rollout.run.Holder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Revision 1-0 of channel rapid with two namespaces on it, and what comes after it. */
class ChannelKeeperTest {

    private static final Holder PERSON = new Holder("one@a, process 1", "a 1", _ -> false);

    private FakeCluster cluster = new FakeCluster();
    private FakeObjects objects = new FakeObjects(cluster, Channel.RAPID);
    private int replica;

    @BeforeEach
    void current() {
        cluster =
                new FakeCluster()
                        .released("1-0", of("0.1.0"))
                        .namespace("istio-system", Map.of())
                        .namespace("lab", Map.of("istio.io/rev", "1-0"))
                        .namespace("post", Map.of("istio.io/rev", "asm-managed-rapid"))
                        .namespace("shop", Map.of("istio.io/rev", "asm-managed-rapid"));
        objects = new FakeObjects(cluster, Channel.RAPID);
        cluster.deployment("lab", "l", 1, "1-0");
        cluster.deployment("post", "p", 2, "1-0");
        cluster.deployment("shop", "a", 2, "1-0");
        cluster.deployment("shop", "b", 2, "1-0");
        look();
    }

    private static Release of(String version) {
        return new Release("rapid", version, "2026-01-02T03:04:05Z", "1");
    }

    /** As by another replica each time: what it knows is in the cluster. */
    private void look() {
        new ChannelKeeper(Channel.RAPID, cluster, objects, cluster, "istiod-" + ++replica).look();
    }

    private void assertAllOn(String revision) {
        assertThat(cluster.podRevisions("post", "p")).containsOnly(revision);
        assertThat(cluster.podRevisions("shop", "a")).containsOnly(revision);
        assertThat(cluster.podRevisions("shop", "b")).containsOnly(revision);
        assertThat(cluster.podRevisions("lab", "l")).containsOnly("1-0");
    }

    @Test
    void theFirstRevisionMakesTheTagAndRestartsNothing() {
        assertThat(objects.pointed).containsExactly("1-0");
        assertThat(objects.served).isEqualTo("1-0");
        assertThat(objects.state().phase()).isEqualTo(Phase.CURRENT);
        assertThat(objects.told)
                .containsExactly(
                        "ChannelMoving: channel rapid begins on revision 1-0",
                        "ChannelMoved: channel rapid is on revision 1-0");
        assertThat(cluster.writes()).noneMatch(write -> write.startsWith("restart"));
    }

    @Test
    void whatIsAsItShouldBeIsNotWrittenAgain() {
        List<String> before = cluster.writes();

        look();

        assertThat(cluster.writes()).isEqualTo(before);
    }

    @Test
    void aNewerRevisionIsFollowedBatchByBatch() {
        cluster.released("1-1", of("0.2.0"));

        look();

        assertAllOn("1-1");
        assertThat(objects.pointed).containsExactly("1-0", "1-1");
        assertThat(objects.served).isEqualTo("1-1");
        assertThat(objects.state().phase()).isEqualTo(Phase.CURRENT);
        assertThat(objects.data)
                .containsEntry("target", "1-1")
                .containsEntry("previous", "1-0")
                .doesNotContainKeys("step", "progress", "reason");
        assertThat(objects.told)
                .contains(
                        "ChannelMoving: channel rapid moves from revision 1-0 to 1-1",
                        "shop ChannelMoving: channel rapid moves from revision 1-0 to 1-1:"
                                + " workloads are restarted, batch by batch",
                        "shop ChannelMoved: all workloads are on revision 1-1",
                        "ChannelMoved: channel rapid is on revision 1-1");
    }

    /** While this Deployment of the shop is restarted to the new revision. */
    private void isKilledAt(String name) {
        cluster.onRevision(
                "1-1",
                deployment -> {
                    if (deployment == cluster.deployment("shop", name)) {
                        throw cluster.kill();
                    }
                });
    }

    @Test
    void theObjectShowsHowFarItIs() {
        cluster.released("1-1", of("0.2.0"));
        isKilledAt("b");

        assertThatThrownBy(this::look).isInstanceOf(FakeCluster.Killed.class);
        cluster.killNever();

        assertThat(objects.state()).hasToString("MOVING 2 of 3");
        assertThat(objects.data).containsEntry("target", "1-1").containsEntry("previous", "1-0");
        assertThat(objects.data.get("step")).startsWith("namespace shop: waits for Deployment/b");
    }

    @Test
    void whereAGuardDoesNotHoldTagAndPodsGoBackAndItIsNotTriedAgain() {
        cluster.released("1-1", of("0.2.0"));
        cluster.onRevision(
                "1-1",
                deployment ->
                        deployment.newPodsCrash(deployment == cluster.deployment("shop", "a")));
        cluster.onRevision("1-0", deployment -> deployment.newPodsCrash(false));

        look();

        assertAllOn("1-0");
        assertThat(objects.pointed).containsExactly("1-0", "1-1", "1-0");
        assertThat(objects.served).isEqualTo("1-0");
        ChannelState state = objects.state();
        assertThat(state.phase()).isEqualTo(Phase.STOPPED);
        assertThat(state.target()).isEqualTo("1-0");
        assertThat(state.reason()).contains("namespace shop: Deployment/a: CrashLoopBackOff");
        assertThat(state.failed()).hasToString("[1-1 2026-01-02T03:04:05Z/1]");
        assertThat(objects.told)
                .anyMatch(said -> said.startsWith("ChannelStopped: channel rapid moves from"))
                .anyMatch(said -> said.startsWith("post ChannelWentBack: channel rapid goes back"))
                .anyMatch(said -> said.startsWith("ChannelWentBack: channel rapid is back on"));
        assertThat(Written.of(cluster.marked("post"))).isEmpty();
        assertThat(Written.of(cluster.marked("shop"))).isEmpty();

        List<String> before = cluster.writes();
        look();
        assertThat(cluster.writes()).isEqualTo(before);
    }

    @Test
    void itGoesBackFromARevisionThatLeftTheChannelInTheMiddle() {
        cluster.released("1-1", of("0.2.0"));
        isKilledAt("b");
        assertThatThrownBy(this::look).isInstanceOf(FakeCluster.Killed.class);
        cluster.killNever();
        cluster.onRevision("1-1", deployment -> {});

        cluster.released("1-1", new Release("", "0.2.0", "2026-01-02T03:04:05Z", "2"));
        cluster.tag("asm-managed-rapid", "1-1");
        look();

        assertAllOn("1-0");
        assertThat(objects.state().phase()).isEqualTo(Phase.STOPPED);
        assertThat(objects.state().reason()).isEqualTo("revision 1-1 is of the channel no more");
    }

    @Test
    void whoseRequestsFailGoesBackToo() {
        cluster.released("1-1", of("0.2.0"));
        cluster.onRevision("1-1", deployment -> deployment.failing(20));
        cluster.onRevision("1-0", deployment -> deployment.failing(0));

        look();

        assertAllOn("1-0");
        assertThat(objects.state().reason()).contains("failed with a status of 500 or more");
    }

    @Test
    void aChangedRevisionOrAForgottenFailureIsTriedAgain() {
        cluster.released("1-1", of("0.2.0"));
        cluster.onRevision("1-1", deployment -> deployment.failing(20));
        cluster.onRevision("1-0", deployment -> deployment.failing(0));
        look();
        cluster.onRevision("1-1", deployment -> deployment.failing(0));

        cluster.released("1-1", new Release("rapid", "0.2.0", "2026-01-02T03:04:05Z", "2"));
        look();

        assertAllOn("1-1");
        assertThat(objects.state().phase()).isEqualTo(Phase.CURRENT);
        assertThat(objects.state().failed()).isEmpty();
    }

    @Test
    void aFailureThatSomebodyTookOutOfTheObjectIsForgotten() {
        cluster.released("1-1", of("0.2.0"));
        cluster.onRevision("1-1", deployment -> deployment.failing(20));
        cluster.onRevision("1-0", deployment -> deployment.failing(0));
        look();
        cluster.onRevision("1-1", deployment -> deployment.failing(0));
        objects.data =
                objects.data.entrySet().stream()
                        .filter(entry -> !entry.getKey().equals("failed"))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));

        look();

        assertAllOn("1-1");
    }

    @Test
    void aBudgetThatARestartWouldBreakKeepsTheTagWhereItIs() {
        cluster.released("1-1", of("0.2.0"));
        cluster.deployment("shop", "a").budget("a", 0, 0, 1);

        look();

        assertAllOn("1-0");
        assertThat(objects.pointed).containsExactly("1-0");
        assertThat(objects.state().phase()).isEqualTo(Phase.WAITING);
        assertThat(objects.state().reason())
                .contains("PodDisruptionBudget shop/a", "serin.io/channel-paused=true");
        List<String> told = List.copyOf(objects.told);
        look();
        assertThat(objects.told).as("once").isEqualTo(told);

        cluster.annotated("shop", Map.of("serin.io/channel-paused", "true"));
        look();
        assertThat(cluster.podRevisions("post", "p")).containsOnly("1-1");
        assertThat(cluster.podRevisions("shop", "a")).containsOnly("1-0");
    }

    @Test
    void whatAPersonMovesIsWaitedForBeforeTheTagMoves() {
        cluster.released("1-1", of("0.2.0"));
        Claims person = new Claims(cluster, cluster, PERSON);
        assertThat(person.take(List.of("shop"))).isEmpty();

        look();

        assertAllOn("1-0");
        assertThat(objects.pointed).containsExactly("1-0");
        assertThat(objects.state().phase()).isEqualTo(Phase.WAITING);
        assertThat(objects.state().reason())
                .contains("namespace shop is being moved by one@a, process 1 since");
        List<String> told = List.copyOf(objects.told);
        cluster.pass(Duration.ofSeconds(20));
        look();
        assertThat(objects.told).as("once").isEqualTo(told);

        person.release();
        look();
        assertAllOn("1-1");
    }

    @Test
    void whatAPersonBeginsToMoveMeanwhileIsWaitedForAndFailsNothing() {
        cluster.released("1-1", of("0.2.0"));
        objects.annotations.put("serin.io/channel-guard", "ready=20s");
        Claims person = new Claims(cluster, cluster, PERSON);
        objects.onPoint = () -> assertThat(person.take(List.of("shop"))).isEmpty();

        look();

        assertAllOn("1-1");
        assertThat(objects.state().phase()).isEqualTo(Phase.CURRENT);
        assertThat(objects.steps)
                .anyMatch(step ->
                        step.startsWith(
                                "waits: nothing was changed: namespace shop is being moved by"
                                        + " one@a, process 1 since"));
    }

    @Test
    void aBudgetWithoutRoomForNowIsWaitedFor() {
        cluster.released("1-1", of("0.2.0"));
        cluster.deployment("shop", "a").budget("a", 1, 0, 1);
        objects.annotations.put("serin.io/channel-guard", "ready=30s");

        look();

        assertThat(objects.state().phase()).isEqualTo(Phase.STOPPED);
        assertThat(objects.state().reason())
                .contains("PodDisruptionBudget a lets 0 of its pods go now");
        assertThat(cluster.deployment("shop", "a").isMarked()).isFalse();
    }

    @Test
    void itWaitsForARevisionThatDoesNotInjectYet() {
        cluster.released("1-1", of("0.2.0"));
        objects.missing.put("1-1", "a trial pod to be admitted");

        look();

        assertThat(objects.pointed).containsExactly("1-0");
        assertThat(objects.state().reason()).endsWith("it waits for a trial pod to be admitted");
        objects.missing.clear();
        look();
        assertAllOn("1-1");
    }

    @Test
    void aTagThatDoesNotBringTheNewSidecarGoesBackBeforeAnythingIsRestarted() {
        cluster.released("1-1", of("0.2.0"));
        objects.missingByTag.put("1-1", "a trial pod to get a sidecar");

        look();

        assertThat(objects.pointed).containsExactly("1-0", "1-1", "1-0");
        assertThat(objects.state().phase()).isEqualTo(Phase.STOPPED);
        assertThat(cluster.writes()).noneMatch(write -> write.startsWith("restart"));
    }

    @Test
    void aPausedChannelStaysWhereverItsTagIsPut() {
        cluster.released("1-1", of("0.2.0"));
        objects.annotations.put("serin.io/channel-paused", "true");

        look();

        assertThat(objects.pointed).containsExactly("1-0");
        assertThat(objects.data)
                .containsEntry("phase", "CURRENT")
                .containsEntry("step", "paused by annotation serin.io/channel-paused");
        objects.annotations.put("serin.io/channel-paused", "false");
        look();
        assertAllOn("1-1");
    }

    @Test
    void aNamespaceThatIsBeingDeletedStaysWhereItIs() {
        cluster.released("1-1", of("0.2.0"));
        cluster.end("shop");

        look();

        assertShopIsLeftOut();
    }

    @Test
    void aNamespaceThatIsDeletedMeanwhileFailsNothing() {
        cluster.released("1-1", of("0.2.0"));
        cluster.onRevision("1-1", _ -> cluster.end("shop"));

        look();

        assertShopIsLeftOut();
    }

    private void assertShopIsLeftOut() {
        assertThat(objects.state().phase()).isEqualTo(Phase.CURRENT);
        assertThat(cluster.podRevisions("post", "p")).containsOnly("1-1");
        assertThat(cluster.podRevisions("shop", "a")).containsOnly("1-0");
        assertThat(cluster.writes()).noneMatch(write -> write.startsWith("restart shop/"));
    }

    @Test
    void termsThatCannotBeReadAreSaidAndNothingMoves() {
        cluster.released("1-1", of("0.2.0"));
        objects.annotations.put("serin.io/channel-batch", "all");

        look();

        assertThat(objects.pointed).containsExactly("1-0");
        assertThat(objects.data.get("step"))
                .startsWith("annotation serin.io/channel-batch: batch: 'all' (expected:");
    }

    @Test
    void anApiServerThatIsAwayForAMinuteStopsNothing() {
        cluster.released("1-1", of("0.2.0"));
        cluster.goneFor(Duration.ofSeconds(9), Duration.ofMinutes(1));

        look();

        assertAllOn("1-1");
    }

    @Test
    void oneThatStaysAwayEndsTheLookAndTheNextGoesOn() {
        cluster.released("1-1", of("0.2.0"));
        cluster.goneFor(Duration.ofSeconds(9), Duration.ofHours(1));
        assertThatThrownBy(this::look).isInstanceOf(ClusterGone.class);
        cluster.pass(Duration.ofHours(1));

        look();

        assertAllOn("1-1");
        assertThat(objects.state().phase()).isEqualTo(Phase.CURRENT);
    }

    @Test
    void whoIsKilledAtAnyWriteOfAMoveIsFollowedByOneWhoGoesOn() {
        for (int at = 1; at <= moveWrites(); at++) {
            for (boolean before : List.of(true, false)) {
                current();
                cluster.released("1-1", of("0.2.0"));
                killedAndGoesOn(at, before);
                assertAllOn("1-1");
                assertThat(objects.state().phase()).as("at " + at).isEqualTo(Phase.CURRENT);
                assertThat(objects.pointed).containsExactly("1-0", "1-1");
            }
        }
    }

    private int moveWrites() {
        cluster.released("1-1", of("0.2.0"));
        cluster.killAtWrite(Integer.MAX_VALUE, true);
        look();
        return cluster.allWrites();
    }

    @Test
    void whoIsKilledAtAnyWriteOfAWayBackIsFollowedByOneWhoGoesOn() {
        int writes = failingWrites();
        for (int at = 1; at <= writes; at++) {
            for (boolean before : List.of(true, false)) {
                current();
                fail();
                killedAndGoesOn(at, before);
                assertAllOn("1-0");
                assertThat(objects.state().phase()).as("at " + at).isEqualTo(Phase.STOPPED);
                assertThat(objects.state().failed()).hasSize(1);
                assertThat(objects.pointed.getLast()).isEqualTo("1-0");
            }
        }
    }

    private int failingWrites() {
        fail();
        cluster.killAtWrite(Integer.MAX_VALUE, true);
        look();
        return cluster.allWrites();
    }

    /** The second workload of shop does not start on 1-1. */
    private void fail() {
        objects.annotations.put("serin.io/channel-guard", "ready=20s");
        cluster.released("1-1", of("0.2.0"));
        cluster.onRevision(
                "1-1",
                deployment ->
                        deployment.newPodsCrash(deployment == cluster.deployment("shop", "b")));
        cluster.onRevision("1-0", deployment -> deployment.newPodsCrash(false));
    }

    private void killedAndGoesOn(int at, boolean before) {
        cluster.killAtWrite(at, before);
        try {
            look();
        } catch (FakeCluster.Killed killed) {
            cluster.killNever();
        }
        cluster.killNever();
        // The one that had just finished when it was killed leaves nothing to do.
        look();
    }
}
