// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.run;

import static io.serin.rollout.run.OnEvent.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serin.api.name.Revision;
import io.serin.kube.type.KubeRevision;
import io.serin.kube.type.KubeRevision.Release;
import io.serin.kube.type.MarkedNamespace;
import io.serin.rollout.FakeCluster;
import io.serin.rollout.plan.BatchSize;
import io.serin.rollout.plan.Plan;
import io.serin.rollout.plan.Plan.TagBack;
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
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A tag has moved from 1-0 to 1-1, the pods of two namespaces follow, and some of it fails. */
class TaggedRolloutTest {

    private final List<RolloutEvent> events = new ArrayList<>();
    private FakeCluster cluster = new FakeCluster();
    private String refusal = "";

    @BeforeEach
    void tagged() {
        events.clear();
        cluster =
                new FakeCluster()
                        .revision("0-9", "")
                        .revision("1-0", "")
                        .revision("1-1", "", "prod")
                        .revision("1-2", "")
                        .namespace("blog", Map.of("istio.io/rev", "prod"))
                        .namespace("shop", Map.of("istio.io/rev", "prod"));
        cluster.deployment("blog", "d", 2, "1-0");
        cluster.deployment("shop", "a", 2, "1-0");
        cluster.deployment("shop", "b", 2, "1-0");
    }

    /** One of the last that are restarted. */
    private void fail() {
        cluster.onRevision(
                "1-1", made -> made.newPodsCrash(made == cluster.deployment("shop", "b")));
        cluster.onRevision("1-0", made -> made.newPodsCrash(false));
    }

    private void assertAllOn(String revision) {
        assertThat(cluster.podRevisions("blog", "d")).containsOnly(revision);
        assertThat(cluster.podRevisions("shop", "a")).containsOnly(revision);
        assertThat(cluster.podRevisions("shop", "b")).containsOnly(revision);
    }

    private String tagged(String tag) {
        return cluster.revisions().stream()
                .filter(known -> known.tags().contains(tag))
                .map(KubeRevision::revision)
                .findFirst()
                .orElse("");
    }

    @Test
    void whereItFailsTheTagGoesBackAndThePodsOfTheStepFollow() {
        List<MarkedNamespace> before = List.of(cluster.marked("blog"), cluster.marked("shop"));
        fail();

        assertThat(upgrade())
                .isEqualTo(
                        new Outcome.WentBack(
                                "shop", "Deployment/b: CrashLoopBackOff (after 300 s)"));

        assertAllOn("1-0");
        assertThat(tagged("prod")).isEqualTo("1-0");
        assertThat(List.of(cluster.marked("blog"), cluster.marked("shop"))).isEqualTo(before);
        assertThat(events).contains(new RolloutEvent.TagWentBack("prod", "1-1", "1-0"));
        assertThat(cluster.writes().indexOf("tag prod"))
                .as("before whoever is restarted back")
                .isLessThan(cluster.writes().lastIndexOf("restart blog/d"));
    }

    @Test
    void thePlanSaysThatTheTagWouldGoBack() {
        assertThat(planned(plan(OnFailure.ROLLBACK)).tags())
                .containsExactly(new TagBack("prod", "1-1", "1-0"));
        assertThat(planned(plan(OnFailure.STOP)).tags()).isEmpty();
    }

    @Test
    void soItIsWhereTheTagIsTheDefault() {
        cluster.tag("default", "1-1")
                .namespace("blog", Map.of("istio-injection", "enabled"))
                .namespace("shop", Map.of("istio-injection", "enabled"));
        fail();

        assertThat(upgrade()).isInstanceOf(Outcome.WentBack.class);

        assertAllOn("1-0");
        assertThat(tagged("default")).isEqualTo("1-0");
        assertThat(cluster.marked("shop").labels()).isEqualTo(Map.of("istio-injection", "enabled"));
    }

    /** Once nobody had these pods follow, and nothing brought them back. */
    @Test
    void soItIsWhereThePodsFollowTheDefaultWithoutALabel() {
        cluster.tag("default", "1-1")
                .everywhere()
                .namespace("blog", Map.of())
                .namespace("shop", Map.of());

        assertThat(upgrade()).isEqualTo(new Outcome.Done());
        assertAllOn("1-1");
        assertThat(cluster.marked("shop").labels()).isEmpty();

        assertThat(rollback()).isEqualTo(new Outcome.Done());
        assertAllOn("1-0");
        assertThat(tagged("default")).isEqualTo("1-0");
        assertThat(cluster.marked("shop").labels()).isEmpty();
    }

    /** Once the way back waited for pods without a sidecar, which nobody can have there. */
    @Test
    void aNamespaceThatGotALabelGoesBackToTheDefault() {
        cluster.tag("default", "1-0").everywhere().namespace("shop", Map.of());
        assertThat(run(rollout(OnFailure.STOP, event -> {}), "shop")).isEqualTo(new Outcome.Done());
        assertThat(cluster.podRevisions("shop", "a")).containsOnly("1-1");

        assertThat(rollback()).isEqualTo(new Outcome.Done());

        assertThat(cluster.podRevisions("shop", "a")).containsOnly("1-0");
        assertThat(cluster.marked("shop").labels()).isEmpty();
    }

    @Test
    void whereAllGoesWellTheTagStaysAndTheWayBackIsOneCommand() {
        assertThat(upgrade()).isEqualTo(new Outcome.Done());
        assertAllOn("1-1");
        assertThat(tagged("prod")).isEqualTo("1-1");

        assertThat(rollback()).isEqualTo(new Outcome.Done());

        assertAllOn("1-0");
        assertThat(tagged("prod")).isEqualTo("1-0");
        assertThat(Written.of(cluster.marked("shop"))).isEmpty();
    }

    /** Wherever it is ended, forth or back, serin rollback brings all to where it was. */
    @Test
    void endedAnywhereItIsBroughtBack() {
        for (int at = 1; ; at++) {
            tagged();
            MarkedNamespace before = cluster.marked("shop");
            fail();
            cluster.killAtWrite(at, at % 2 == 0);
            boolean isKilled = false;
            try {
                var _ = upgrade();
            } catch (FakeCluster.Killed _) {
                isKilled = true;
            }
            cluster.killNever();
            if (!isKilled) {
                return;
            }
            if (Written.of(cluster.marked("blog")).isPresent()
                    || Written.of(cluster.marked("shop")).isPresent()) {
                assertThat(rollback()).as("killed at write %d", at).isEqualTo(new Outcome.Done());
                assertThat(tagged("prod")).isEqualTo("1-0");
            }
            assertAllOn("1-0");
            assertThat(cluster.marked("shop").labels()).isEqualTo(before.labels());
            assertThat(Written.of(cluster.marked("shop"))).isEmpty();
        }
    }

    @Test
    void aTagThatOthersMovedMeanwhileIsLeftWhereItIs() {
        fail();

        Outcome outcome =
                run(
                        rollout(
                                OnFailure.ROLLBACK,
                                on(RolloutEvent.Stopped.class, () -> cluster.tag("prod", "1-2"))));

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Stopped.class,
                        stopped ->
                                assertThat(stopped.reason())
                                        .contains(
                                                "; and there is no way back: namespace blog was"
                                                        + " bound by istio.io/rev=prod, which meant"
                                                        + " revision 1-0 then, and means 1-2 now"
                                                        + " (where that is to be undone too: serin"
                                                        + " tag set prod --revision 1-0"
                                                        + " --overwrite; then the same again)"));
        assertThat(tagged("prod")).isEqualTo("1-2");
        assertThat(cluster.podRevisions("blog", "d")).as("stays").containsOnly("1-1");

        cluster.tag("prod", "1-0");
        assertThat(rollback()).isEqualTo(new Outcome.Done());
        assertAllOn("1-0");
    }

    @Test
    void aTagThatCannotBeMovedStopsTheWayBack() {
        fail();
        refusal = "revision 1-0 does not inject";

        assertThat(upgrade())
                .isEqualTo(
                        new Outcome.Stopped(
                                "blog", "tag prod did not go back: revision 1-0 does not inject"));
        assertThat(cluster.podRevisions("blog", "d")).containsOnly("1-1");

        refusal = "";
        assertThat(rollback()).isEqualTo(new Outcome.Done());
        assertAllOn("1-0");
    }

    @Test
    void aTagStaysWhileAnotherFollowsIt() {
        fail();
        Claims bob =
                new Claims(cluster, cluster, new Holder("bob@b, process 2", "b 2", _ -> false));
        Rollout upgrade =
                rollout(
                        OnFailure.ROLLBACK,
                        on(
                                RolloutEvent.Stopped.class,
                                () -> assertThat(bob.take(List.of("blog"))).isEmpty()));

        assertThat(run(upgrade, "shop"))
                .isInstanceOfSatisfying(
                        Outcome.Stopped.class,
                        stopped ->
                                assertThat(stopped.reason())
                                        .startsWith(
                                                "tag prod did not go back: namespace blog is being"
                                                        + " moved by bob@b, process 2 since"));
        assertThat(tagged("prod")).isEqualTo("1-1");

        bob.release();
        assertThat(rollback()).isEqualTo(new Outcome.Done());
        assertAllOn("1-0");
    }

    @Test
    void whoCouldNotGoBackIsRefusedBeforeAnythingMoves() {
        cluster.deployment("blog", "d", 2, "1-1");
        assertRefused(
                List.of("shop"),
                "tag prod can't go back to 1-0 with these namespaces alone: it binds blog too, with"
                        + " pods on 1-1");

        cluster.deployment("blog", "d", 2, "0-9");
        assertRefused(List.of(), "tag prod can't go back to 0-9 and, for namespace shop, to 1-0");

        tagged();
        cluster.deployment("shop", "b", 2, "0-9");
        assertRefused(
                List.of("shop"),
                "namespace shop: its pods have followed its label, istio.io/rev=prod, which has not"
                        + " changed");

        tagged();
        cluster.revision("1-0", "Deployment istiod-1-0 has no pod that is ready");
        assertRefused(
                List.of("shop"),
                "namespace shop was bound by istio.io/rev=prod, and revision 1-0 is not ready:"
                        + " Deployment istiod-1-0 has no pod that is ready");
    }

    @Test
    void whereThereIsNoWayBackTheTagIsFollowedBack() {
        cluster.deployment("shop", "c", 2, "0-9");
        fail();
        assertThat(run(rollout(OnFailure.STOP, event -> {}), "shop"))
                .isInstanceOf(Outcome.Stopped.class);
        assertThat(planBack("shop")).isInstanceOf(Planning.Refused.class);

        cluster.tag("prod", "1-0");
        Rollout back = rollout(OnFailure.STOP, event -> {});
        Plan plan =
                planned(
                        back.plan(
                                new Upgrades.Request(
                                        new Revision("1-0"),
                                        List.of("shop"),
                                        BatchSize.ONE,
                                        cluster.now())));

        assertThat(back.run(plan)).isEqualTo(new Outcome.Done());
        assertAllOn("1-0");
        assertThat(cluster.podRevisions("shop", "c")).containsOnly("1-0");
    }

    @Test
    void aChannelsTagIsTheChannelsToMove() {
        cluster.released("1-1", new Release("rapid", "0.2.0", "2026-01-02T03:04:05Z", "1"))
                .tag("asm-managed-rapid", "1-1")
                .namespace("shop", Map.of("istio.io/rev", "asm-managed-rapid"));

        assertRefused(List.of("shop"), "namespace shop: its pods have followed its label");
    }

    private void assertRefused(List<String> namespaces, String why) {
        assertThat(rollout(OnFailure.ROLLBACK, event -> {}).plan(request(namespaces)))
                .isInstanceOfSatisfying(
                        Planning.Refused.class,
                        refused ->
                                assertThat(refused.problems())
                                        .extracting(Problem::what)
                                        .anyMatch(what ->
                                                what.startsWith(
                                                        "it could not go back by itself: " + why)));
        assertThat(rollout(OnFailure.STOP, event -> {}).plan(request(namespaces)))
                .as("who does not ask for it may go")
                .isInstanceOf(Planning.Planned.class);
    }

    @Test
    void whoFollowedATagByAnotherMoveHasToBeNamed() {
        assertThat(run(rollout(OnFailure.STOP, event -> {}), "blog")).isEqualTo(new Outcome.Done());
        cluster.pass(Duration.ofSeconds(5));
        assertThat(run(rollout(OnFailure.STOP, event -> {}), "shop")).isEqualTo(new Outcome.Done());

        assertThat(planBack("shop"))
                .isEqualTo(
                        new Planning.Refused(
                                List.of(
                                        new Problem(
                                                "tag prod can't go back to 1-0 with these"
                                                        + " namespaces alone: it binds blog too,"
                                                        + " with pods on 1-1",
                                                "name all of them: serin rollback --namespace blog"
                                                        + " --namespace shop; or move the tag"
                                                        + " yourself first: serin tag set prod"
                                                        + " --revision 1-0 --overwrite"))));

        Rollout back = rollout(OnFailure.STOP, event -> {});
        assertThat(back.run(planned(planBack("blog", "shop")))).isEqualTo(new Outcome.Done());
        assertAllOn("1-0");
    }

    @Test
    void aTagThatWasMovedByHandFirstIsNoMatterOfOthers() {
        assertThat(upgrade()).isEqualTo(new Outcome.Done());
        cluster.tag("prod", "1-0");

        assertThat(rollout(OnFailure.STOP, event -> {}).run(planned(planBack("shop"))))
                .isEqualTo(new Outcome.Done());

        assertThat(cluster.podRevisions("shop", "a")).containsOnly("1-0");
        assertThat(cluster.podRevisions("blog", "d")).containsOnly("1-1");
        assertThat(events).noneMatch(RolloutEvent.TagWentBack.class::isInstance);
    }

    @Test
    void aDefaultThatIsAnotherByNowIsNotTakenForTheWayBack() {
        cluster.tag("default", "1-0").namespace("shop", Map.of("istio-injection", "enabled"));
        assertThat(run(rollout(OnFailure.STOP, event -> {}), "shop")).isEqualTo(new Outcome.Done());
        assertThat(cluster.marked("shop").labels()).isEqualTo(Map.of("istio.io/rev", "1-1"));
        cluster.tag("default", "1-1");

        assertThat(planBack("shop"))
                .isInstanceOfSatisfying(
                        Planning.Refused.class,
                        refused ->
                                assertThat(refused.problems().getFirst().what())
                                        .isEqualTo(
                                                "namespace shop was bound by"
                                                        + " istio-injection=enabled, which meant"
                                                        + " revision 1-0 then, and means 1-1 now"));
    }

    @Test
    void whatAnEarlierVersionHasWrittenDownIsReadAndHasNoWayBackByTag() {
        cluster.annotated(
                "shop",
                Map.of(
                        Written.ROLLOUT,
                        "{\"verb\":\"UPGRADE\",\"step\":\"s\",\"to\":\"1-1\",\"started\":\"\","
                                + "\"phase\":\"STOPPED\",\"notHealthyBefore\":[],\"done\":[],"
                                + "\"reason\":\"no\"}"));

        assertThat(planBack("shop"))
                .isInstanceOfSatisfying(
                        Planning.Refused.class,
                        refused ->
                                assertThat(refused.problems().getFirst().what())
                                        .startsWith("namespace shop: its pods have followed"));
        assertThatThrownBy(this::rollback).isInstanceOf(AssertionError.class);
    }

    private Optional<String> point(TagBack tag) {
        if (!refusal.isEmpty()) {
            return Optional.of(refusal);
        }
        cluster.write("tag " + tag.tag(), () -> cluster.tag(tag.tag(), tag.to()));
        return Optional.empty();
    }

    private Rollout rollout(OnFailure onFailure, Consumer<RolloutEvent> told) {
        return new Rollout(
                cluster,
                cluster,
                Guards.DEFAULT,
                onFailure,
                new Holder("one@a, process 1", "a 1", _ -> false),
                this::point,
                event -> {
                    events.add(event);
                    told.accept(event);
                });
    }

    private Upgrades.Request request(List<String> namespaces) {
        return new Upgrades.Request(new Revision("1-1"), namespaces, BatchSize.ONE, cluster.now());
    }

    private Planning plan(OnFailure onFailure) {
        return rollout(onFailure, event -> {}).plan(request(List.of()));
    }

    private Planning planBack(String... namespaces) {
        return rollout(OnFailure.STOP, event -> {})
                .plan(new Rollbacks.Request(List.of(namespaces), BatchSize.ONE, cluster.now()));
    }

    private Outcome upgrade() {
        return run(rollout(OnFailure.ROLLBACK, event -> {}));
    }

    private Outcome rollback() {
        return rollout(OnFailure.STOP, event -> {}).run(planned(planBack()));
    }

    private Outcome run(Rollout rollout, String... namespaces) {
        return rollout.run(planned(rollout.plan(request(List.of(namespaces)))));
    }

    private static Plan planned(Planning planning) {
        assertThat(planning).isInstanceOf(Planning.Planned.class);
        return ((Planning.Planned) planning).plan();
    }
}
