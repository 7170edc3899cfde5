// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.run;

import static io.serin.rollout.run.OnEvent.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serin.api.contract.Labels;
import io.serin.api.name.Revision;
import io.serin.kube.type.MarkedNamespace;
import io.serin.rollout.FakeCluster;
import io.serin.rollout.fact.ClusterGone;
import io.serin.rollout.plan.BatchSize;
import io.serin.rollout.plan.Plan.TagBack;
import io.serin.rollout.plan.Planning;
import io.serin.rollout.plan.Rollbacks;
import io.serin.rollout.plan.Upgrades;
import io.serin.rollout.plan.Written;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RolloutTest {

    private static final Holder ONE = new Holder("one@a, process 1", "a 1", _ -> false);

    private final List<RolloutEvent> events = new ArrayList<>();
    private FakeCluster cluster = new FakeCluster();

    @BeforeEach
    void shop() {
        events.clear();
        cluster =
                new FakeCluster()
                        .revision("1-0", "")
                        .revision("1-1", "")
                        .namespace("shop", Map.of("istio.io/rev", "1-0", "team", "a"));
        for (String name : List.of("a", "b", "c")) {
            cluster.deployment("shop", name, 2, "1-0");
        }
    }

    @Test
    void movesOneAfterTheOtherAndWritesDownTheWayBackFirst() {
        assertThat(upgrade(OnFailure.STOP)).isEqualTo(new Outcome.Done());

        assertThat(cluster.writes())
                .containsExactly(
                        "mark shop",
                        "restart shop/a",
                        "mark shop",
                        "restart shop/b",
                        "mark shop",
                        "restart shop/c",
                        "mark shop",
                        "mark shop");
        assertAllOn("1-1");
        MarkedNamespace shop = cluster.marked("shop");
        assertThat(shop.labels())
                .containsExactlyInAnyOrderEntriesOf(Map.of("istio.io/rev", "1-1", "team", "a"));
        assertThat(Written.previous(shop).orElseThrow()).hasToString("istio.io/rev=1-0");
        assertThat(Written.of(shop).orElseThrow().phase()).isEqualTo(Written.Phase.DONE);
        assertThat(events)
                .contains(
                        new RolloutEvent.BatchHealthy(
                                "shop",
                                List.of("Deployment/a"),
                                1,
                                3,
                                "1000 requests, 100 % good"));
        assertThat(plan()).isInstanceOf(Planning.NothingToDo.class);
    }

    @Test
    void theWayBackLeavesTheNamespaceAsItWas() {
        MarkedNamespace before = cluster.marked("shop");
        upgrade(OnFailure.STOP);

        assertThat(rollback()).isEqualTo(new Outcome.Done());

        assertAllOn("1-0");
        assertThat(cluster.marked("shop")).isEqualTo(before);
    }

    @Test
    void whereItRestartsNothingIsLeftOfAMoveOfRunningProxies() {
        cluster.mark(
                "shop",
                Map.of(),
                Map.of(
                        Labels.LIVE_REVISION,
                        Optional.of("1-0"),
                        Labels.LIVE_BEFORE,
                        Optional.of("{}")));

        assertThat(upgrade(OnFailure.STOP)).isEqualTo(new Outcome.Done());

        assertThat(cluster.marked("shop").annotations())
                .doesNotContainKeys(Labels.LIVE_REVISION, Labels.LIVE_BEFORE);
    }

    @Test
    void stopsWhereRequestsFailAndLeavesTheOthersAlone() {
        cluster.onRevision(
                "1-1", made -> made.failing(made == cluster.deployment("shop", "b") ? 5 : 0));

        Outcome outcome = upgrade(OnFailure.STOP);

        assertThat(outcome)
                .isEqualTo(
                        new Outcome.Stopped(
                                "shop",
                                "Deployment/b: of 1000 requests 50 failed with a status of 500 or"
                                        + " more (success 95 %, expected: 99 % or more)"));
        assertThat(cluster.podRevisions("shop", "a")).containsOnly("1-1");
        assertThat(cluster.podRevisions("shop", "c")).containsOnly("1-0");
        Written written = Written.of(cluster.marked("shop")).orElseThrow();
        assertThat(written.phase()).isEqualTo(Written.Phase.STOPPED);
        assertThat(written.reason()).contains("50 failed");
        assertThat(written.done()).containsExactly("Deployment/a");
    }

    @Test
    void whatFailedBeforeHasToDoNoBetter() {
        cluster.deployment("shop", "b").failing(10);

        assertThat(upgrade(OnFailure.STOP)).isEqualTo(new Outcome.Done());
    }

    @Test
    void goesBackByItselfWhereAskedTo() {
        MarkedNamespace before = cluster.marked("shop");
        cluster.onRevision(
                "1-1", made -> made.newPodsCrash(made == cluster.deployment("shop", "b")));
        cluster.onRevision("1-0", made -> made.newPodsCrash(false));

        Outcome outcome = upgrade(OnFailure.ROLLBACK);

        assertThat(outcome)
                .isEqualTo(
                        new Outcome.WentBack(
                                "shop", "Deployment/b: CrashLoopBackOff (after 300 s)"));
        assertAllOn("1-0");
        assertThat(cluster.marked("shop")).isEqualTo(before);
        assertThat(cluster.deployment("shop", "c").isMarked()).isFalse();
    }

    @Test
    void pausesUntilItIsWell() {
        cluster.onRevision(
                "1-1", made -> made.failing(made == cluster.deployment("shop", "b") ? 5 : 0));
        Rollout rollout =
                rollout(
                        OnFailure.PAUSE,
                        on(
                                RolloutEvent.Paused.class,
                                () -> cluster.deployment("shop", "b").failing(0)));

        assertThat(run(rollout, rollout.plan(request("1")))).isEqualTo(new Outcome.Done());
        assertThat(events).contains(new RolloutEvent.Resumed("shop"));
        assertAllOn("1-1");
    }

    @Test
    void whatWasBrokenBeforeHoldsNobodyUpNeitherWay() {
        cluster.deployment("shop", "a").crashing();
        cluster.deployment("shop", "d", 2, "1-0").crashing();

        assertThat(upgrade(OnFailure.STOP)).isEqualTo(new Outcome.Done());

        assertThat(cluster.podRevisions("shop", "b")).containsOnly("1-1");
        assertThat(cluster.podRevisions("shop", "c")).containsOnly("1-1");
        assertThat(cluster.podRevisions("shop", "a")).contains("1-1");
        assertThat(cluster.podRevisions("shop", "d")).contains("1-1");
        assertThat(events)
                .contains(new RolloutEvent.NotAwaited("shop", "Deployment/a", "CrashLoopBackOff"));
        assertThat(plan()).isInstanceOf(Planning.NothingToDo.class);

        assertThat(rollback()).isEqualTo(new Outcome.Done());
        assertThat(cluster.podRevisions("shop", "b")).containsOnly("1-0");
        assertThat(cluster.podRevisions("shop", "c")).containsOnly("1-0");
    }

    @Test
    void onTheWayBackNobodyIsLeftBehindForTheSakeOfOne() {
        upgrade(OnFailure.STOP);
        cluster.deployment("shop", "b").crashing();

        assertThat(rollback())
                .isEqualTo(
                        new Outcome.Stopped(
                                "shop", "Deployment/b: CrashLoopBackOff (after 300 s)"));
        assertThat(cluster.podRevisions("shop", "a")).containsOnly("1-0");
        assertThat(cluster.podRevisions("shop", "c")).containsOnly("1-0");
        assertThat(cluster.deployment("shop", "b").isMarked()).isTrue();

        cluster.deployment("shop", "b").mended();
        assertThat(rollback()).isEqualTo(new Outcome.Done());
        assertAllOn("1-0");
        assertThat(Written.of(cluster.marked("shop"))).isEmpty();
    }

    @Test
    void podsThatNeverGetASidecarAreSaidAndNotReplacedForEver() {
        cluster.earlyPods(1000);

        assertThat(run("1", "ready=60s"))
                .isEqualTo(
                        new Outcome.Stopped(
                                "shop", "Deployment/a: pod a-4 is on 1-0 (after 60 s)"));
        assertThat(cluster.writes()).filteredOn("restart shop/a"::equals).hasSize(2);
    }

    @Test
    void waitsOutAnApiServerThatIsAway() {
        cluster.goneFor(Duration.ofSeconds(3), Duration.ofSeconds(60));

        assertThat(upgrade(OnFailure.STOP)).isEqualTo(new Outcome.Done());
        assertThat(events)
                .contains(
                        new RolloutEvent.ApiGone("connection refused"),
                        new RolloutEvent.ApiBack(60));
        assertAllOn("1-1");
    }

    @Test
    void theTimeWithoutAnApiServerIsNotTheWorkloads() {
        cluster.goneFor(Duration.ofSeconds(1), Duration.ofSeconds(290));

        assertThat(run("1", "ready=10s")).isEqualTo(new Outcome.Done());
    }

    @Test
    void givesUpOnAnApiServerThatStaysAwayAndGoesOnLater() {
        cluster.goneFor(Duration.ofSeconds(3), Duration.ofMinutes(6));

        assertThatThrownBy(() -> upgrade(OnFailure.STOP)).isInstanceOf(ClusterGone.class);
        cluster.pass(Duration.ofMinutes(2));

        assertThat(upgrade(OnFailure.STOP)).isEqualTo(new Outcome.Done());
        assertAllOn("1-1");
    }

    @Test
    void saysAtOnceThatNobodyAnswersWhereNothingIsUnderWay() {
        Instant start = cluster.now();
        cluster.goneFor(Duration.ZERO, Duration.ofMinutes(1));

        assertThatThrownBy(() -> upgrade(OnFailure.STOP)).isInstanceOf(ClusterGone.class);
        assertThat(cluster.now()).isEqualTo(start);
        assertThat(events).isEmpty();
    }

    @Test
    void waitsForRoomInABudget() {
        cluster.deployment("shop", "b").budget("b", 1, 0, 1);

        assertThat(upgrade(OnFailure.STOP))
                .isEqualTo(
                        new Outcome.Stopped(
                                "shop",
                                "PodDisruptionBudget b lets 0 of its pods go now, and a restart of"
                                        + " Deployment/b may take 1"));
        assertThat(cluster.deployment("shop", "b").isMarked()).isFalse();

        cluster.deployment("shop", "b").budget("b", 1, 1, 1);
        assertThat(upgrade(OnFailure.STOP)).isEqualTo(new Outcome.Done());
    }

    @Test
    void podsThatCameTooEarlyForTheLabelAreReplacedOnceMore() {
        cluster.earlyPods(2);

        assertThat(upgrade(OnFailure.STOP)).isEqualTo(new Outcome.Done());
        assertAllOn("1-1");
        assertThat(plan()).isInstanceOf(Planning.NothingToDo.class);
    }

    @Test
    void aNamespaceWithoutSidecarsMovesInAndOutAgain() {
        cluster.namespace("shop", Map.of());
        for (String name : List.of("a", "b", "c")) {
            cluster.deployment("shop", name, 1, "");
        }

        assertThat(upgrade(OnFailure.STOP)).isEqualTo(new Outcome.Done());
        assertAllOn("1-1");
        assertThat(rollback()).isEqualTo(new Outcome.Done());
        assertAllOn("");
    }

    /** What the move has broken is waited for on the way back, not given up as broken before. */
    @Test
    void podsFollowATagThatHasGoneBackAndNothingIsWrittenAfterwards() {
        cluster.revision("1-1", "", "prod");
        cluster.namespace("shop", Map.of("istio.io/rev", "prod"));
        cluster.onRevision("1-1", deployment -> deployment.newPodsCrash(true));
        cluster.onRevision("1-0", deployment -> deployment.newPodsCrash(false));
        assertThat(upgrade(OnFailure.STOP)).isInstanceOf(Outcome.Stopped.class);

        cluster.revision("1-1", "").revision("1-0", "", "prod");
        Rollout back = rollout(OnFailure.STOP);
        assertThat(
                        run(
                                back,
                                back.plan(
                                        new Rollbacks.Request(
                                                List.of("shop"),
                                                BatchSize.ONE,
                                                cluster.now(),
                                                Optional.of(new Revision("1-0"))))))
                .isEqualTo(new Outcome.Done());

        assertAllOn("1-0");
        assertThat(events).noneMatch(RolloutEvent.NotAwaited.class::isInstance);
        assertThat(Written.of(cluster.marked("shop"))).isEmpty();
    }

    /** Wherever a run is ended, the same command later comes to the same end; and so back. */
    @Test
    void endedAnywhereItIsResumedToTheSameEnd() {
        for (String batch : List.of("1", "2")) {
            for (boolean before : new boolean[] {true, false}) {
                for (int at = 1; ; at++) {
                    shop();
                    MarkedNamespace was = cluster.marked("shop");
                    cluster.deployment("shop", "d", 2, "1-0").crashing();
                    boolean isKilled = upgradeKilledAt(at, before, batch);
                    MarkedNamespace end = cluster.marked("shop");

                    assertThat(Written.of(end).orElseThrow())
                            .as("killed %s write %d", before ? "before" : "after", at)
                            .satisfies(written -> {
                                assertThat(written.isFinished()).isTrue();
                                assertThat(written.done()).hasSize(4);
                                assertThat(written.notHealthyBefore())
                                        .containsExactly("Deployment/d");
                            });
                    assertThat(Written.previous(end).orElseThrow()).hasToString("istio.io/rev=1-0");
                    assertAllOn("1-1");

                    rollbackKilledAt(at, before, batch);
                    assertAllOn("1-0");
                    // Who was killed as he let go has left that, which runs out.
                    cluster.mark("shop", Map.of(), Map.of(Claim.HOLDER, Optional.empty()));
                    assertThat(cluster.marked("shop")).isEqualTo(was);
                    if (!isKilled) {
                        break;
                    }
                }
            }
        }
    }

    private boolean upgradeKilledAt(int write, boolean before, String batch) {
        cluster.killAtWrite(write, before);
        try {
            assertThat(run(batch)).isEqualTo(new Outcome.Done());
            return false;
        } catch (FakeCluster.Killed _) {
            cluster.killNever();
            Rollout again = rollout(OnFailure.STOP);
            Planning planning = again.plan(request(batch));
            if (planning instanceof Planning.Planned) {
                assertThat(run(again, planning)).isEqualTo(new Outcome.Done());
            }
            return true;
        }
    }

    private void rollbackKilledAt(int write, boolean before, String batch) {
        cluster.killAtWrite(write, before);
        try {
            Rollout rollout = rollout(OnFailure.STOP);
            assertThat(run(rollout, rollout.plan(backRequest(batch))))
                    .isEqualTo(new Outcome.Done());
        } catch (FakeCluster.Killed _) {
            cluster.killNever();
            Rollout again = rollout(OnFailure.STOP);
            Planning planning = again.plan(backRequest(batch));
            if (planning instanceof Planning.Planned) {
                assertThat(run(again, planning)).isEqualTo(new Outcome.Done());
            }
        }
        cluster.killNever();
    }

    private void assertAllOn(String revision) {
        for (String name : List.of("a", "b", "c")) {
            assertThat(cluster.podRevisions("shop", name)).as(name).containsOnly(revision);
        }
    }

    private Optional<String> point(TagBack tag) {
        cluster.write("tag " + tag.tag(), () -> cluster.tag(tag.tag(), tag.to()));
        return Optional.empty();
    }

    private Planning plan() {
        return rollout(OnFailure.STOP).plan(request("1"));
    }

    private Outcome upgrade(OnFailure onFailure) {
        Rollout rollout = rollout(onFailure);
        return run(rollout, rollout.plan(request("1")));
    }

    private Outcome run(String batch, String... guards) {
        Rollout rollout =
                new Rollout(
                        cluster,
                        cluster,
                        Guards.parse(List.of(guards)),
                        OnFailure.STOP,
                        ONE,
                        this::point,
                        events::add);
        return run(rollout, rollout.plan(request(batch)));
    }

    private Outcome rollback() {
        Rollout rollout = rollout(OnFailure.STOP);
        return run(rollout, rollout.plan(backRequest("1")));
    }

    private Rollout rollout(OnFailure onFailure) {
        return rollout(onFailure, _ -> {});
    }

    private Rollout rollout(OnFailure onFailure, Consumer<RolloutEvent> told) {
        return new Rollout(
                cluster,
                cluster,
                Guards.DEFAULT,
                onFailure,
                ONE,
                this::point,
                event -> {
                    events.add(event);
                    told.accept(event);
                });
    }

    private Upgrades.Request request(String batch) {
        return new Upgrades.Request(
                new Revision("1-1"), List.of("shop"), BatchSize.parse(batch), cluster.now());
    }

    private Rollbacks.Request backRequest(String batch) {
        return new Rollbacks.Request(List.of(), BatchSize.parse(batch), cluster.now());
    }

    private static Outcome run(Rollout rollout, Planning planning) {
        assertThat(planning).isInstanceOf(Planning.Planned.class);
        return rollout.run(((Planning.Planned) planning).plan());
    }
}
