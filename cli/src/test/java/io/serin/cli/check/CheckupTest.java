// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static io.serin.cli.check.Source.CONFIG_MAPS;
import static io.serin.cli.check.Source.DEPLOYMENTS;
import static io.serin.cli.check.Source.LEASES;
import static io.serin.cli.check.Source.MUTATING;
import static io.serin.cli.check.Source.NAMESPACES;
import static io.serin.cli.check.Source.PODS;
import static io.serin.cli.check.Source.SERVICES;
import static io.serin.cli.check.Source.VALIDATING;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.serin.cli.check.Finding.Fine;
import io.serin.cli.check.Finding.Skipped;
import io.serin.kube.read.Reading;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What becomes of all checks together. */
class CheckupTest {

    /** All that is broken in some test. */
    static List<Broken> cases() {
        return Stream.of(
                        PreconditionsTest.CASES,
                        ControlPlaneTest.CASES,
                        InjectionWebhooksTest.CASES,
                        TrustTest.CASES,
                        ValidatorsTest.CASES,
                        TagsTest.CASES,
                        NamespacesTest.CASES,
                        WorkloadsTest.CASES,
                        ProxiesTest.CASES,
                        UpgradeReadinessTest.CASES)
                .flatMap(List::stream)
                .toList();
    }

    /** Three are broken in tests of their own here; the host's network is told, and is no flaw. */
    @Test
    void everyCheckIsBrokenSomewhere() {
        Set<String> broken =
                cases().stream().map(Broken::id).collect(Collectors.toCollection(TreeSet::new));
        broken.addAll(
                Set.of(
                        "api-reachable",
                        "revision-installed",
                        "namespace-there",
                        "pod-host-network"));

        assertThat(broken)
                .hasSizeGreaterThanOrEqualTo(30)
                .isEqualTo(new TreeSet<>(Broken.find(World.healthy(), Broken.UPGRADE).keySet()));
    }

    @Test
    void allIsWellInAHealthyCluster() {
        assertThat(Broken.find(World.healthy(), Broken.UPGRADE).values())
                .allSatisfy(finding -> {
                    assertThat(finding).isInstanceOf(Fine.class);
                    assertThat(finding.sentence()).isNotBlank();
                });
    }

    @Test
    void withoutAnApiServerNothingElseIsAsked() {
        World world = World.healthy();
        for (Source source : Source.values()) {
            world.unread(source, "connection refused");
        }

        Checkup checkup = Checkup.of(world.facts(), Broken.UPGRADE);

        assertThat(checkup.isUnreachable()).isTrue();
        assertThat(checkup.problems()).isEqualTo(1);
        assertThat(checkup.fine()).isZero();
        assertThat(checkup.warnings()).isZero();
    }

    private static World nothingInstalled() {
        World world = World.healthy();
        for (Source source : List.of(DEPLOYMENTS, MUTATING, VALIDATING, SERVICES, CONFIG_MAPS)) {
            world.list(source).clear();
        }
        return world;
    }

    @Test
    void withoutARevisionWhatNeedsOneIsSkippedAndNamespacesAreStillLookedAt() {
        Map<String, Finding> found = Broken.find(nothingInstalled(), Scope.ALL);

        assertThat(Broken.reported(found))
                .containsExactlyInAnyOrder("revision-installed", "namespace-unknown-revision");
        assertThat(found.get("webhook-there"))
                .isEqualTo(new Skipped("not so: a revision is installed (revision-installed)"));
    }

    @Test
    void beforeAnythingIsInstalledOnlyItsPreconditionsAreLookedAt() {
        Map<String, Finding> found = Broken.find(nothingInstalled(), Scope.PRE);

        assertThat(Broken.reported(found)).isEmpty();
        assertThat(found.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        Preconditions.GROUP.checks().stream().map(Check::id).toList());
    }

    @Test
    void aRevisionThatIsNotThereIsSaidToBeMissingWithThoseThatAre() {
        Scope scope = new Scope(Optional.of("2-0"), Set.of(), Optional.empty());

        assertThat(finding(Broken.find(World.healthy(), scope), "revision-installed").flaws())
                .extracting(Finding.Flaw::what)
                .containsExactly("there is no revision 2-0; there is: 1-0, 1-1");
    }

    @Test
    void aNamespaceThatIsNotThereIsNotCalledWell() {
        Map<String, Finding> found =
                Broken.find(World.healthy(), scope(Optional.empty(), Set.of("shop", "shopp")));

        assertThat(Broken.reported(found)).containsExactly("namespace-there");
        assertThat(finding(found, "namespace-there").flaws())
                .extracting(Finding.Flaw::what)
                .containsExactly("there is no namespace shopp");
    }

    @Test
    void whatCannotBeReadIsSkippedByNameAndNeverCalledWell() {
        for (Source source : Source.values()) {
            World world = World.healthy();
            world.unread(source, "forbidden: no " + source);

            Broken.find(world, Broken.UPGRADE)
                    .forEach((id, finding) -> {
                        if (needs(id).contains(source)) {
                            assertThat(finding).as(id).isInstanceOf(Skipped.class);
                        }
                    });
        }
    }

    @Test
    void anUnreadableCertificateOrTrialIsSkippedWithItsReason() {
        World world = World.healthy();
        for (String revision : List.of("1-0", "1-1")) {
            world.certificate("istiod-" + revision, new Reading.Unread<>("forbidden"));
            world.trial(revision, new Reading.Unread<>("you may not create pods"));
        }
        world.permission(new Reading.Unread<>("not served"));

        Map<String, Finding> found = Broken.find(world, Broken.UPGRADE);

        assertThat(Broken.reported(found)).isEmpty();
        assertThat(found.get("webhook-ca-matches"))
                .isEqualTo(new Skipped("the certificate of istio-system/istiod-1-0: forbidden"));
        for (String id :
                List.of(
                        "webhook-certificate-valid",
                        "webhook-certificate-names",
                        "injection-works",
                        "may-install")) {
            assertThat(found.get(id)).as(id).isInstanceOf(Skipped.class);
        }
    }

    @Test
    void podsOfTheHostsNetworkAreToldAndAreNoFlaw() {
        World world = World.healthy();
        world.add(
                PODS,
                """
                metadata: {name: agent, namespace: shop}
                spec: {hostNetwork: true, containers: [{name: agent}]}
                status: {phase: Running}
                """);

        Map<String, Finding> found = Broken.find(world, Broken.UPGRADE);

        assertThat(Broken.reported(found)).isEmpty();
        assertThat(finding(found, "pod-host-network").sentence()).contains("shop/agent");
    }

    @Test
    void whatIsGoingIsNoLongerLookedAt() {
        World world = World.healthy();
        world.namespace("typo", "{istio.io/rev: 1-O}");
        for (Source source : List.of(NAMESPACES, PODS)) {
            world.patch(
                    source,
                    source == PODS ? "web" : "typo",
                    "metadata: {deletionTimestamp: \"2030-01-01T11:59:59Z\"}");
        }
        WorkloadsTest.annotate(world, "istio.io/rev", "0-9");

        assertThat(Broken.reported(Broken.find(world, Broken.UPGRADE))).isEmpty();
    }

    /** Another mesh of the same names beside this one, e.g. the Istio that is moved away from. */
    @Test
    void aForeignControlPlaneIsNotAskedForWhatOnlyOursHave() {
        World world = World.healthy();
        world.add(
                DEPLOYMENTS,
                """
                metadata:
                  name: istiod-1-20
                  namespace: istio-system
                  labels:
                    app: istiod
                    istio.io/rev: 1-20
                    app.kubernetes.io/managed-by: Helm
                    app.kubernetes.io/part-of: istio
                spec: {replicas: 2}
                status: {readyReplicas: 2, updatedReplicas: 2, replicas: 2}
                """);
        world.controlPlanePod("istiod-1-20-x", "1-20");
        world.noPage("istiod-1-20-x", "not found");
        world.trial("1-20", new Reading.Read<>(""));
        world.add(
                MUTATING,
                """
                metadata:
                  name: istio-sidecar-injector-1-20
                  labels: {app: sidecar-injector, istio.io/rev: 1-20}
                webhooks:
                  - name: rev.namespace.sidecar-injector.istio.io
                    clientConfig: {url: "https://elsewhere.example.org/inject", caBundle: YQ==}
                    sideEffects: None
                    rules: [{operations: [CREATE], resources: [pods]}]
                    namespaceSelector: {matchLabels: {istio.io/rev: 1-20}}
                """);
        world.namespace("old", "{istio.io/rev: 1-20}");

        assertThat(Broken.reported(Broken.find(world, Broken.UPGRADE))).isEmpty();
    }

    @Test
    void aRenewedLeaseIsWell() {
        World world = World.healthy();
        ControlPlaneTest.severalReplicas(world);
        world.add(
                LEASES,
                """
                metadata: {name: istio-gateway-status-leader-1-0, namespace: istio-system}
                spec: {holderIdentity: istiod-1-0-x, renewTime: "2030-01-01T11:59:50.000000Z"}
                """);

        assertThat(Broken.reported(Broken.find(world, Broken.UPGRADE))).isEmpty();
    }

    @Test
    void namespacesAndRevisionsNarrowIt() {
        World world = World.healthy();
        WorkloadsTest.annotate(world, "istio.io/rev", "0-9");
        InjectionWebhooksTest.callWith(world, 0, "");

        assertThat(Broken.reported(Broken.find(world, scope(Optional.empty(), Set.of("lab")))))
                .containsExactly("webhook-ca-filled");
        assertThat(Broken.reported(Broken.find(world, scope(Optional.of("1-1"), Set.of()))))
                .isEmpty();
    }

    /** What the API server trusts may be the old authority and the new one. */
    @Test
    void oneAuthorityOfABundleThatHasSignedIsEnough() {
        World world = World.healthy();
        String both = World.bundle("stranger", "authority");
        InjectionWebhooksTest.callWith(world, 0, both);
        InjectionWebhooksTest.callWith(world, 1, both);

        assertThat(Broken.find(world, Broken.UPGRADE).get("webhook-ca-matches"))
                .isInstanceOf(Fine.class);
    }

    private static Scope scope(Optional<String> revision, Set<String> namespaces) {
        return new Scope(revision, namespaces, Optional.empty());
    }

    private static Set<Source> needs(String id) {
        return Checkup.GROUPS.stream()
                .flatMap(group -> group.checks().stream())
                .filter(check -> check.id().equals(id))
                .findFirst()
                .orElseThrow()
                .needs();
    }

    private static Finding finding(Map<String, Finding> found, String id) {
        return requireNonNull(found.get(id), id);
    }
}
