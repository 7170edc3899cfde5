// SPDX-License-Identifier: Apache-2.0
package io.serin.control.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.api.name.ServiceName;
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

    private static KubeSlice slice(String name, KubeSlice.Family family, String address) {
        return new KubeSlice(
                new ObjectName("shop", name),
                "web",
                family,
                List.of(new KubeSlice.Port("http", 8080)),
                List.of(new KubeSlice.Endpoint(address, true, true, false, "")));
    }
}
