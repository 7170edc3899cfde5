// SPDX-License-Identifier: Apache-2.0
package io.serin.control.index;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.serin.api.backend.Endpoint;
import io.serin.api.name.ServiceName;
import io.serin.kube.type.InboundCapture;
import io.serin.kube.type.KubePod;
import io.serin.kube.type.KubeService;
import io.serin.kube.type.KubeSlice;
import io.serin.kube.type.ObjectName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EndpointsTest {

    private final Cluster cluster = new Cluster();

    /** Requests go over IPv4: the same pods once more would get twice their share. */
    @Test
    void aPodOfTwoFamiliesIsOneEndpoint() {
        ObjectName web = new ObjectName("shop", "web");
        cluster.put(
                new KubeService(
                        web,
                        Optional.of("10.96.0.1"),
                        List.of("10.96.0.1", "fd00:96::1"),
                        List.of(new KubeService.Port("http", 80, Optional.empty()))));
        cluster.put(slice("web-6", KubeSlice.Family.IPV6, "fd00::1"));
        cluster.put(slice("web-4", KubeSlice.Family.IPV4, "10.0.0.1"));

        assertThat(
                        Endpoints.of(cluster, Map.of())
                                .get(new ServicePort(new ServiceName("shop", "web"), 80)))
                .singleElement()
                .satisfies(endpoint ->
                        assertThat(endpoint.address().toString()).isEqualTo("10.0.0.1:8080"));
    }

    /** What the sidecar does not stand before answers TLS as the application does. */
    @Test
    void takesMtlsWhereASidecarStandsBeforeThePort() {
        cluster.put(
                new KubeService(
                        new ObjectName("shop", "web"),
                        Optional.of("10.96.0.1"),
                        List.of("10.96.0.1"),
                        List.of(new KubeService.Port("http", 80, Optional.empty()))));
        cluster.put(slice("web-1", KubeSlice.Family.IPV4, "10.0.0.1"));
        cluster.put(slice("web-2", KubeSlice.Family.IPV4, "10.0.0.2"));
        cluster.put(slice("web-3", KubeSlice.Family.IPV4, "10.0.0.3"));
        cluster.put(slice("web-4", KubeSlice.Family.IPV4, "10.0.0.4"));
        cluster.put(pod("10.0.0.1", "istio", "*", "9000"));
        cluster.put(pod("10.0.0.2", "istio", "*", "9000, 8080"));
        cluster.put(pod("10.0.0.3", "istio", "9000", ""));
        cluster.put(pod("10.0.0.4", "disabled", "*", ""));

        Map<String, WorkloadEntry> workloads = Workloads.of(cluster);
        assertThat(
                        Endpoints.of(cluster, workloads)
                                .get(new ServicePort(new ServiceName("shop", "web"), 80)))
                .filteredOn(Endpoint::mtls)
                .extracting(endpoint -> endpoint.address().host())
                .containsExactly("10.0.0.1");
        assertThat(requireNonNull(workloads.get("10.0.0.1")).mtls().orElseThrow().identity())
                .hasToString("spiffe://cluster.local/ns/shop/sa/web.account");
    }

    private static KubePod pod(String ip, String mode, String included, String excluded) {
        return new KubePod(
                new ObjectName("shop", "web-" + ip),
                "",
                ip,
                false,
                false,
                "web",
                Map.of("security.istio.io/tlsMode", mode),
                "1-0",
                "",
                "web.account",
                InboundCapture.of(included, excluded));
    }

    private static KubeSlice slice(String name, KubeSlice.Family family, String address) {
        return new KubeSlice(
                new ObjectName("shop", name),
                "web",
                family,
                List.of(new KubeSlice.Port("http", 8080)),
                List.of(new KubeSlice.Endpoint(address, true, true, false, "")));
    }
}
