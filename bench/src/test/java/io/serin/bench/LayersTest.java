// SPDX-License-Identifier: Apache-2.0
package io.serin.bench;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom. */
@AnalyzeClasses(packages = "io.serin.bench", importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {

    @ArchTest
    static final ArchRule arrowsPointOneWay =
            layeredArchitecture()
                    .consideringOnlyDependenciesInLayers()
                    .layer("main")
                    .definedBy("io.serin.bench.main")
                    .layer("run")
                    .definedBy("io.serin.bench.run")
                    .layer("contender")
                    .definedBy("io.serin.bench.contender")
                    .layer("sidecar")
                    .definedBy("io.serin.bench.sidecar")
                    .layer("load")
                    .definedBy("io.serin.bench.load")
                    .layer("backend")
                    .definedBy("io.serin.bench.backend")
                    .layer("process")
                    .definedBy("io.serin.bench.process")
                    .layer("report")
                    .definedBy("io.serin.bench.report")
                    .layer("profile")
                    .definedBy("io.serin.bench.profile")
                    .layer("inner")
                    .definedBy("io.serin.bench.inner..")
                    .whereLayer("profile")
                    .mayNotAccessAnyLayer()
                    .whereLayer("inner")
                    .mayNotAccessAnyLayer()
                    .whereLayer("main")
                    .mayOnlyAccessLayers(
                            "run",
                            "profile",
                            "contender",
                            "sidecar",
                            "load",
                            "backend",
                            "process",
                            "report")
                    .whereLayer("run")
                    .mayOnlyAccessLayers("contender", "load", "process", "report")
                    .whereLayer("contender")
                    .mayOnlyAccessLayers("sidecar", "process")
                    .whereLayer("load")
                    .mayOnlyAccessLayers("process")
                    .whereLayer("sidecar")
                    .mayNotAccessAnyLayer()
                    .whereLayer("backend")
                    .mayNotAccessAnyLayer()
                    .whereLayer("process")
                    .mayNotAccessAnyLayer()
                    .whereLayer("report")
                    .mayNotAccessAnyLayer()
                    .ensureAllClassesAreContainedInArchitectureIgnoring("io.serin.bench");
}
