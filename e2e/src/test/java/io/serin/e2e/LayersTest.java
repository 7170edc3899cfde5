// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * cluster ← stage ← stories; and nobody but a program of Serin's talks to Kubernetes as fabric8.
 */
@AnalyzeClasses(packages = "io.serin.e2e")
class LayersTest {

    @ArchTest
    static final ArchRule aClusterKnowsNoStage =
            noClasses()
                    .that()
                    .resideInAPackage("io.serin.e2e.cluster")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.serin.e2e.stage", "io.serin.e2e");

    @ArchTest
    static final ArchRule aStageKnowsNoStory =
            noClasses()
                    .that()
                    .resideInAPackage("io.serin.e2e.stage")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.serin.e2e");

    @ArchTest
    static final ArchRule storiesTypeCommands =
            noClasses()
                    .that()
                    .haveSimpleNameEndingWith("StoryIT")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.fabric8..", "io.serin.kube..", "io.serin.cli..");
}
