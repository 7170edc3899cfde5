// SPDX-License-Identifier: Apache-2.0
package io.serin.api;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.serin.api", importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {

    @ArchTest
    static final ArchRule arrowsPointOneWay =
            layeredArchitecture()
                    .consideringOnlyDependenciesInLayers()
                    .layer("name")
                    .definedBy("io.serin.api.name..")
                    .layer("contract")
                    .definedBy("io.serin.api.contract..")
                    .layer("backend")
                    .definedBy("io.serin.api.backend..")
                    .layer("route")
                    .definedBy("io.serin.api.route..")
                    .layer("snapshot")
                    .definedBy("io.serin.api.snapshot..")
                    .layer("codec")
                    .definedBy("io.serin.api.codec..")
                    .layer("wire")
                    .definedBy("io.serin.api.xds..")
                    .whereLayer("codec")
                    .mayNotBeAccessedByAnyLayer()
                    .whereLayer("wire")
                    .mayOnlyBeAccessedByLayers("codec")
                    .whereLayer("snapshot")
                    .mayOnlyBeAccessedByLayers("codec")
                    .whereLayer("route")
                    .mayOnlyBeAccessedByLayers("snapshot", "codec")
                    .whereLayer("backend")
                    .mayOnlyBeAccessedByLayers("snapshot", "codec")
                    .whereLayer("name")
                    .mayOnlyBeAccessedByLayers("contract", "backend", "snapshot", "codec");
}
