// SPDX-License-Identifier: Apache-2.0
package io.serin.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * main → command → demo, page, rehome, check, render → client; what is rendered is not known to who
 * renders it. demo and page know one another's events, and nothing else of one another.
 */
@AnalyzeClasses(packages = "io.serin.cli", importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {

    @ArchTest
    static final ArchRule arrowsPointOneWay =
            layeredArchitecture()
                    .consideringOnlyDependenciesInLayers()
                    .layer("main")
                    .definedBy("io.serin.cli.main")
                    .layer("command")
                    .definedBy("io.serin.cli.command")
                    .layer("demo")
                    .definedBy("io.serin.cli.demo")
                    .layer("page")
                    .definedBy("io.serin.cli.page")
                    .layer("event")
                    .definedBy("io.serin.cli.demo.event")
                    .layer("rehome")
                    .definedBy("io.serin.cli.rehome")
                    .layer("check")
                    .definedBy("io.serin.cli.check")
                    .layer("client")
                    .definedBy("io.serin.cli.client")
                    .layer("render")
                    .definedBy("io.serin.cli.render")
                    .whereLayer("main")
                    .mayOnlyAccessLayers("command")
                    .whereLayer("command")
                    .mayOnlyAccessLayers(
                            "demo", "page", "event", "rehome", "check", "client", "render")
                    .whereLayer("demo")
                    .mayOnlyAccessLayers("event", "client")
                    .whereLayer("rehome")
                    .mayOnlyAccessLayers("client")
                    .whereLayer("page")
                    .mayOnlyAccessLayers("event", "client")
                    .whereLayer("check")
                    .mayOnlyAccessLayers("client")
                    .whereLayer("event")
                    .mayNotAccessAnyLayer()
                    .whereLayer("client")
                    .mayNotAccessAnyLayer()
                    .whereLayer("render")
                    .mayNotAccessAnyLayer();

    @ArchTest
    static final ArchRule onlyThePageServesHttp =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.serin.cli.page")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.vertx..");
}
