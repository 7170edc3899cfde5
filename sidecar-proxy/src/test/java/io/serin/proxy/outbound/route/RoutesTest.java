// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.outbound.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.serin.api.route.HeaderMatch;
import io.serin.api.route.PathMatch;
import io.serin.api.route.RequestMatch;
import io.serin.api.route.Route;
import io.serin.api.route.RouteAction;
import io.serin.api.route.RouteTable;
import io.serin.api.route.VirtualHost;
import io.serin.proxy.http.HeadScanner;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutesTest {

    private final HeadScanner scanner = new HeadScanner();

    /** Answers with its own name, so that a test sees which route it was. */
    private static Route route(String name, PathMatch path, HeaderMatch... headers) {
        return new Route(
                name, new RequestMatch(path, List.of(headers)), new RouteAction.Respond(200, name));
    }

    private static VirtualHost host(String name, String... domains) {
        return new VirtualHost(
                name, List.of(domains), List.of(route(name, new PathMatch.Prefix("/"))));
    }

    private String matched(Routes routes, String head) {
        String text = head.replace("\n", "\r\n") + "\r\n\r\n";
        assertThat(
                        scanner.scanRequest(
                                Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1))))
                .isEqualTo(HeadScanner.Outcome.COMPLETE);
        return switch (routes.match(scanner.head())) {
            case null -> "none";
            case Routes.Action.Respond(_, String name) -> name;
            case Routes.Action.Forward _ -> "forward";
        };
    }

    @ParameterizedTest
    @CsvSource({
        "a.example.org, exact",
        "A.EXAMPLE.ORG, exact",
        "a.example.org:8080, exact",
        "b.example.org, suffix",
        "c.b.example.org, longer suffix",
        "example.org, any",
        ".example.org, any",
        "[fd00::1]:80, v6",
        "other, any",
    })
    void theBestVirtualHostIsTheMostExact(String host, String expected) {
        Routes routes =
                Routes.of(
                        new RouteTable(
                                "t",
                                List.of(
                                        host("any", "*"),
                                        host("suffix", "*.example.org"),
                                        host("longer suffix", "*.b.example.org"),
                                        host("exact", "x", "a.example.org"),
                                        host("v6", "[fd00::1]"))),
                        Map.of());
        assertThat(matched(routes, "GET / HTTP/1.1\nHost: " + host)).isEqualTo(expected);
    }

    @Test
    void aHostThatNobodyListsMatchesNothing() {
        Routes routes = Routes.of(new RouteTable("t", List.of(host("a", "a"))), Map.of());
        assertThat(matched(routes, "GET / HTTP/1.1\nHost: b")).isEqualTo("none");
        assertThat(matched(Routes.EMPTY, "GET / HTTP/1.1\nHost: b")).isEqualTo("none");
    }

    @ParameterizedTest
    @CsvSource({
        "GET /a HTTP/1.1, exact",
        "GET /a?x=y HTTP/1.1, exact",
        "GET http://h/a HTTP/1.1, exact",
        "GET /a/ HTTP/1.1, prefix",
        "GET /a/b HTTP/1.1, prefix",
        "POST /ab HTTP/1.1, post",
        "PUT /ab HTTP/1.1, rest",
        "GET /A HTTP/1.1, rest",
        "OPTIONS * HTTP/1.1, rest",
        "CONNECT h:1 HTTP/1.1, rest",
    })
    void theFirstRouteThatMatchesWins(String line, String expected) {
        Routes routes =
                Routes.of(
                        new RouteTable(
                                "t",
                                List.of(
                                        new VirtualHost(
                                                "any",
                                                List.of("*"),
                                                List.of(
                                                        route("exact", new PathMatch.Exact("/a")),
                                                        route("prefix", new PathMatch.Prefix("/a")),
                                                        route(
                                                                "post",
                                                                new PathMatch.Prefix("/"),
                                                                new HeaderMatch(
                                                                        HeaderMatch.METHOD,
                                                                        "POST")),
                                                        route(
                                                                "rest",
                                                                new PathMatch.Prefix("/")))))),
                        Map.of());
        assertThat(matched(routes, line + "\nHost: h")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "'X-User: jane\nX-Beta: yes', both",
        "'x-beta: yes\nx-user: jane', both",
        "'X-User: jane', none",
        "'X-User: jane\nX-Beta: YES', none",
        "'X-User: john\nX-User: jane\nX-Beta: yes', none",
        "'X-User: jane\nX-User: john\nX-Beta: yes', both",
    })
    void everyHeaderHasToHoldItsValueAndTheFirstOfANameCounts(String headers, String expected) {
        Routes routes =
                Routes.of(
                        new RouteTable(
                                "t",
                                List.of(
                                        new VirtualHost(
                                                "any",
                                                List.of("*"),
                                                List.of(
                                                        route(
                                                                "both",
                                                                new PathMatch.Prefix("/"),
                                                                new HeaderMatch("X-User", "jane"),
                                                                new HeaderMatch(
                                                                        "x-beta", "yes")))))),
                        Map.of());
        assertThat(matched(routes, "GET / HTTP/1.1\nHost: h\n" + headers)).isEqualTo(expected);
    }
}
