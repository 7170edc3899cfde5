// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * webhook → the assembler → decide → redirect → template → probe → patch; template knows no pod.
 */
@AnalyzeClasses(
        packages = "io.serin.injector",
        importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {

    @ArchTest
    static final ArchRule arrowsPointOneWay =
            layeredArchitecture()
                    .consideringOnlyDependenciesInLayers()
                    .layer("webhook")
                    .definedBy("io.serin.injector.webhook")
                    .layer("assembler")
                    .definedBy("io.serin.injector")
                    .layer("decide")
                    .definedBy("io.serin.injector.decide")
                    .layer("redirect")
                    .definedBy("io.serin.injector.redirect")
                    .layer("template")
                    .definedBy("io.serin.injector.template")
                    .layer("probe")
                    .definedBy("io.serin.injector.probe")
                    .layer("patch")
                    .definedBy("io.serin.injector.patch")
                    .whereLayer("webhook")
                    .mayNotBeAccessedByAnyLayer()
                    .whereLayer("assembler")
                    .mayOnlyBeAccessedByLayers("webhook")
                    .whereLayer("decide")
                    .mayOnlyBeAccessedByLayers("webhook", "assembler", "redirect")
                    .whereLayer("redirect")
                    .mayOnlyBeAccessedByLayers("assembler")
                    .whereLayer("template")
                    .mayOnlyBeAccessedByLayers("webhook", "assembler", "decide")
                    .whereLayer("probe")
                    .mayOnlyBeAccessedByLayers("assembler")
                    .whereLayer("patch")
                    .mayOnlyBeAccessedByLayers("webhook", "assembler");

    @ArchTest
    static final ArchRule onlyTheWebhookSpeaksHttp =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.serin.injector.webhook")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.vertx..");
}
