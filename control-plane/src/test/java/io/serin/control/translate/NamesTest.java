// SPDX-License-Identifier: Apache-2.0
package io.serin.control.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.api.name.ServiceName;
import io.serin.api.snapshot.NameTable;
import io.serin.control.index.MeshIndex;
import io.serin.control.index.ServiceEntry;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NamesTest {

    @Test
    void aServiceIsWhereItsAddressIsAndAHeadlessOneWhereItsPodsAre() {
        NameTable names =
                Translation.names(
                        MeshText.index(
                                """
                                service web.shop 10.96.0.1 8080
                                service udp.shop 10.96.0.2
                                service db.shop - 5432
                                service empty.shop -
                                headless db.shop 10.0.0.6 db-1
                                headless db.shop 10.0.0.5 db-0
                                headless db.shop 10.0.0.7
                                endpoint web.shop:8080 10.0.0.1:8080
                                """));

        assertThat(names.hosts())
                .isEqualTo(
                        Map.of(
                                "web.shop.svc.cluster.local",
                                at("10.96.0.1"),
                                "udp.shop.svc.cluster.local",
                                at("10.96.0.2"),
                                "db.shop.svc.cluster.local",
                                at("10.0.0.5", "10.0.0.6", "10.0.0.7"),
                                "db-0.db.shop.svc.cluster.local",
                                at("10.0.0.5"),
                                "db-1.db.shop.svc.cluster.local",
                                at("10.0.0.6")));
    }

    @Test
    void aServiceOfTwoFamiliesHasTwoAddresses() {
        assertThat(Translation.names(of("10.96.0.1", "fd00:96::1")).hosts())
                .isEqualTo(Map.of("web.shop.svc.cluster.local", at("10.96.0.1", "fd00:96::1")));
    }

    /** Once a question for the IPv6 addresses of one that has both was answered with none. */
    @Test
    void aHeadlessServiceAndItsPodsOfTwoFamiliesHaveTheAddressesOfBoth() {
        assertThat(
                        Translation.names(
                                        MeshText.index(
                                                """
                                                service db.shop -
                                                headless db.shop 10.0.0.5 db-0
                                                headless db.shop fd00::5 db-0
                                                headless db.shop fd00::6
                                                """))
                                .hosts())
                .isEqualTo(
                        Map.of(
                                "db.shop.svc.cluster.local",
                                at("10.0.0.5", "fd00::5", "fd00::6"),
                                "db-0.db.shop.svc.cluster.local",
                                at("10.0.0.5", "fd00::5")));
    }

    @Test
    void whatIsNoAddressCostsNobodyElseItsName() {
        assertThat(Translation.names(of("10.96.0.1", "nowhere")).hosts())
                .isEqualTo(Map.of("web.shop.svc.cluster.local", at("10.96.0.1")));
        assertThat(Translation.names(of("nowhere")).hosts()).isEmpty();
    }

    private static MeshIndex of(String... clusterIps) {
        ServiceName web = new ServiceName("shop", "web");
        ServiceEntry service =
                new ServiceEntry(web, Optional.of(clusterIps[0]), List.of(clusterIps), List.of());
        return new MeshIndex(Map.of(web, service), Map.of(), Map.of(), Map.of());
    }

    private static List<InetAddress> at(String... ips) {
        return Stream.of(ips).map(InetAddress::ofLiteral).toList();
    }
}
