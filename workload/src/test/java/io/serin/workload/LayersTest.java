// SPDX-License-Identifier: Apache-2.0
package io.serin.workload;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Two programs that share how they read options and write JSON, and know nothing of the mesh. */
@AnalyzeClasses(packages = "io.serin", importOptions = DoNotIncludeTests.class)
class LayersTest {

    @ArchTest
    static final ArchRule arrows =
            layeredArchitecture()
                    .consideringOnlyDependenciesInLayers()
                    .layer("server")
                    .definedBy("..workload.server..")
                    .layer("load")
                    .definedBy("..workload.load..")
                    .layer("dns")
                    .definedBy("..workload.dns..")
                    .layer("options")
                    .definedBy("..workload.options..")
                    .layer("json")
                    .definedBy("..workload.json..")
                    .whereLayer("server")
                    .mayNotBeAccessedByAnyLayer()
                    .whereLayer("load")
                    .mayNotBeAccessedByAnyLayer()
                    .whereLayer("dns")
                    .mayOnlyBeAccessedByLayers("server", "load")
                    .whereLayer("options")
                    .mayOnlyBeAccessedByLayers("server", "load")
                    .whereLayer("json")
                    .mayOnlyBeAccessedByLayers("server", "load");

    @ArchTest
    static final ArchRule ordinaryPrograms =
            classes()
                    .that()
                    .resideInAPackage("io.serin.workload..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "io.serin.workload..",
                            "java..",
                            "com.sun.net.httpserver..",
                            "org.HdrHistogram..",
                            "org.jspecify..");
}
