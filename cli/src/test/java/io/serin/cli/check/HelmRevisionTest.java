// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static io.serin.cli.check.Source.DEPLOYMENTS;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Revisions of Helm's are looked at as ours are, and put right by Helm. */
class HelmRevisionTest {

    private static final String UPGRADE =
            "helm upgrade serin-1-0 CHART -n istio-system --reset-then-reuse-values";

    /** Once most checks passed over them, and called all well. */
    @TestFactory
    Stream<DynamicTest> findsWhatIsBrokenAndNothingElse() {
        return Broken.tests(CheckupTest.cases(), World::ofHelm);
    }

    @Test
    void allIsWellWhereNothingIsBroken() {
        assertThat(Broken.find(World.ofHelm(), Broken.UPGRADE))
                .isEqualTo(Broken.find(World.healthy(), Broken.UPGRADE));
    }

    @Test
    void noFixIsACommandThatWouldBeRefused() {
        Set<String> fixes = new TreeSet<>();
        Stream.of(ControlPlaneTest.CASES, InjectionWebhooksTest.CASES, ValidatorsTest.CASES)
                .flatMap(List::stream)
                .forEach(broken -> {
                    World world = World.ofHelm();
                    broken.damage().accept(world);
                    Broken.find(world, Broken.UPGRADE).values().stream()
                            .flatMap(finding -> finding.flaws().stream())
                            .forEach(flaw -> fixes.add(flaw.fix()));
                });

        assertThat(fixes)
                .contains(UPGRADE)
                .contains(UPGRADE + " --set pilot.cni.enabled=true")
                .noneMatch(fix -> fix.matches(".*serin (un)?install --revision 1-[01]( .*)?"));
    }

    @Test
    void whatIsLeftOfOneIsRemovedByHelm() {
        World world = World.ofHelm();
        world.remove(DEPLOYMENTS, "istiod-1-0");

        assertThat(requireNonNull(Broken.find(world, Scope.ALL).get("no-orphans")).flaws())
                .hasSizeGreaterThan(3)
                .extracting(Finding.Flaw::fix)
                .containsOnly("helm uninstall serin-1-0 -n istio-system");
    }

    @Test
    void andOfOneOfOursByUs() {
        World world = World.healthy();
        world.remove(DEPLOYMENTS, "istiod-1-0");

        assertThat(requireNonNull(Broken.find(world, Scope.ALL).get("no-orphans")).flaws())
                .extracting(Finding.Flaw::fix)
                .containsOnly("serin uninstall --revision 1-0");
    }
}
