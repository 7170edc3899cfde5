// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.run;

import static io.serin.rollout.run.OnEvent.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serin.api.name.Revision;
import io.serin.rollout.FakeCluster;
import io.serin.rollout.plan.BatchSize;
import io.serin.rollout.plan.Plan;
import io.serin.rollout.plan.Planning;
import io.serin.rollout.plan.Planning.Problem;
import io.serin.rollout.plan.Rollbacks;
import io.serin.rollout.plan.Upgrades;
import io.serin.rollout.plan.Written;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Two who want to move one namespace. */
class ClaimsTest {

    private static final Holder ONE = new Holder("one@a, process 1", "a 1", _ -> false);
    private static final Holder OTHER = new Holder("other@b, process 2", "b 2", _ -> false);

    private final List<RolloutEvent> events = new ArrayList<>();
    private final FakeCluster cluster =
            new FakeCluster()
                    .revision("1-0", "")
                    .revision("1-1", "")
                    .namespace("blog", Map.of("istio.io/rev", "1-0"))
                    .namespace("shop", Map.of("istio.io/rev", "1-0"));

    ClaimsTest() {
        cluster.deployment("shop", "a", 2, "1-0");
        cluster.deployment("shop", "b", 2, "1-0");
    }

    @Test
    void theSecondIsToldWhoHoldsItSinceWhenAndWhatToDo() {
        assertThat(othersClaims().take(List.of("shop"))).isEmpty();
        cluster.pass(Duration.ofSeconds(20));
        List<String> before = cluster.writes();
        Rollout rollout = rollout(ONE, event -> {});
        Plan plan = plan(rollout);

        Problem problem =
                new Problem(
                        "namespace shop is being moved by other@b, process 2 since"
                                + " 2026-01-02T03:04:05Z",
                        "wait until that is done, or end it there; should it not run any more,"
                                + " this goes on in 41 s at the latest");
        assertThat(rollout.obstacle(plan)).contains(problem);
        assertThat(rollout.run(plan))
                .isEqualTo(
                        new Outcome.Yielded(
                                "nothing was changed: " + problem.what(), problem.remedy()));
        assertThat(cluster.writes()).isEqualTo(before);
        assertThat(holder("blog")).as("what it had taken before is let go").isEmpty();
        assertThat(holder("shop")).contains(OTHER.name());
    }

    @Test
    void theWayBackIsKeptApartTheSame() {
        assertThat(run(ONE)).isEqualTo(new Outcome.Done());
        assertThat(othersClaims().take(List.of("shop"))).isEmpty();
        Rollout rollout = rollout(ONE, event -> {});
        Planning back =
                rollout.plan(new Rollbacks.Request(List.of(), BatchSize.ONE, cluster.now()));

        assertThat(rollout.run(((Planning.Planned) back).plan()))
                .isInstanceOf(Outcome.Yielded.class);
        assertThat(cluster.podRevisions("shop", "a")).containsOnly("1-1");
    }

    @Test
    void ofTwoAtTheSameMomentOneHasIt() {
        cluster.overtakenBy(() -> assertThat(othersClaims().take(List.of("shop"))).isEmpty());

        assertThat(new Claims(cluster, cluster, ONE).take(List.of("shop")))
                .hasValueSatisfying(problem -> assertThat(problem.what()).contains(OTHER.name()));
        assertThat(holder("shop")).contains(OTHER.name());
    }

    @Test
    void whatSomebodyElseWritesBesideIsNoReasonToYield() {
        cluster.overtakenBy(() -> cluster.mark("shop", Map.of("team", Optional.of("a")), Map.of()));

        assertThat(new Claims(cluster, cluster, ONE).take(List.of("shop"))).isEmpty();
        assertThat(cluster.marked("shop").labels()).containsEntry("team", "a");
    }

    @Test
    void whoDiesHoldsItForAMinuteAndTheNextGoesOn() {
        killTheOtherInTheMiddle();
        cluster.pass(Duration.ofSeconds(30));
        assertThat(run(ONE)).isInstanceOf(Outcome.Yielded.class);

        cluster.pass(Duration.ofSeconds(31));
        assertThat(run(ONE)).isEqualTo(new Outcome.Done());
        assertThat(cluster.podRevisions("shop", "b")).containsOnly("1-1");
        assertThat(Written.of(cluster.marked("shop")).orElseThrow().isFinished()).isTrue();
    }

    @Test
    void whoIsKnownToBeGoneIsNotWaitedFor() {
        killTheOtherInTheMiddle();
        Holder heir =
                new Holder("other@b, process 3", "b 3", claim -> claim.run().equals(OTHER.run()));

        assertThat(run(heir)).isEqualTo(new Outcome.Done());
        assertThat(cluster.podRevisions("shop", "b")).containsOnly("1-1");
    }

    private void killTheOtherInTheMiddle() {
        Rollout rollout =
                rollout(
                        OTHER,
                        on(
                                RolloutEvent.BatchHealthy.class,
                                () -> {
                                    throw cluster.kill();
                                }));
        Plan plan = plan(rollout);
        assertThatThrownBy(() -> rollout.run(plan)).isInstanceOf(FakeCluster.Killed.class);
        cluster.killNever();
        assertThat(holder("shop")).contains(OTHER.name());
    }

    @Test
    void itIsLetGoAtTheEndAndWhereItStops() {
        assertThat(run(ONE)).isEqualTo(new Outcome.Done());
        assertThat(holder("blog")).isEmpty();
        assertThat(holder("shop")).isEmpty();

        cluster.revision("1-2", "").onRevision("1-2", made -> made.newPodsCrash(true));
        Rollout rollout = rollout(ONE, event -> {});
        assertThat(rollout.run(plan(rollout, "1-2"))).isInstanceOf(Outcome.Stopped.class);
        assertThat(holder("shop")).isEmpty();
    }

    @Test
    void whoIsInterruptedLetsItGoToo() {
        Rollout rollout =
                rollout(
                        ONE,
                        on(
                                RolloutEvent.Restarted.class,
                                () -> {
                                    Thread.currentThread().interrupt();
                                    throw new CancellationException("interrupted");
                                }));
        Plan plan = plan(rollout);

        assertThatThrownBy(() -> rollout.run(plan)).isInstanceOf(CancellationException.class);

        assertThat(Thread.interrupted()).as("it stays interrupted").isTrue();
        assertThat(holder("shop")).isEmpty();
        assertThat(run(OTHER)).isEqualTo(new Outcome.Done());
    }

    /** A question that is interrupted is not answered, and nobody is to wait for an answer. */
    @Test
    void whoIsInterruptedIsToldNothingOfAnApiServer() {
        Rollout rollout =
                rollout(
                        ONE,
                        on(
                                RolloutEvent.Restarted.class,
                                () -> {
                                    Thread.currentThread().interrupt();
                                    cluster.goneFor(Duration.ZERO, Duration.ofSeconds(1));
                                }));
        Plan plan = plan(rollout);

        assertThatThrownBy(() -> rollout.run(plan)).isInstanceOf(CancellationException.class);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(events).noneMatch(RolloutEvent.ApiGone.class::isInstance);
    }

    @Test
    void itIsHeldForAsLongAsItTakes() {
        List<Optional<Problem>> met = new ArrayList<>();
        Rollout rollout =
                new Rollout(
                        cluster,
                        cluster,
                        Guards.parse(List.of("watch=10m")),
                        OnFailure.STOP,
                        ONE,
                        tag -> Optional.of("not asked for"),
                        on(
                                RolloutEvent.BatchHealthy.class,
                                () -> {
                                    met.add(othersClaims().take(List.of("shop")));
                                }));

        assertThat(rollout.run(plan(rollout))).isEqualTo(new Outcome.Done());
        assertThat(met).hasSize(2).allMatch(Optional::isPresent);
    }

    @Test
    void anApiServerThatIsAwayTakesNothingFromAnybody() {
        cluster.goneFor(Duration.ofSeconds(3), Duration.ofMinutes(4));

        assertThat(run(ONE)).isEqualTo(new Outcome.Done());
        assertThat(events).contains(new RolloutEvent.ApiBack(240));
        assertThat(cluster.podRevisions("shop", "b")).containsOnly("1-1");
    }

    @Test
    void whoWasTakenOverWhileNobodyAnsweredEndsBeforeItChangesAnything() {
        cluster.goneFor(Duration.ofSeconds(3), Duration.ofMinutes(4));
        List<String> before = new ArrayList<>();

        Outcome outcome =
                run(
                        ONE,
                        on(
                                RolloutEvent.ApiGone.class,
                                () -> {
                                    cluster.pass(Duration.ofMinutes(4));
                                    assertThat(othersClaims().take(List.of("shop"))).isEmpty();
                                    before.addAll(cluster.writes());
                                }));

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Yielded.class,
                        yielded ->
                                assertThat(yielded.reason())
                                        .startsWith(
                                                "it ends here: namespace shop was taken over by"
                                                        + " other@b, process 2 at 2026-01-02T03:08"));
        assertThat(cluster.writes()).isEqualTo(before);
        assertThat(holder("shop")).as("is not let go for him").contains(OTHER.name());
        assertThat(holder("blog")).isEmpty();
    }

    @Test
    void whoseHoldIsTakenAwayByHandEnds() {
        Outcome outcome =
                run(
                        ONE,
                        on(
                                RolloutEvent.BatchHealthy.class,
                                () -> {
                                    cluster.mark(
                                            "shop",
                                            Map.of(),
                                            Map.of(Claim.HOLDER, Optional.empty()));
                                }));

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Yielded.class,
                        yielded ->
                                assertThat(yielded.reason())
                                        .endsWith(
                                                "namespace shop is not held any more: annotation"
                                                        + " serin.io/rollout-holder was taken away"));
    }

    @Test
    void aPlanThatAnotherHasOvertakenIsNotCarriedOut() {
        Rollout rollout = rollout(ONE, event -> {});
        Plan plan = plan(rollout);
        assertThat(run(OTHER)).isEqualTo(new Outcome.Done());
        List<String> before = cluster.writes();

        assertThat(rollout.run(plan))
                .isEqualTo(
                        new Outcome.Yielded(
                                "nothing was changed: namespace blog is not as it was when this"
                                        + " was planned",
                                "plan anew: type it again"));
        assertThat(cluster.writes()).isEqualTo(before);
    }

    @Test
    void whatSomebodyHasWrittenByHandHoldsNobodyUp() {
        for (String text : List.of("", "bob", "{}", "{\"holder\":\"bob\",\"run\":\"b\"}")) {
            cluster.annotated("shop", Map.of(Claim.HOLDER, text));

            assertThat(new Claims(cluster, cluster, ONE).take(List.of("shop"))).as(text).isEmpty();
        }
    }

    private Claims othersClaims() {
        return new Claims(cluster, cluster, OTHER);
    }

    private Optional<String> holder(String namespace) {
        return Claim.of(cluster.marked(namespace)).map(Claim::holder);
    }

    private Rollout rollout(Holder holder, Consumer<RolloutEvent> told) {
        return new Rollout(
                cluster,
                cluster,
                Guards.DEFAULT,
                OnFailure.STOP,
                holder,
                tag -> Optional.of("not asked for"),
                event -> {
                    events.add(event);
                    told.accept(event);
                });
    }

    private Outcome run(Holder holder) {
        return run(holder, event -> {});
    }

    private Outcome run(Holder holder, Consumer<RolloutEvent> told) {
        Rollout rollout = rollout(holder, told);
        return rollout.run(plan(rollout));
    }

    private Plan plan(Rollout rollout) {
        return plan(rollout, "1-1");
    }

    private Plan plan(Rollout rollout, String to) {
        Planning planning =
                rollout.plan(
                        new Upgrades.Request(
                                new Revision(to), List.of(), BatchSize.ONE, cluster.now()));
        assertThat(planning).isInstanceOf(Planning.Planned.class);
        return ((Planning.Planned) planning).plan();
    }
}
