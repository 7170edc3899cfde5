// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.List;

/** The picture of ARCHITECTURE.md as code: each package, and all that it may know. */
@AnalyzeClasses(packages = "io.serin.proxy", importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {

    private static final String ARROWS =
            """
            main            main.rehearse main.sidecar node redirect settings admin
            main.rehearse   main.sidecar redirect settings admin transport
            main.sidecar    admin application config.client config.store config.watch dns grpc identity outbound inbound settings telemetry tls drain transport

            config.client   config.store grpc
            config.store    config.watch
            config.watch

            outbound        outbound.route outbound.pick config.watch stack http pool fault drain telemetry tls transport
            outbound.route  http
            outbound.pick   outbound.route balance stack pool fault telemetry tls
            inbound         config.watch stack http pool fault drain telemetry tls transport

            identity        grpc tls
            grpc

            stack           http pool fault drain telemetry tls transport
            balance         pool
            pool            telemetry tls transport
            http            fault
            fault
            drain
            telemetry
            tls
            transport

            admin           config.client application dns identity settings
            dns             config.watch
            application     settings
            settings
            node            redirect
            redirect        settings
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
            picture = picture.layer(line.getFirst()).definedBy("io.serin.proxy." + line.getFirst());
        }
        for (List<String> line : lines) {
            String[] known = line.subList(1, line.size()).toArray(String[]::new);
            picture =
                    known.length == 0
                            ? picture.whereLayer(line.getFirst()).mayNotAccessAnyLayer()
                            : picture.whereLayer(line.getFirst()).mayOnlyAccessLayers(known);
        }
        return picture.ensureAllClassesAreContainedInArchitectureIgnoring("io.serin.proxy");
    }
}
