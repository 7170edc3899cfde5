// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** fact ← plan ← run ← channel; and a cluster is reached by way of kube in one place. */
@AnalyzeClasses(packages = "io.serin.rollout", importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {

    @ArchTest
    static final ArchRule arrowsPointOneWay =
            layeredArchitecture()
                    .consideringOnlyDependenciesInLayers()
                    .layer("fact")
                    .definedBy("io.serin.rollout.fact")
                    .layer("plan")
                    .definedBy("io.serin.rollout.plan")
                    .layer("run")
                    .definedBy("io.serin.rollout.run")
                    .layer("channel")
                    .definedBy("io.serin.rollout.channel")
                    .layer("cluster")
                    .definedBy("io.serin.rollout.cluster")
                    .whereLayer("fact")
                    .mayNotAccessAnyLayer()
                    .whereLayer("plan")
                    .mayOnlyAccessLayers("fact")
                    .whereLayer("run")
                    .mayOnlyAccessLayers("plan", "fact")
                    .whereLayer("channel")
                    .mayOnlyAccessLayers("run", "plan", "fact")
                    .whereLayer("cluster")
                    .mayOnlyAccessLayers("channel", "plan", "fact");

    @ArchTest
    static final ArchRule onlyTheClusterIsReached =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.serin.rollout.cluster")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.fabric8..",
                            "io.serin.kube.read",
                            "io.serin.kube.write",
                            "io.serin.kube.watch");
}
