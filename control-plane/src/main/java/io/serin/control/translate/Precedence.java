// SPDX-License-Identifier: Apache-2.0
package io.serin.control.translate;

import io.serin.api.route.HeaderMatch;
import io.serin.api.route.PathMatch;
import io.serin.api.route.RequestMatch;
import io.serin.api.route.Route;
import io.serin.api.route.RouteAction;
import io.serin.control.index.ServiceRoute;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Lays the rules of several routes into one list, in which the first match is the right one.
 * Gateway API HTTPRoute, {@code rules.matches}: by each match, not by rule, the more specific
 * first; among equals the older route, then the earlier rule.
 */
final class Precedence {

    private static final Comparator<Route> MORE_SPECIFIC_FIRST =
            Comparator.<Route>comparingInt(route -> isExact(route.match()) ? 0 : 1)
                    .thenComparingInt(route -> -prefixLength(route.match()))
                    .thenComparingInt(route -> hasMethod(route.match()) ? 0 : 1)
                    .thenComparingInt(route -> -headers(route.match()));

    private Precedence() {}

    /**
     * Orders them.
     *
     * @param routes oldest first, then by namespace and name
     */
    static List<Route> order(List<ServiceRoute> routes) {
        List<Route> all = new ArrayList<>();
        for (ServiceRoute route : routes) {
            for (int i = 0; i < route.rules().size(); i++) {
                ServiceRoute.Rule rule = route.rules().get(i);
                String name = route.namespace() + "/" + route.name() + "/rule-" + i;
                RouteAction action = Actions.of(rule, name);
                List<RequestMatch> matches =
                        rule.matches().isEmpty() ? List.of(RequestMatch.ANY) : rule.matches();
                matches.forEach(match -> all.add(new Route(name, match, action)));
            }
        }
        // Stable: what compares equal stays in the order of age, rule and match.
        all.sort(MORE_SPECIFIC_FIRST);
        return all;
    }

    private static boolean isExact(RequestMatch match) {
        return switch (match.path()) {
            case PathMatch.Exact _ -> true;
            case PathMatch.Prefix _ -> false;
        };
    }

    private static int prefixLength(RequestMatch match) {
        return switch (match.path()) {
            // Two that both match are the same, whatever their length.
            case PathMatch.Exact _ -> 0;
            case PathMatch.Prefix prefix -> prefix.path().length();
        };
    }

    private static boolean hasMethod(RequestMatch match) {
        return match.headers().stream().anyMatch(Precedence::isMethod);
    }

    private static int headers(RequestMatch match) {
        return (int) match.headers().stream().filter(header -> !isMethod(header)).count();
    }

    private static boolean isMethod(HeaderMatch header) {
        return header.name().equals(HeaderMatch.METHOD);
    }
}
