// SPDX-License-Identifier: Apache-2.0
package io.serin.kube;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** read, watch, write → convert → type; and all know the connection. */
@AnalyzeClasses(packages = "io.serin.kube", importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {

    @ArchTest
    static final ArchRule arrowsPointOneWay =
            layeredArchitecture()
                    .consideringOnlyDependenciesInLayers()
                    .layer("connection")
                    .definedBy("io.serin.kube")
                    .layer("read")
                    .definedBy("io.serin.kube.read")
                    .layer("watch")
                    .definedBy("io.serin.kube.watch")
                    .layer("write")
                    .definedBy("io.serin.kube.write")
                    .layer("convert")
                    .definedBy("io.serin.kube.convert")
                    .layer("type")
                    .definedBy("io.serin.kube.type")
                    .whereLayer("read")
                    .mayOnlyAccessLayers("connection", "convert", "type")
                    .whereLayer("watch")
                    .mayOnlyAccessLayers("connection", "convert", "type")
                    .whereLayer("write")
                    .mayOnlyAccessLayers("connection", "watch", "convert", "type")
                    .whereLayer("convert")
                    .mayOnlyAccessLayers("type")
                    .whereLayer("connection")
                    .mayNotAccessAnyLayer()
                    .whereLayer("type")
                    .mayNotAccessAnyLayer();
}
