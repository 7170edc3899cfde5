// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.List;

/** The node's packages, and all that each may know of {@code io.serin.local}. */
@AnalyzeClasses(packages = "io.serin.local", importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {

    private static final String ARROWS =
            """
            node            node.image node.mount node.network node.probe node.process node.spec node.volume api
            node.volume     node.mount node.process node.spec api
            node.probe      node.process node.spec
            node.network    node.process
            node.mount      node.process
            node.process    api
            node.spec       api
            node.image
            """;

    private static final String ROOT = "io.serin.local.";

    @ArchTest static final ArchRule arrowsPointOneWay = arrows();

    private static ArchRule arrows() {
        List<List<String>> lines =
                ARROWS.lines().map(line -> List.of(line.strip().split(" +", -1))).toList();
        LayeredArchitecture picture =
                layeredArchitecture()
                        .consideringOnlyDependenciesInLayers()
                        .layer("api")
                        .definedBy(ROOT + "api");
        for (List<String> line : lines) {
            picture = picture.layer(line.getFirst()).definedBy(ROOT + line.getFirst());
        }
        for (List<String> line : lines) {
            String[] known = line.subList(1, line.size()).toArray(String[]::new);
            picture =
                    known.length == 0
                            ? picture.whereLayer(line.getFirst()).mayNotAccessAnyLayer()
                            : picture.whereLayer(line.getFirst()).mayOnlyAccessLayers(known);
        }
        return picture;
    }
}
