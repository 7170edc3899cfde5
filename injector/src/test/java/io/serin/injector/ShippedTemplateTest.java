// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Objects;
import io.serin.api.contract.Ports;
import io.serin.injector.template.TreeTemplate;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the template says in figures is what the rest of the mesh goes by. */
class ShippedTemplateTest {

    private static JsonNode injected() {
        JsonNode pod =
                TreeTemplate.parseYaml("{metadata: {name: w}, spec: {containers: [{name: w}]}}")
                        .getFirst();
        return ((Injection.Injected) TestInjectors.of("1-0").inject(pod, "shop", Map.of())).pod();
    }

    private static JsonNode proxy() {
        return injected().at("/spec/initContainers/1");
    }

    private static JsonNode named(JsonNode list, String name) {
        return list.valueStream()
                .filter(item -> item.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void portsAreTheContracts() {
        JsonNode proxy = proxy();

        assertThat(proxy.at("/ports/0/containerPort").asInt()).isEqualTo(Ports.PROMETHEUS);
        assertThat(proxy.at("/startupProbe/httpGet/port").asInt()).isEqualTo(Ports.HEALTH);
        assertThat(proxy.at("/readinessProbe/httpGet/port").asInt()).isEqualTo(Ports.HEALTH);
        assertThat(proxy.at("/lifecycle/preStop/httpGet/port").asInt()).isEqualTo(Ports.AGENT);
    }

    @Test
    void whomTheProxyTrustsAndWhatItShowsAreTheContracts() {
        JsonNode volumes = injected().at("/spec/volumes");

        assertThat(named(volumes, "istiod-ca-cert").at("/configMap/name").asText())
                .isEqualTo(Objects.ROOT_CERTIFICATE);
        assertThat(
                        named(volumes, "istio-token")
                                .at("/projected/sources/0/serviceAccountToken/audience")
                                .asText())
                .isEqualTo(Objects.TOKEN_AUDIENCE);
    }

    @Test
    void theAuthorityIsCalledWhereConfigurationComesFrom() {
        assertThat(named(proxy().path("env"), "CA_ADDR").path("value").asText())
                .isEqualTo("istiod-1-0.istio-system.svc:15012");
    }

    @Test
    void theProxyHasNoRightsAndCantWriteItsRoot() {
        String expected =
                """
                allowPrivilegeEscalation: false
                privileged: false
                readOnlyRootFilesystem: true
                runAsNonRoot: true
                runAsUser: %d
                runAsGroup: %d
                capabilities: {drop: [ALL]}
                """
                        .formatted(Objects.PROXY_UID, Objects.PROXY_UID);

        assertThat(proxy().at("/securityContext"))
                .isEqualTo(TreeTemplate.parseYaml(expected).getFirst());
    }
}
