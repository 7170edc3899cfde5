// SPDX-License-Identifier: Apache-2.0
package io.serin.control;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * source → index → translate → snapshot → serve: each is seen only by its neighbour. Revision,
 * trust, status, audit, channel and admin stand beside the path; main puts all together. Channel
 * alone moves workloads.
 */
@AnalyzeClasses(packages = "io.serin.control", importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {

    @ArchTest
    static final ArchRule arrowsPointOneWay =
            layeredArchitecture()
                    .consideringOnlyDependenciesInLayers()
                    .layer("main")
                    .definedBy("io.serin.control.main..")
                    .layer("settings")
                    .definedBy("io.serin.control.settings")
                    .layer("source")
                    .definedBy("io.serin.control.source")
                    .layer("index")
                    .definedBy("io.serin.control.index")
                    .layer("translate")
                    .definedBy("io.serin.control.translate")
                    .layer("snapshot")
                    .definedBy("io.serin.control.snapshot")
                    .layer("serve")
                    .definedBy("io.serin.control.serve")
                    .layer("revision")
                    .definedBy("io.serin.control.revision")
                    .layer("trust")
                    .definedBy("io.serin.control.trust")
                    .layer("status")
                    .definedBy("io.serin.control.status")
                    .layer("audit")
                    .definedBy("io.serin.control.audit")
                    .layer("channel")
                    .definedBy("io.serin.control.channel")
                    .layer("thread")
                    .definedBy("io.serin.control.thread")
                    .layer("admin")
                    .definedBy("io.serin.control.admin")
                    .whereLayer("main")
                    .mayNotBeAccessedByAnyLayer()
                    .whereLayer("settings")
                    .mayOnlyBeAccessedByLayers("main")
                    .whereLayer("source")
                    .mayOnlyBeAccessedByLayers("main")
                    // A snapshot is of an index: the publisher takes its changes.
                    .whereLayer("index")
                    .mayOnlyBeAccessedByLayers("main", "source", "translate", "snapshot", "status")
                    .whereLayer("translate")
                    .mayOnlyBeAccessedByLayers("snapshot")
                    .whereLayer("snapshot")
                    .mayOnlyBeAccessedByLayers("main", "serve", "admin")
                    .whereLayer("serve")
                    .mayOnlyBeAccessedByLayers("main", "admin")
                    .whereLayer("revision")
                    .mayOnlyBeAccessedByLayers("main")
                    .whereLayer("trust")
                    .mayOnlyBeAccessedByLayers("main", "serve", "revision")
                    .whereLayer("status")
                    .mayOnlyBeAccessedByLayers("main")
                    .whereLayer("audit")
                    .mayOnlyBeAccessedByLayers("main")
                    .whereLayer("channel")
                    .mayOnlyBeAccessedByLayers("main")
                    .whereLayer("thread")
                    .mayOnlyBeAccessedByLayers("status", "audit")
                    .whereLayer("admin")
                    .mayOnlyBeAccessedByLayers("main");

    @ArchTest
    static final ArchRule whatIsServedHasNeverSeenKubernetes =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "io.serin.control.translate..",
                            "io.serin.control.snapshot..",
                            "io.serin.control.serve..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.serin.kube..", "io.fabric8..");

    @ArchTest
    static final ArchRule onlyTheChannelMovesWorkloads =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.serin.control.channel")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.serin.rollout..");
}
