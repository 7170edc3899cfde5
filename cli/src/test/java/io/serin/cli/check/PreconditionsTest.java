// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static io.serin.cli.check.Broken.problem;
import static io.serin.cli.check.Broken.warning;
import static io.serin.cli.check.Source.LEASES;
import static io.serin.cli.check.Source.NODES;
import static io.serin.cli.check.Source.ROUTE_DEFINITION;
import static io.serin.cli.check.Source.VERSION;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.injector.template.TreeTemplate;
import io.serin.kube.read.ApiReader.Deed;
import io.serin.kube.read.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What has to be there before anything is installed. */
class PreconditionsTest {

    static final List<Broken> CASES =
            List.of(
                    problem(
                            "api-version",
                            "v1.28.9",
                            world -> world.list(VERSION).getFirst().put("gitVersion", "v1.28.9")),
                    warning(
                            "may-read",
                            "leases of istio-system: forbidden",
                            world -> world.unread(LEASES, "forbidden")),
                    warning(
                            "may-install",
                            "you may not create deployments.apps in namespace istio-system",
                            world -> world.permission(new Reading.Read<>(false))),
                    problem(
                            "gateway-api-there",
                            "v1.6.1/standard-install.yaml",
                            world -> world.list(ROUTE_DEFINITION).clear()),
                    warning(
                            "gateway-api-version",
                            "v1.0.0",
                            world ->
                                    world.patch(
                                            ROUTE_DEFINITION,
                                            "httproutes.gateway.networking.k8s.io",
                                            "metadata: {annotations: {gateway.networking.k8s.io/"
                                                    + "bundle-version: v1.0.0}}")),
                    problem(
                            "gateway-api-version",
                            "not served as v1",
                            world ->
                                    world.patch(
                                            ROUTE_DEFINITION,
                                            "httproutes.gateway.networking.k8s.io",
                                            "spec: {versions: [{name: v1beta1, served: true}]}")),
                    problem(
                            "nodes-ready",
                            "node node-1 is not ready",
                            world ->
                                    world.patch(
                                            NODES,
                                            "node-1",
                                            "status: {conditions: [{type: Ready, status: \"False\"}]}")),
                    problem(
                            "nodes-ready",
                            "no node is ready and takes pods",
                            world -> world.patch(NODES, "node-1", "spec: {unschedulable: true}")),
                    warning(
                            "nodes-linux",
                            "windows",
                            world ->
                                    world.patch(
                                            NODES,
                                            "node-1",
                                            "status: {nodeInfo: {operatingSystem: windows}}")),
                    problem(
                            "nodes-native-sidecars",
                            "kubelet v1.28.3",
                            world ->
                                    world.patch(
                                            NODES,
                                            "node-1",
                                            "status: {nodeInfo: {kubeletVersion: v1.28.3}}")));

    @TestFactory
    Stream<DynamicTest> findsWhatIsBrokenAndNothingElse() {
        return Broken.tests(CASES);
    }

    /** Once only what the default values bring was asked about. */
    @Test
    void everyKindThatAnInstallationMayApplyIsAskedAbout() throws IOException {
        Set<String> kinds = new TreeSet<>();
        try (Stream<Path> manifests = Files.list(Path.of("../deploy/manifests"))) {
            for (Path manifest : manifests.toList()) {
                for (JsonNode object : TreeTemplate.parseYaml(Files.readString(manifest))) {
                    kinds.add(object.path("kind").asText().toLowerCase(Locale.ROOT) + "s");
                }
            }
        }

        assertThat(kinds)
                .contains("poddisruptionbudgets", "horizontalpodautoscalers", "daemonsets")
                .isEqualTo(
                        Survey.deeds().stream()
                                .map(Deed::resource)
                                .collect(Collectors.toCollection(TreeSet::new)));
    }
}
