// SPDX-License-Identifier: Apache-2.0
package io.serin.local;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.List;

/** The parts of the cluster, and all that each may know; the node's own are in its own test. */
@AnalyzeClasses(packages = "io.serin.local", importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {

    private static final String ARROWS =
            """
            main       serve admission control route dns node.. resource token api
            control    resource api
            route      api
            dns        api
            node..     api
            serve      forward verb admission patch resource store token api
            forward    api
            verb       admission patch resource store api
            admission  patch resource store route api
            patch      resource api
            store      api
            resource   api
            token
            api
            """;

    @ArchTest static final ArchRule arrowsPointOneWay = arrows();

    private static ArchRule arrows() {
        List<List<String>> lines =
                ARROWS.lines()
                        .filter(line -> !line.isBlank())
                        .map(line -> List.of(line.strip().split(" +", -1)))
                        .toList();
        LayeredArchitecture picture = layeredArchitecture().consideringOnlyDependenciesInLayers();
        for (List<String> line : lines) {
            picture = picture.layer(line.getFirst()).definedBy("io.serin.local." + line.getFirst());
        }
        for (List<String> line : lines) {
            String[] known = line.subList(1, line.size()).toArray(String[]::new);
            picture =
                    known.length == 0
                            ? picture.whereLayer(line.getFirst()).mayNotAccessAnyLayer()
                            : picture.whereLayer(line.getFirst()).mayOnlyAccessLayers(known);
        }
        return picture.ensureAllClassesAreContainedInArchitectureIgnoring("io.serin.local");
    }
}
