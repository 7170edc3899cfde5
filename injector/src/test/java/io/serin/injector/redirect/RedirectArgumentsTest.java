// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.redirect;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.injector.decide.Annotations;
import io.serin.injector.decide.MeshConfig;
import io.serin.injector.template.TreeTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedirectArgumentsTest {

    private static String arguments(String annotations, int user) {
        return arguments(annotations, user, false);
    }

    private static String arguments(String annotations, int user, boolean dnsCapture) {
        return String.join(
                " ",
                RedirectArguments.of(
                                Annotations.of(
                                        TreeTemplate.parseYaml(
                                                        "metadata: {annotations: "
                                                                + annotations
                                                                + "}")
                                                .getFirst(),
                                        MeshConfig.NONE),
                                user,
                                dnsCapture)
                        .stream()
                        .map(argument -> argument.isEmpty() ? "''" : argument)
                        .toList());
    }

    @Test
    void captureEverythingButTheProxysOwnByDefault() {
        assertThat(arguments("{}", 1337))
                .isEqualTo(
                        "redirect -p 15001 -z 15006 -u 1337 -m REDIRECT -i * -x '' -b *"
                                + " -d 15090,15021,15020");
    }

    /** Or the image would start a JVM for all of them. */
    @Test
    void areByDefaultThoseThatTheImageKeepsTheRulesFor() throws IOException {
        List<String> kept = Files.readAllLines(Path.of("../deploy/images/proxy/redirect/flags"));

        assertThat(
                        RedirectArguments.of(
                                Annotations.of(
                                        TreeTemplate.parseYaml("metadata: {}").getFirst(),
                                        MeshConfig.NONE),
                                1337,
                                false))
                .startsWith("redirect")
                .endsWith(kept.toArray(String[]::new))
                .hasSize(kept.size() + 1);
    }

    @Test
    void sayWhetherQuestionsForNamesAreRedirected() {
        assertThat(arguments("{}", 1337, true))
                .isEqualTo(arguments("{}", 1337) + " --redirect-dns");
    }

    @Test
    void followTheAnnotations() {
        assertThat(
                        arguments(
                                """
                                {traffic.sidecar.istio.io/includeOutboundIPRanges: 10.0.0.0/8,
                                 traffic.sidecar.istio.io/excludeOutboundIPRanges: 10.1.0.0/16,
                                 traffic.sidecar.istio.io/includeInboundPorts: '80, 81',
                                 traffic.sidecar.istio.io/excludeInboundPorts: '22',
                                 traffic.sidecar.istio.io/includeOutboundPorts: '3306',
                                 traffic.sidecar.istio.io/excludeOutboundPorts: '25',
                                 traffic.sidecar.istio.io/excludeInterfaces: eth1}
                                """,
                                2000))
                .isEqualTo(
                        "redirect -p 15001 -z 15006 -u 2000 -m REDIRECT -i 10.0.0.0/8"
                                + " -x 10.1.0.0/16 -b 80,81 -d 15090,15021,15020,22 -q 3306 -o 25"
                                + " -c eth1");
    }

    @Test
    void nameTheInterfacesOfVirtualMachinesByTheNewerOfTwoNames() {
        assertThat(
                        arguments(
                                "{traffic.sidecar.istio.io/kubevirtInterfaces: 'k6t-eth0, net1'}",
                                1337))
                .isEqualTo(arguments("{}", 1337) + " -k k6t-eth0,net1");
        assertThat(
                        arguments(
                                """
                                {traffic.sidecar.istio.io/kubevirtInterfaces: old0,
                                 istio.io/reroute-virtual-interfaces: new0,
                                 traffic.sidecar.istio.io/excludeInterfaces: eth1}
                                """,
                                1337))
                .isEqualTo(arguments("{}", 1337) + " -k new0 -c eth1");
    }

    @Test
    void leaveOutListsThatAreEmpty() {
        assertThat(arguments("{traffic.sidecar.istio.io/excludeOutboundPorts: ''}", 1337))
                .isEqualTo(arguments("{}", 1337));
    }
}
