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

class HeadlessTest {

    private final Cluster cluster = new Cluster();

    @Test
    void aHeadlessServiceIsWhereItsReadyPodsAreWhateverItsPorts() {
        cluster.put(service("db", Optional.empty()));
        cluster.put(service("web", Optional.of("10.96.0.1")));
        cluster.put(
                slice(
                        "db-a",
                        "db",
                        new KubeSlice.Endpoint("10.0.0.1", true, true, false, "db-0"),
                        new KubeSlice.Endpoint("10.0.0.2", false, true, true, "db-1")));
        cluster.put(slice("db-b", "db", new KubeSlice.Endpoint("10.0.0.3", true, true, false, "")));
        cluster.put(
                slice("web-a", "web", new KubeSlice.Endpoint("10.0.0.4", true, true, false, "")));
        cluster.put(slice("x", "", new KubeSlice.Endpoint("10.0.0.5", true, true, false, "")));

        Map<ServiceName, ?> pods = Headless.of(cluster);

        assertThat(pods)
                .isEqualTo(
                        Map.of(
                                new ServiceName("shop", "db"),
                                Map.of("10.0.0.1", "db-0", "10.0.0.3", "")));
    }

    @Test
    void aHeadlessServiceOfTwoFamiliesIsAtTheAddressesOfBoth() {
        cluster.put(service("db", Optional.empty()));
        cluster.put(
                slice("db-4", "db", new KubeSlice.Endpoint("10.0.0.1", true, true, false, "db-0")));
        cluster.put(
                slice(
                        KubeSlice.Family.IPV6,
                        "db-6",
                        "db",
                        new KubeSlice.Endpoint("fd00::1", true, true, false, "db-0")));

        assertThat(Headless.of(cluster))
                .isEqualTo(
                        Map.of(
                                new ServiceName("shop", "db"),
                                Map.of("10.0.0.1", "db-0", "fd00::1", "db-0")));
    }

    private static KubeService service(String name, Optional<String> ip) {
        return new KubeService(new ObjectName("shop", name), ip, List.of());
    }

    private static KubeSlice slice(String name, String service, KubeSlice.Endpoint... endpoints) {
        return slice(KubeSlice.Family.IPV4, name, service, endpoints);
    }

    private static KubeSlice slice(
            KubeSlice.Family family, String name, String service, KubeSlice.Endpoint... endpoints) {
        return new KubeSlice(
                new ObjectName("shop", name), service, family, List.of(), List.of(endpoints));
    }
}
