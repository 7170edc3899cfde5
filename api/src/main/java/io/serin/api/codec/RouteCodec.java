// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

import io.serin.api.route.Route;
import io.serin.api.route.RouteAction;
import io.serin.api.route.RouteTable;
import io.serin.api.route.VirtualHost;
import io.serin.api.xds.RouteXds;
import java.util.ArrayList;
import java.util.List;

/** {@code envoy.config.route.v3.RouteConfiguration}. */
final class RouteCodec {

    private RouteCodec() {}

    static RouteXds.RouteConfiguration encode(RouteTable table) {
        RouteXds.RouteConfiguration.Builder xds =
                RouteXds.RouteConfiguration.newBuilder()
                        .setName(table.name())
                        // A route may name a cluster that is not there yet, or never will be.
                        .setValidateClusters(Wire.FALSE)
                        .setIgnorePortInHostMatching(true);
        for (VirtualHost host : table.hosts()) {
            RouteXds.VirtualHost.Builder virtualHost =
                    RouteXds.VirtualHost.newBuilder()
                            .setName(host.name())
                            .addAllDomains(host.domains());
            host.routes().forEach(route -> virtualHost.addRoutes(encode(route)));
            xds.addVirtualHosts(virtualHost);
        }
        return xds.build();
    }

    private static RouteXds.Route encode(Route route) {
        RouteXds.Route.Builder xds =
                RouteXds.Route.newBuilder()
                        .setName(route.name())
                        .setMatch(MatchCodec.encode(route.match()));
        switch (route.action()) {
            case RouteAction.Forward forward -> xds.setRoute(ActionCodec.encode(forward));
            case RouteAction.Respond respond -> xds.setDirectResponse(ActionCodec.encode(respond));
        }
        return xds.build();
    }

    static RouteTable decode(String table, RouteXds.RouteConfiguration xds) throws CodecFault {
        List<VirtualHost> hosts = new ArrayList<>();
        for (RouteXds.VirtualHost host : xds.getVirtualHostsList()) {
            String where = table + ", host '" + host.getName() + "'";
            List<Route> routes = new ArrayList<>();
            for (RouteXds.Route route : host.getRoutesList()) {
                routes.add(decode(where + ", route '" + route.getName() + "'", route));
            }
            hosts.add(new VirtualHost(host.getName(), host.getDomainsList(), routes));
        }
        return new RouteTable(xds.getName(), hosts);
    }

    private static Route decode(String where, RouteXds.Route xds) throws CodecFault {
        Refusal.ifSet(where, "request_headers_to_add", xds.getRequestHeadersToAddCount() > 0);
        Refusal.ifSet(where, "request_headers_to_remove", xds.getRequestHeadersToRemoveCount() > 0);
        Refusal.ifSet(where, "response_headers_to_add", xds.getResponseHeadersToAddCount() > 0);
        Refusal.ifSet(
                where, "response_headers_to_remove", xds.getResponseHeadersToRemoveCount() > 0);
        RouteAction action =
                switch (xds.getActionCase()) {
                    case ROUTE -> ActionCodec.decode(where, xds.getRoute());
                    case DIRECT_RESPONSE -> ActionCodec.decode(xds.getDirectResponse());
                    case ACTION_NOT_SET ->
                            throw new CodecFault(
                                    where
                                            + ": another action "
                                            + "(expected: route or direct_response)");
                };
        return new Route(xds.getName(), MatchCodec.decode(where, xds.getMatch()), action);
    }
}
