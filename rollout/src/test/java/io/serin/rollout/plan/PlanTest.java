// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serin.api.name.Revision;
import io.serin.rollout.FakeCluster;
import io.serin.rollout.plan.Plan.LeftAlone;
import io.serin.rollout.plan.Plan.OfNamespace;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class PlanTest {

    private final FakeCluster cluster =
            new FakeCluster()
                    .revision("1-0", "", "prod")
                    .revision("1-1", "")
                    .revision("1-2", "Deployment istiod-1-2 has no pod that is ready")
                    .namespace("shop", Map.of("istio.io/rev", "1-0", "team", "a"))
                    .namespace("old", Map.of("istio-injection", "enabled"))
                    .namespace("tagged", Map.of("istio.io/rev", "prod"))
                    .namespace("plain", Map.of())
                    .namespace("istio-system", Map.of());

    private record Refusal(String to, List<String> namespaces, String what, String remedy) {}

    @TestFactory
    Stream<DynamicTest> refuses() {
        return Stream.of(
                        new Refusal(
                                "2-0",
                                List.of(),
                                "there is no revision 2-0",
                                "serin install --revision 2-0"),
                        new Refusal("prod", List.of(), "prod is a tag, not a revision", "--to 1-0"),
                        new Refusal(
                                "1-2",
                                List.of(),
                                "revision 1-2 is not ready: Deployment istiod-1-2 has no pod",
                                "wait until it is"),
                        new Refusal(
                                "1-1",
                                List.of("shop", "nowhere"),
                                "there is no namespace nowhere",
                                "kubectl get namespaces"),
                        new Refusal(
                                "1-1",
                                List.of("istio-system"),
                                "namespace istio-system is where control planes live",
                                "applications"),
                        new Refusal(
                                "1-1",
                                List.of("tagged"),
                                "namespace tagged is bound by tag prod",
                                "serin tag set prod --revision 1-1 --overwrite"))
                .map(refusal ->
                        DynamicTest.dynamicTest(
                                refusal.what(),
                                () ->
                                        assertThat(upgrade(refusal.to(), "1", refusal.namespaces()))
                                                .isInstanceOfSatisfying(
                                                        Planning.Refused.class,
                                                        refused ->
                                                                assertThat(refused.problems())
                                                                        .singleElement()
                                                                        .satisfies(problem -> {
                                                                            assertThat(
                                                                                            problem
                                                                                                    .what())
                                                                                    .contains(
                                                                                            refusal
                                                                                                    .what());
                                                                            assertThat(
                                                                                            problem
                                                                                                    .remedy())
                                                                                    .contains(
                                                                                            refusal
                                                                                                    .remedy());
                                                                        }))));
    }

    @Test
    void movesAllThatALabelBindsAndLeavesOutTags() {
        cluster.deployment("shop", "web", 2, "1-0");

        Plan plan = planned(upgrade("1-1", "1", List.of()));

        assertThat(plan.namespaces())
                .extracting(OfNamespace::namespace)
                .containsExactly("old", "shop");
        assertThat(plan.tagged()).containsExactly(Map.entry("tagged", "prod"));
        OfNamespace old = plan.namespaces().getFirst();
        assertThat(old.now()).hasToString("istio-injection=enabled");
        assertThat(old.then()).hasToString("istio.io/rev=1-1");
        assertThat(old.then().change())
                .containsEntry("istio-injection", Optional.empty())
                .containsEntry("istio.io/rev", Optional.of("1-1"));
    }

    @Test
    void bothLabelsOfAMixedNamespaceAreKeptForTheWayBack() {
        cluster.namespace("shop", Map.of("istio.io/rev", "1-0", "istio-injection", "enabled"));

        OfNamespace shop = only(upgrade("1-1", "1", List.of("shop")));

        assertThat(shop.notes())
                .containsEntry(
                        "serin.io/previous-revision", Optional.of(Written.previous(shop.now())));
        assertThat(shop.now()).hasToString("istio-injection=enabled,istio.io/rev=1-0");
    }

    @Test
    void aLabelThatWasChangedByHandTellsNothingOfWhereThePodsCameFrom() {
        cluster.namespace("shop", Map.of("istio.io/rev", "1-1"));
        cluster.deployment("shop", "web", 2, "1-0");

        assertThat(only(upgrade("1-1", "1", List.of("shop"))).notes())
                .containsEntry(
                        "serin.io/previous-revision", Optional.of("{\"istio.io/rev\":\"1-0\"}"));
    }

    @Test
    void nothingIsToDoWhereAllIsThere() {
        cluster.namespace("shop", Map.of("istio.io/rev", "1-1"));
        cluster.deployment("shop", "web", 2, "1-1");

        assertThat(upgrade("1-1", "1", List.of("shop")))
                .isEqualTo(
                        new Planning.NothingToDo(
                                "all that is restarted in shop is on revision 1-1, and its label is"
                                        + " there"));
    }

    @Test
    void whatIsBrokenComesLastAndWhatCannotMoveIsNamed() {
        cluster.deployment("shop", "a-broken", 2, "1-0").crashing();
        cluster.deployment("shop", "b", 2, "1-0");
        cluster.deployment("shop", "c", 2, "1-0").held("spec.paused is true");
        cluster.deployment("shop", "d", 2, "").labels(Map.of("sidecar.istio.io/inject", "false"));

        OfNamespace shop = only(upgrade("1-1", "1", List.of("shop")));

        assertThat(shop.batches())
                .containsExactly(List.of("Deployment/b"), List.of("Deployment/a-broken"));
        assertThat(shop.written().notHealthyBefore()).containsExactly("Deployment/a-broken");
        assertThat(shop.leftAlone())
                .containsExactly(
                        new Plan.LeftAlone(
                                "Deployment/c", "spec.paused is true: delete its pods yourself"),
                        new Plan.LeftAlone(
                                "Deployment/d", "sidecar.istio.io/inject is false: no sidecar"));
    }

    @Test
    void batchesAreANumberOrAShare() {
        for (int i = 0; i < 10; i++) {
            cluster.deployment("shop", "w" + i, 1, "1-0");
        }

        assertThat(only(upgrade("1-1", "3", List.of("shop"))).batches()).hasSize(4);
        assertThat(only(upgrade("1-1", "20%", List.of("shop"))).batches())
                .hasSize(5)
                .first()
                .isEqualTo(List.of("Deployment/w0", "Deployment/w1"));
        assertThat(only(upgrade("1-1", "1%", List.of("shop"))).batches()).hasSize(10);
    }

    @Test
    void aBatchStaysWithinTheBudgetThatItsWorkloadsShare() {
        cluster.deployment("shop", "a", 4, "1-0").budget("both", 1, 1, 1);
        cluster.deployment("shop", "b", 4, "1-0").budget("both", 1, 1, 1);
        cluster.deployment("shop", "c", 4, "1-0");

        assertThat(only(upgrade("1-1", "3", List.of("shop"))).batches())
                .containsExactly(List.of("Deployment/a"), List.of("Deployment/b", "Deployment/c"));
    }

    @Test
    void aBudgetThatARestartWouldBreakIsRefused() {
        cluster.deployment("shop", "web", 4, "1-0").budget("all", 0, 0, 1);

        assertThat(upgrade("1-1", "1", List.of("shop")))
                .isInstanceOfSatisfying(
                        Planning.Refused.class,
                        refused ->
                                assertThat(refused.problems().getFirst().what())
                                        .isEqualTo(
                                                "PodDisruptionBudget shop/all lets 0 of its pods be away,"
                                                        + " and a restart of Deployment/web takes"
                                                        + " away 1 at once"));
    }

    @Test
    void goesOnWithWhatIsWrittenAndRefusesAnotherStepMeanwhile() {
        cluster.revision("1-2", "");
        cluster.deployment("shop", "web", 2, "1-0");
        OfNamespace first = only(upgrade("1-1", "1", List.of("shop")));
        cluster.mark(
                "shop",
                first.then().change(),
                Map.of(
                        Written.ROLLOUT,
                        Optional.of(first.written().stopped("no").json()),
                        Written.PREVIOUS,
                        Optional.of("{}")));

        OfNamespace again = only(upgrade("1-1", "1", List.of("shop")));

        assertThat(again.isResumed()).isTrue();
        assertThat(again.written()).isEqualTo(first.written());
        assertThat(again.notes()).isEmpty();
        assertThat(upgrade("1-2", "1", List.of("shop")))
                .isInstanceOfSatisfying(
                        Planning.Refused.class,
                        refused ->
                                assertThat(refused.problems().getFirst())
                                        .isEqualTo(
                                                new Planning.Problem(
                                                        "namespace shop: an upgrade to 1-1 is under"
                                                                + " way, and has stopped: no",
                                                        "finish it: serin upgrade --to 1-1"
                                                                + " --namespace shop; or undo it:"
                                                                + " serin rollback --namespace"
                                                                + " shop")));
    }

    @Test
    void thereIsNoWayBackToWhatIsNotThere() {
        cluster.mark(
                "shop",
                Map.of(),
                Map.of(
                        Written.ROLLOUT,
                        Optional.of(written("2026-01-02T03:04:05Z.1-1").json()),
                        Written.PREVIOUS,
                        Optional.of("{\"istio.io/rev\":\"0-9\"}")));

        assertThat(rollback(List.of()))
                .isInstanceOfSatisfying(
                        Planning.Refused.class,
                        refused ->
                                assertThat(refused.problems().getFirst().what())
                                        .isEqualTo(
                                                "namespace shop was bound by istio.io/rev=0-9, and"
                                                        + " revision 0-9 is not installed any"
                                                        + " more"));
    }

    @Test
    void theWayBackIsThatOfTheLastStepAlone() {
        for (String namespace : List.of("shop", "old", "plain")) {
            String step = namespace.equals("old") ? "2026-01-01T" : "2026-01-02T";
            cluster.mark(
                    namespace,
                    Map.of(),
                    Map.of(
                            Written.ROLLOUT,
                            Optional.of(written(step + "03:04:05Z.1-1").json()),
                            Written.PREVIOUS,
                            Optional.of("{\"istio.io/rev\":\"1-0\"}")));
        }

        assertThat(planned(rollback(List.of())).namespaces())
                .extracting(OfNamespace::namespace)
                .containsExactly("plain", "shop");
        assertThat(planned(rollback(List.of("old"))).namespaces()).hasSize(1);
    }

    @Test
    void nothingWrittenIsNothingToUndo() {
        assertThat(rollback(List.of())).isInstanceOf(Planning.Refused.class);
        assertThat(rollback(List.of("shop"))).isInstanceOf(Planning.Refused.class);
    }

    @Test
    void readsBatchSizesAndRefusesOthers() {
        assertThat(BatchSize.parse("20%")).isEqualTo(new BatchSize(20, true));
        for (String wrong : List.of("0", "101%", "-1", "many", "", "1.5")) {
            assertThatThrownBy(() -> BatchSize.parse(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("batch: ");
        }
    }

    @Test
    void leavesWhoHasNoLabelToTheDefaultAndGivesItOneOnlyWhereItIsNamed() {
        cluster.tag("default", "1-0").everywhere();
        cluster.namespace("idle", Map.of()).namespace("kube-system", Map.of());
        cluster.deployment("plain", "web", 1, "1-0");
        cluster.deployment("kube-system", "dns", 1, "");
        cluster.deployment("istio-system", "istiod", 1, "");

        assertThat(planned(upgrade("1-1", "1", List.of())).tagged())
                .isEqualTo(Map.of("plain", "default", "tagged", "prod"));
        OfNamespace named = only(upgrade("1-1", "1", List.of("plain")));
        assertThat(named.then()).isEqualTo(Binding.to("1-1"));
        assertThat(named.written().from()).isEqualTo("1-0");

        cluster.tag("default", "1-1");
        assertThat(planned(upgrade("1-1", "1", List.of())).namespaces())
                .filteredOn(part -> part.namespace().equals("plain"))
                .singleElement()
                .satisfies(part -> {
                    assertThat(part.then()).isEqualTo(new Binding(Map.of()));
                    assertThat(part.batches()).containsExactly(List.of("Deployment/web"));
                });
    }

    @Test
    void whoHasNoLabelFollowsARevisionThatIsNamedDefaultToo() {
        cluster.revision("default", "").everywhere();
        cluster.deployment("plain", "web", 1, "1-0");

        assertThat(only(upgrade("default", "1", List.of("plain"))).then())
                .isEqualTo(new Binding(Map.of()));
    }

    @Test
    void leavesPodsAloneWhoseOwnLabelIsHeardWhereTheirNamespaceHasNone() {
        cluster.tag("default", "1-1").everywhere();
        cluster.deployment("plain", "web", 1, "1-0");
        cluster.deployment("plain", "told", 1, "1-0")
                .labels(Map.of("sidecar.istio.io/inject", "true"));
        cluster.deployment("plain", "own", 1, "1-0").labels(Map.of("istio.io/rev", "1-0"));
        cluster.deployment("plain", "odd", 1, "").labels(Map.of("sidecar.istio.io/inject", "yes"));

        OfNamespace part = only(upgrade("1-1", "1", List.of("plain")));

        assertThat(part.batches().stream().flatMap(List::stream))
                .containsExactly("Deployment/told", "Deployment/web");
        assertThat(part.leftAlone())
                .containsExactly(
                        new LeftAlone(
                                "Deployment/odd", "sidecar.istio.io/inject is yes: no sidecar"),
                        new LeftAlone("Deployment/own", "its own label asks for 1-0"));
    }

    private static Written written(String step) {
        return new Written(
                Written.Verb.UPGRADE,
                step,
                "",
                "1-1",
                "",
                Written.Phase.DONE,
                List.of(),
                List.of(),
                "");
    }

    private Planning upgrade(String to, String batch, List<String> namespaces) {
        Upgrades.Request request =
                new Upgrades.Request(
                        new Revision(to), namespaces, BatchSize.parse(batch), cluster.now());
        return Upgrades.plan(request, Facts.of(cluster, request::isAbout));
    }

    private Planning rollback(List<String> namespaces) {
        Rollbacks.Request request = new Rollbacks.Request(namespaces, BatchSize.ONE, cluster.now());
        return Rollbacks.plan(
                request, Facts.of(cluster, (namespace, _) -> request.isAbout(namespace)));
    }

    private static Plan planned(Planning planning) {
        assertThat(planning).isInstanceOf(Planning.Planned.class);
        return ((Planning.Planned) planning).plan();
    }

    private static OfNamespace only(Planning planning) {
        assertThat(planned(planning).namespaces()).hasSize(1);
        return planned(planning).namespaces().getFirst();
    }
}
