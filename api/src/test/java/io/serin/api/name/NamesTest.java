// SPDX-License-Identifier: Apache-2.0
package io.serin.api.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {

    private static final ServiceName REVIEWS = new ServiceName("shop", "reviews");

    @ParameterizedTest
    @ValueSource(strings = {"a", "1-0", "asm-1187-26", "0", "a--b"})
    void takesDnsLabelsAsRevisions(String value) {
        assertThat(new Revision(value)).hasToString(value);
    }

    static Stream<String> wrongLabels() {
        return Stream.of("", "-a", "a-", "A", "a.b", "a_b", "a b", "ä", "a\n", "a".repeat(64));
    }

    @ParameterizedTest
    @MethodSource("wrongLabels")
    void refusesEverythingElseAndShowsIt(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Revision(value))
                .withMessageStartingWith("revision: '" + value + "' (expected: a DNS label");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ServiceName(value, "reviews"))
                .withMessageStartingWith("namespace: '" + value + "'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ServiceName("shop", value))
                .withMessageStartingWith("service: '" + value + "'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ProxyId("10.0.0.1", "web-1", value))
                .withMessageStartingWith("namespace: '" + value + "'");
    }

    @Test
    void aLabelHasUpTo63Characters() {
        assertThat(new Revision("a".repeat(63)).value()).hasSize(63);
    }

    @Test
    void revisionsAreInTheOrderOfTheirNames() {
        assertThat(Stream.of("1-1", "1-0", "1-0-1").map(Revision::new).sorted())
                .extracting(Revision::value)
                .containsExactly("1-0", "1-0-1", "1-1");
    }

    @Test
    void servicesAreReachedByTheirQualifiedHost() {
        assertThat(REVIEWS.host()).isEqualTo("reviews.shop.svc.cluster.local");
        assertThat(REVIEWS).hasToString("reviews.shop");
        assertThat(ServiceName.parseHost(REVIEWS.host())).isEqualTo(REVIEWS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "reviews",
                "reviews.shop",
                ".svc.cluster.local",
                "reviews.svc.cluster.local",
                "reviews..svc.cluster.local",
                "a.b.c.svc.cluster.local",
                "reviews.shop.svc.cluster.local.",
                "reviews.shop.svc.example.org"
            })
    void otherHostsAreNotServices(String host) {
        assertThatIllegalArgumentException().isThrownBy(() -> ServiceName.parseHost(host));
    }

    @Test
    void servicesAreInTheOrderOfNamespacesThenNames() {
        assertThat(
                        Stream.of(
                                        new ServiceName("b", "a"),
                                        new ServiceName("a", "b"),
                                        new ServiceName("a", "a"))
                                .sorted())
                .extracting(ServiceName::toString)
                .containsExactly("a.a", "b.a", "a.b");
    }

    @Test
    void addressesOfBothFamiliesAreWrittenAsInUrls() {
        assertThat(new HostPort("10.0.0.1", 80)).hasToString("10.0.0.1:80");
        assertThat(new HostPort("fd00::1", 80)).hasToString("[fd00::1]:80");
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 65_536})
    void portsOutOfRangeAreRefused(int port) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HostPort("10.0.0.1", port))
                .withMessage("port: " + port + " (expected: 1 to 65535)");
        assertThatIllegalArgumentException().isThrownBy(() -> ClusterName.outbound(REVIEWS, port));
        assertThatIllegalArgumentException().isThrownBy(() -> ClusterName.inbound(port));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClusterName.routeTable(REVIEWS, port));
    }

    @Test
    void anAddressNeedsAHost() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HostPort("", 80))
                .withMessage("host: '' (expected: an IP address)");
    }

    @Test
    void clustersAndTablesHaveTheNamesThatIstioGivesThem() {
        assertThat(ClusterName.outbound(REVIEWS, 9080))
                .isEqualTo("outbound|9080||reviews.shop.svc.cluster.local");
        assertThat(ClusterName.inbound(9080)).isEqualTo("inbound|9080||");
        assertThat(ClusterName.routeTable(REVIEWS, 9080))
                .isEqualTo("reviews.shop.svc.cluster.local:9080");
    }

    @Test
    void proxiesAreNamedByTheirPods() {
        ProxyId id = new ProxyId("10.0.0.1", "web-5d8f.a", "shop");
        assertThat(id).hasToString("web-5d8f.a.shop");
        assertThat(id.nodeId())
                .isEqualTo("sidecar~10.0.0.1~web-5d8f.a.shop~shop.svc.cluster.local");
        assertThat(ProxyId.parse(id.nodeId())).isEqualTo(id);
        assertThat(ProxyId.parse("sidecar~fd00::1~web.shop~x").ip()).isEqualTo("fd00::1");
    }

    static List<String> wrongNodeIds() {
        return List.of(
                "",
                "sidecar",
                "sidecar~10.0.0.1~web.shop",
                "sidecar~10.0.0.1~web.shop~a~b",
                "router~10.0.0.1~web.shop~shop.svc.cluster.local",
                "sidecar~10.0.0.1~web~shop.svc.cluster.local",
                "sidecar~10.0.0.1~.shop~shop.svc.cluster.local",
                "sidecar~~web.shop~shop.svc.cluster.local",
                "sidecar~10.0.0.1~web.Shop~shop.svc.cluster.local");
    }

    @ParameterizedTest
    @MethodSource("wrongNodeIds")
    void otherNodeIdsAreRefused(String id) {
        assertThatIllegalArgumentException().isThrownBy(() -> ProxyId.parse(id));
    }
}
