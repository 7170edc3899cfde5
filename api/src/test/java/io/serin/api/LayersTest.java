// SPDX-License-Identifier: Apache-2.0
package io.serin.api;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** name ← backend, route ← snapshot ← codec ← discovery; and the wire is seen by the last two. */
@AnalyzeClasses(packages = "io.serin.api", importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {

    @ArchTest
    static final ArchRule arrowsPointOneWay =
            layeredArchitecture()
                    .consideringOnlyDependenciesInAnyPackage("io.serin.api..")
                    .layer("name")
                    .definedBy("io.serin.api.name..")
                    .layer("contract")
                    .definedBy("io.serin.api.contract..")
                    .layer("signal")
                    .definedBy("io.serin.api.signal..")
                    .layer("backend")
                    .definedBy("io.serin.api.backend..")
                    .layer("route")
                    .definedBy("io.serin.api.route..")
                    .layer("snapshot")
                    .definedBy("io.serin.api.snapshot..")
                    .layer("wire")
                    .definedBy("io.serin.api.xds..")
                    .layer("codec")
                    .definedBy("io.serin.api.codec..")
                    .layer("discovery")
                    .definedBy("io.serin.api.discovery..")
                    .whereLayer("name")
                    .mayOnlyBeAccessedByLayers("contract", "backend", "snapshot", "codec")
                    .whereLayer("contract")
                    .mayOnlyBeAccessedByLayers("codec")
                    .whereLayer("signal")
                    .mayNotBeAccessedByAnyLayer()
                    .whereLayer("backend")
                    .mayOnlyBeAccessedByLayers("snapshot", "codec")
                    .whereLayer("route")
                    .mayOnlyBeAccessedByLayers("snapshot", "codec")
                    .whereLayer("snapshot")
                    .mayOnlyBeAccessedByLayers("codec", "discovery")
                    .whereLayer("wire")
                    .mayOnlyBeAccessedByLayers("codec", "discovery")
                    .whereLayer("codec")
                    .mayOnlyBeAccessedByLayers("discovery")
                    .whereLayer("discovery")
                    .mayNotBeAccessedByAnyLayer();
}
