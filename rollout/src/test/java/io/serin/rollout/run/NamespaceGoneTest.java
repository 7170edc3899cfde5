// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.run;

import static io.serin.rollout.run.OnEvent.on;
import static org.assertj.core.api.Assertions.assertThat;

import io.serin.api.name.Revision;
import io.serin.rollout.FakeCluster;
import io.serin.rollout.plan.BatchSize;
import io.serin.rollout.plan.Plan;
import io.serin.rollout.plan.Planning;
import io.serin.rollout.plan.Planning.Problem;
import io.serin.rollout.plan.Rollbacks;
import io.serin.rollout.plan.Upgrades;
import io.serin.rollout.plan.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Previews come and go, also while all namespaces move. */
class NamespaceGoneTest {

    private static final Holder ONE = new Holder("one@a, process 1", "a 1", _ -> false);
    private static final List<String> NAMESPACES = List.of("blog", "preview", "shop");

    private final List<RolloutEvent> events = new ArrayList<>();
    private FakeCluster cluster = new FakeCluster();

    @BeforeEach
    void namespaces() {
        events.clear();
        cluster = new FakeCluster().revision("1-0", "").revision("1-1", "");
        for (String name : NAMESPACES) {
            cluster.namespace(name, Map.of("istio.io/rev", "1-0"));
            cluster.deployment(name, "a", 2, "1-0");
            cluster.deployment(name, "b", 2, "1-0");
        }
    }

    /** At whichever event of the run it goes, at once or not, the others move. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theOthersMoveWheneverOneGoes(boolean atOnce) {
        run(rollout(OnFailure.STOP, _ -> {}));
        int count = events.size();
        assertThat(count).isGreaterThan(10);
        for (int at = 1; at <= count; at++) {
            namespaces();

            Outcome outcome = run(rollout(OnFailure.STOP, goneAfter(at, atOnce)));

            assertThat(outcome).as("gone at event %d", at).isEqualTo(new Outcome.Done());
            assertMoved("blog", "1-1");
            assertMoved("shop", "1-1");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theOthersGoBackWheneverOneGoes(boolean atOnce) {
        run(rollout(OnFailure.STOP, _ -> {}));
        events.clear();
        rollback(_ -> {});
        int count = events.size();
        for (int at = 1; at <= count; at++) {
            namespaces();
            run(rollout(OnFailure.STOP, _ -> {}));
            events.clear();

            assertThat(rollback(goneAfter(at, atOnce)))
                    .as("gone at event %d", at)
                    .isEqualTo(new Outcome.Done());
            assertMoved("blog", "1-0");
            assertMoved("shop", "1-0");
        }
    }

    @Test
    void itsPartIsLeftOutAndSaidOnce() {
        assertThat(run(rollout(OnFailure.STOP, goneAfter(1, true)))).isEqualTo(new Outcome.Done());

        assertThat(events)
                .containsOnlyOnce(new RolloutEvent.NamespaceGone("preview"))
                .doesNotContain(new RolloutEvent.NamespaceDone("preview", "1-1"));
        assertThat(cluster.writes()).noneMatch(what -> what.contains("preview"));
    }

    @Test
    void whatGoesBetweenThePlanAndTheRunIsLeftOut() {
        Rollout rollout = rollout(OnFailure.STOP, _ -> {});
        Plan plan = plan(rollout);
        cluster.delete("preview");

        assertThat(rollout.run(plan)).isEqualTo(new Outcome.Done());

        assertMoved("blog", "1-1");
        assertMoved("shop", "1-1");
        assertThat(events).containsOnlyOnce(new RolloutEvent.NamespaceGone("preview"));
    }

    @Test
    void whatIsBeingDeletedIsNeitherPlannedNorTakenNorLookedInto() {
        Rollout rollout = rollout(OnFailure.STOP, _ -> {});
        Plan plan = plan(rollout);
        cluster.end("preview");

        assertThat(plan(rollout).namespaces())
                .extracting(Plan.OfNamespace::namespace)
                .containsExactly("blog", "shop");
        assertThat(rollout.run(plan)).isEqualTo(new Outcome.Done());
        assertThat(cluster.writes()).noneMatch(what -> what.contains("preview"));
        assertThat(Claim.of(cluster.marked("preview"))).isEmpty();
    }

    @Test
    void whatIsBeingDeletedIsRefusedByName() {
        run(rollout(OnFailure.STOP, _ -> {}));
        cluster.end("preview");
        Rollout rollout = rollout(OnFailure.STOP, _ -> {});
        Planning refused =
                new Planning.Refused(
                        List.of(
                                new Problem(
                                        "namespace preview is being deleted",
                                        "leave it out; where it does not go, this says what it"
                                                + " waits for: kubectl describe namespace"
                                                + " preview")));

        assertThat(
                        rollout.plan(
                                new Upgrades.Request(
                                        new Revision("1-0"),
                                        List.of("blog", "preview"),
                                        BatchSize.ONE,
                                        cluster.now())))
                .isEqualTo(refused);
        assertThat(
                        rollout.plan(
                                new Rollbacks.Request(
                                        List.of("preview"), BatchSize.ONE, cluster.now())))
                .isEqualTo(refused);
    }

    @Test
    void whatGoesWhileItIsBeingTakenIsLeftOut() {
        Rollout rollout = rollout(OnFailure.STOP, _ -> {});
        Plan plan = plan(rollout);
        cluster.overtakenBy(() -> cluster.delete("blog"));

        assertThat(rollout.run(plan)).isEqualTo(new Outcome.Done());
        assertMoved("preview", "1-1");
        assertMoved("shop", "1-1");
    }

    /** Another one of the same name is nobody's that this run holds. */
    @Test
    void whatWasLetGoOfIsNotMovedWhereItIsMadeAnew() {
        Rollout rollout =
                rollout(
                        OnFailure.STOP,
                        event -> {
                            if (event.equals(new RolloutEvent.NamespaceDone("blog", "1-1"))) {
                                cluster.namespace("preview", Map.of("istio.io/rev", "1-0"));
                            }
                        });
        Plan plan = plan(rollout);
        cluster.delete("preview");

        assertThat(rollout.run(plan)).isEqualTo(new Outcome.Done());
        assertThat(cluster.marked("preview").annotations()).isEmpty();
    }

    @Test
    void theWayBackByItselfIsOfThoseThatAreThere() {
        cluster.onRevision(
                "1-1", made -> made.newPodsCrash(made == cluster.deployment("shop", "b")));
        cluster.onRevision("1-0", made -> made.newPodsCrash(false));

        Outcome outcome =
                run(
                        rollout(
                                OnFailure.ROLLBACK,
                                on(RolloutEvent.GoingBack.class, () -> cluster.delete("preview"))));

        assertThat(outcome).isInstanceOf(Outcome.WentBack.class);
        assertMoved("blog", "1-0");
        assertMoved("shop", "1-0");
    }

    /** To go back with nobody would be to go back with those of an earlier step. */
    @Test
    void whereNoneIsLeftToGoBackNobodyElseDoes() {
        cluster.namespace("preview", Map.of());
        cluster.namespace("shop", Map.of());
        run(rollout(OnFailure.STOP, _ -> {}));
        cluster.namespace("shop", Map.of("istio.io/rev", "1-0"));
        cluster.onRevision("1-1", made -> made.newPodsCrash(true));

        Outcome outcome =
                run(
                        rollout(
                                OnFailure.ROLLBACK,
                                on(RolloutEvent.GoingBack.class, () -> cluster.delete("shop"))));

        assertThat(outcome).isInstanceOf(Outcome.WentBack.class);
        assertMoved("blog", "1-1");
    }

    private Consumer<RolloutEvent> goneAfter(int count, boolean atOnce) {
        return _ -> {
            if (events.size() == count) {
                if (atOnce) {
                    cluster.delete("preview");
                } else {
                    cluster.end("preview");
                }
            }
        };
    }

    private void assertMoved(String namespace, String revision) {
        assertThat(cluster.podRevisions(namespace, "a")).containsOnly(revision);
        assertThat(cluster.podRevisions(namespace, "b")).containsOnly(revision);
        assertThat(cluster.marked(namespace).labels()).containsEntry("istio.io/rev", revision);
        assertThat(Written.of(cluster.marked(namespace)))
                .isEqualTo(Written.of(cluster.marked(namespace)).filter(Written::isFinished));
        assertThat(Claim.of(cluster.marked(namespace))).isEmpty();
    }

    private Rollout rollout(OnFailure onFailure, Consumer<RolloutEvent> told) {
        return new Rollout(
                cluster,
                cluster,
                Guards.DEFAULT,
                onFailure,
                ONE,
                tag -> Optional.of("not asked for"),
                event -> {
                    events.add(event);
                    told.accept(event);
                });
    }

    private Plan plan(Rollout rollout) {
        return planned(
                rollout.plan(
                        new Upgrades.Request(
                                new Revision("1-1"), List.of(), BatchSize.ONE, cluster.now())));
    }

    private Outcome run(Rollout rollout) {
        return rollout.run(plan(rollout));
    }

    private Outcome rollback(Consumer<RolloutEvent> told) {
        Rollout rollout = rollout(OnFailure.STOP, told);
        return rollout.run(
                planned(
                        rollout.plan(
                                new Rollbacks.Request(List.of(), BatchSize.ONE, cluster.now()))));
    }

    private static Plan planned(Planning planning) {
        assertThat(planning).isInstanceOf(Planning.Planned.class);
        return ((Planning.Planned) planning).plan();
    }
}
