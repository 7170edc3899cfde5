// SPDX-License-Identifier: Apache-2.0
package io.serin.control.translate;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.serin.api.route.HeaderMatch;
import io.serin.api.route.PathMatch;
import io.serin.api.route.Route;
import io.serin.api.route.RouteAction;
import io.serin.api.route.RouteTable;
import io.serin.api.route.VirtualHost;
import io.serin.control.index.MeshIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RouteTablesTest {

    private static final String SERVICES =
            """
            service reviews.shop 10.96.0.1 9080 9081 9090/tcp
            service reviews-v1.shop 10.96.0.2 9080
            service reviews-v2.shop 10.96.0.3 9080
            """;

    /**
     * A row: the mesh, and a table of it as a proxy in a namespace gets it.
     *
     * @param table namespace of the client, and name of the table
     */
    record Case(String behaviour, String routes, String table, String expected) {
        @Override
        public String toString() {
            return behaviour;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case(
                        "without routes a Service is called as it is",
                        "",
                        "shop reviews.shop.svc.cluster.local:9080",
                        """
                        default: / -> outbound|9080||reviews.shop.svc.cluster.local*1 retries 2
                        """),
                new Case(
                        "a route of the Service's namespace shifts everyone's traffic",
                        """
                        route shop/canary reviews.shop
                          any -> reviews-v1.shop:9080*90 reviews-v2.shop:9080*10
                        """,
                        "visitors reviews.shop.svc.cluster.local:9080",
                        """
                        shop/canary/rule-0: / -> outbound|9080||reviews-v1.shop.svc.cluster.local*90 outbound|9080||reviews-v2.shop.svc.cluster.local*10 retries 2
                        """),
                new Case(
                        "a rule that matches nothing leaves no way through",
                        """
                        route shop/canary reviews.shop
                          =/only -> reviews-v1.shop:9080*1
                        """,
                        "shop reviews.shop.svc.cluster.local:9080",
                        """
                        shop/canary/rule-0: =/only -> outbound|9080||reviews-v1.shop.svc.cluster.local*1 retries 2
                        """),
                new Case(
                        "a route without rules leaves nothing at all",
                        """
                        route shop/canary reviews.shop
                        """,
                        "shop reviews.shop.svc.cluster.local:9080",
                        ""),
                new Case(
                        "a route may be for one port only",
                        """
                        route shop/canary reviews.shop:9081
                          any -> reviews-v1.shop:9080*1
                        """,
                        "shop reviews.shop.svc.cluster.local:9080",
                        """
                        default: / -> outbound|9080||reviews.shop.svc.cluster.local*1 retries 2
                        """),
                new Case(
                        "and is there for that one",
                        """
                        route shop/canary reviews.shop:9081
                          any -> reviews-v1.shop:9080*1
                        """,
                        "shop reviews.shop.svc.cluster.local:9081",
                        """
                        shop/canary/rule-0: / -> outbound|9080||reviews-v1.shop.svc.cluster.local*1 retries 2
                        """),
                new Case(
                        "a client's namespace has its own routes, and none but those",
                        """
                        route shop/canary reviews.shop
                          any -> reviews-v1.shop:9080*1
                        route visitors/mine reviews.shop
                          /x -> reviews-v2.shop:9080*1
                        """,
                        "visitors reviews.shop.svc.cluster.local:9080",
                        """
                        visitors/mine/rule-0: /x -> outbound|9080||reviews-v2.shop.svc.cluster.local*1 retries 2
                        """),
                new Case(
                        "which nobody else sees",
                        """
                        route visitors/mine reviews.shop
                          /x -> reviews-v2.shop:9080*1
                        """,
                        "other reviews.shop.svc.cluster.local:9080",
                        """
                        default: / -> outbound|9080||reviews.shop.svc.cluster.local*1 retries 2
                        """),
                new Case(
                        "and which are not for the ports that they don't name",
                        """
                        route shop/canary reviews.shop
                          any -> reviews-v1.shop:9080*1
                        route visitors/mine reviews.shop:9081
                          any -> reviews-v2.shop:9080*1
                        """,
                        "visitors reviews.shop.svc.cluster.local:9080",
                        """
                        shop/canary/rule-0: / -> outbound|9080||reviews-v1.shop.svc.cluster.local*1 retries 2
                        """),
                new Case(
                        "an unresolved backend keeps its share",
                        """
                        route shop/canary reviews.shop
                          any -> reviews-v1.shop:9080*3 ?*1
                        """,
                        "shop reviews.shop.svc.cluster.local:9080",
                        """
                        shop/canary/rule-0: / -> outbound|9080||reviews-v1.shop.svc.cluster.local*3 UnresolvedBackend*1 retries 2
                        """),
                new Case(
                        "weights that are all zero answer 500, as does a rule without backends",
                        """
                        route shop/canary reviews.shop
                          /zero -> reviews-v1.shop:9080*0 ?*0
                          /none -> none
                        """,
                        "shop reviews.shop.svc.cluster.local:9080",
                        """
                        shop/canary/rule-0: /zero -> 500 all weights of shop/canary/rule-0 are 0
                        shop/canary/rule-1: /none -> 500 shop/canary/rule-1 has no backendRefs
                        """),
                new Case(
                        "each match of each rule of each route has its own place",
                        """
                        route shop/old reviews.shop
                          any -> reviews-v1.shop:9080*1
                          /api, =/api/v2, /api GET -> reviews-v1.shop:9080*1
                        route shop/new reviews.shop
                          /api a=1, /api a=1 b=2, /api/long, =/x -> reviews-v2.shop:9080*1
                        """,
                        "shop reviews.shop.svc.cluster.local:9080",
                        """
                        shop/old/rule-1: =/api/v2 -> outbound|9080||reviews-v1.shop.svc.cluster.local*1 retries 2
                        shop/new/rule-0: =/x -> outbound|9080||reviews-v2.shop.svc.cluster.local*1 retries 2
                        shop/new/rule-0: /api/long -> outbound|9080||reviews-v2.shop.svc.cluster.local*1 retries 2
                        shop/old/rule-1: /api GET -> outbound|9080||reviews-v1.shop.svc.cluster.local*1 retries 2
                        shop/new/rule-0: /api a=1 b=2 -> outbound|9080||reviews-v2.shop.svc.cluster.local*1 retries 2
                        shop/new/rule-0: /api a=1 -> outbound|9080||reviews-v2.shop.svc.cluster.local*1 retries 2
                        shop/old/rule-1: /api -> outbound|9080||reviews-v1.shop.svc.cluster.local*1 retries 2
                        shop/old/rule-0: / -> outbound|9080||reviews-v1.shop.svc.cluster.local*1 retries 2
                        """),
                new Case(
                        "a method outranks any number of headers, and is none of them",
                        """
                        route shop/r reviews.shop
                          a=1 b=2, GET, GET c=3 -> reviews-v1.shop:9080*1
                        """,
                        "shop reviews.shop.svc.cluster.local:9080",
                        """
                        shop/r/rule-0: / GET c=3 -> outbound|9080||reviews-v1.shop.svc.cluster.local*1 retries 2
                        shop/r/rule-0: / GET -> outbound|9080||reviews-v1.shop.svc.cluster.local*1 retries 2
                        shop/r/rule-0: / a=1 b=2 -> outbound|9080||reviews-v1.shop.svc.cluster.local*1 retries 2
                        """),
                new Case(
                        "among equals the older route wins, then the earlier rule",
                        """
                        route shop/z-older reviews.shop
                          /a -> reviews-v1.shop:9080*1
                          /a -> reviews-v2.shop:9080*1
                        route shop/a-younger reviews.shop
                          /a -> reviews-v2.shop:9080*1
                        """,
                        "shop reviews.shop.svc.cluster.local:9080",
                        """
                        shop/z-older/rule-0: /a -> outbound|9080||reviews-v1.shop.svc.cluster.local*1 retries 2
                        shop/z-older/rule-1: /a -> outbound|9080||reviews-v2.shop.svc.cluster.local*1 retries 2
                        shop/a-younger/rule-0: /a -> outbound|9080||reviews-v2.shop.svc.cluster.local*1 retries 2
                        """));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void makesTheTableThatTheGatewayApiAsksFor(Case row) {
        MeshIndex index = MeshText.index(SERVICES + row.routes());
        String[] asked = row.table().split(" ", 2);

        RouteTable table =
                requireNonNull(
                        Translation.translate(index, MeshText.node("10.0.0.9 client." + asked[0]))
                                .routeTables()
                                .get(asked[1]));

        assertThat(table.hosts())
                .singleElement()
                .extracting(VirtualHost::domains)
                .asString()
                .isEqualTo("[*]");
        assertThat(text(table.hosts().getFirst().routes())).isEqualTo(row.expected());
    }

    @Test
    void hasNoTableForAPortThatIsNotHttp() {
        MeshIndex index = MeshText.index(SERVICES);

        assertThat(Translation.mesh(index, true).routeTables())
                .containsOnlyKeys(
                        "reviews.shop.svc.cluster.local:9080",
                        "reviews.shop.svc.cluster.local:9081",
                        "reviews-v1.shop.svc.cluster.local:9080",
                        "reviews-v2.shop.svc.cluster.local:9080");
    }

    private static String text(List<Route> routes) {
        var text = new StringBuilder();
        for (Route route : routes) {
            List<String> match = new ArrayList<>();
            match.add(
                    switch (route.match().path()) {
                        case PathMatch.Exact exact -> "=" + exact.path();
                        case PathMatch.Prefix prefix -> prefix.path();
                    });
            for (HeaderMatch header : route.match().headers()) {
                match.add(
                        header.name().equals(HeaderMatch.METHOD)
                                ? header.value()
                                : header.name() + "=" + header.value());
            }
            String action =
                    switch (route.action()) {
                        case RouteAction.Forward forward -> text(forward);
                        case RouteAction.Respond respond -> respond.status() + " " + respond.body();
                    };
            text.append(route.name() + ": " + String.join(" ", match) + " -> " + action + "\n");
        }
        return text.toString();
    }

    private static String text(RouteAction.Forward forward) {
        List<String> clusters =
                forward.clusters().stream().map(it -> it.cluster() + "*" + it.weight()).toList();
        return String.join(" ", clusters) + " retries " + forward.retries();
    }
}
