// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

import io.serin.api.route.HeaderMatch;
import io.serin.api.route.PathMatch;
import io.serin.api.route.RequestMatch;
import io.serin.api.route.Route;
import io.serin.api.route.RouteAction;
import io.serin.api.route.RouteTable;
import io.serin.api.route.VirtualHost;
import io.serin.api.route.WeightedCluster;
import io.serin.api.xds.CoreXds;
import io.serin.api.xds.Duration;
import io.serin.api.xds.RouteXds;
import java.util.ArrayList;
import java.util.List;

/** {@code envoy.config.route.v3.RouteConfiguration}. */
final class RouteCodec {

    /**
     * Failures that Envoy tries again elsewhere: those that reached nobody. A Serin proxy also
     * tries again what RFC 9110 section 9.2.2 calls idempotent.
     */
    static final String RETRY_ON = "connect-failure,refused-stream";

    private static final String PREVIOUS_HOSTS = "envoy.retry_host_predicates.previous_hosts";
    private static final String PREVIOUS_HOSTS_URL =
            "type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3"
                    + ".PreviousHostsPredicate";
    private static final int HOST_SELECTIONS = 5;

    private RouteCodec() {}

    static RouteXds.RouteConfiguration encode(RouteTable table) {
        RouteXds.RouteConfiguration.Builder xds =
                RouteXds.RouteConfiguration.newBuilder()
                        .setName(table.name())
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
                RouteXds.Route.newBuilder().setName(route.name()).setMatch(encode(route.match()));
        switch (route.action()) {
            case RouteAction.Forward forward -> xds.setRoute(encode(forward));
            case RouteAction.Respond respond -> {
                RouteXds.DirectResponseAction.Builder response =
                        RouteXds.DirectResponseAction.newBuilder().setStatus(respond.status());
                if (!respond.body().isEmpty()) {
                    response.setBody(
                            CoreXds.DataSource.newBuilder().setInlineString(respond.body()));
                }
                xds.setDirectResponse(response);
            }
        }
        return xds.build();
    }

    private static RouteXds.RouteMatch encode(RequestMatch match) {
        RouteXds.RouteMatch.Builder xds = RouteXds.RouteMatch.newBuilder();
        switch (match.path()) {
            case PathMatch.Exact(String path) -> xds.setPath(path);
            case PathMatch.Prefix(String path) -> {
                // Envoy's separated prefix can't be "/", which matches by characters just as well.
                if (path.equals("/")) {
                    xds.setPrefix(path);
                } else {
                    xds.setPathSeparatedPrefix(path);
                }
            }
        }
        for (HeaderMatch header : match.headers()) {
            xds.addHeaders(
                    RouteXds.HeaderMatcher.newBuilder()
                            .setName(header.name())
                            .setStringMatch(
                                    RouteXds.StringMatcher.newBuilder().setExact(header.value())));
        }
        return xds.build();
    }

    private static RouteXds.RouteAction encode(RouteAction.Forward forward) {
        RouteXds.WeightedClusters.Builder clusters = RouteXds.WeightedClusters.newBuilder();
        for (WeightedCluster cluster : forward.clusters()) {
            clusters.addClusters(
                    RouteXds.WeightedClusters.ClusterWeight.newBuilder()
                            .setName(cluster.cluster())
                            .setWeight(Wire.uint(cluster.weight())));
        }
        RouteXds.RouteAction.Builder xds =
                RouteXds.RouteAction.newBuilder()
                        .setWeightedClusters(clusters)
                        // Zero: no limit. Envoy's default would be 15 s.
                        .setTimeout(Duration.getDefaultInstance())
                        .setClusterNotFoundResponseCode(
                                RouteXds.RouteAction.ClusterNotFoundResponseCode
                                        .INTERNAL_SERVER_ERROR);
        if (forward.retries() > 0) {
            xds.setRetryPolicy(
                    RouteXds.RetryPolicy.newBuilder()
                            .setRetryOn(RETRY_ON)
                            .setNumRetries(Wire.uint(forward.retries()))
                            .addRetryHostPredicate(
                                    RouteXds.RetryPolicy.RetryHostPredicate.newBuilder()
                                            .setName(PREVIOUS_HOSTS)
                                            .setTypedConfig(
                                                    io.serin.api.xds.Any.newBuilder()
                                                            .setTypeUrl(PREVIOUS_HOSTS_URL)))
                            .setHostSelectionRetryMaxAttempts(HOST_SELECTIONS));
        }
        return xds.build();
    }

    static RouteTable decode(RouteXds.RouteConfiguration xds) throws CodecFault {
        List<VirtualHost> hosts = new ArrayList<>();
        for (RouteXds.VirtualHost host : xds.getVirtualHostsList()) {
            String where = "route table '" + xds.getName() + "', host '" + host.getName() + "'";
            List<Route> routes = new ArrayList<>();
            for (RouteXds.Route route : host.getRoutesList()) {
                routes.add(decode(where + ", route '" + route.getName() + "'", route));
            }
            hosts.add(new VirtualHost(host.getName(), host.getDomainsList(), routes));
        }
        return new RouteTable(xds.getName(), hosts);
    }

    private static Route decode(String where, RouteXds.Route xds) throws CodecFault {
        RouteAction action;
        if (xds.hasRoute()) {
            action = forward(where, xds.getRoute());
        } else if (xds.hasDirectResponse()) {
            RouteXds.DirectResponseAction response = xds.getDirectResponse();
            action =
                    new RouteAction.Respond(
                            response.getStatus(), response.getBody().getInlineString());
        } else {
            throw new CodecFault(where + ": no action (expected: route or direct_response)");
        }
        return new Route(xds.getName(), match(where, xds.getMatch()), action);
    }

    private static RequestMatch match(String where, RouteXds.RouteMatch xds) throws CodecFault {
        PathMatch path =
                switch (xds.getPathSpecifierCase()) {
                    case PATH -> new PathMatch.Exact(xds.getPath());
                    case PATH_SEPARATED_PREFIX ->
                            new PathMatch.Prefix(xds.getPathSeparatedPrefix());
                    case PREFIX -> {
                        if (!xds.getPrefix().equals("/")) {
                            throw new CodecFault(
                                    where
                                            + ", match.prefix: '"
                                            + xds.getPrefix()
                                            + "' (expected: '/', or path_separated_prefix)");
                        }
                        yield new PathMatch.Prefix("/");
                    }
                    case PATHSPECIFIER_NOT_SET ->
                            throw new CodecFault(
                                    where
                                            + ", match: another path specifier "
                                            + "(expected: path, prefix '/' or path_separated_prefix)");
                };
        List<HeaderMatch> headers = new ArrayList<>();
        for (RouteXds.HeaderMatcher header : xds.getHeadersList()) {
            if (!header.hasStringMatch()) {
                throw new CodecFault(
                        where
                                + ", match.headers '"
                                + header.getName()
                                + "': another matcher (expected: string_match.exact)");
            }
            headers.add(new HeaderMatch(header.getName(), header.getStringMatch().getExact()));
        }
        return new RequestMatch(path, headers);
    }

    private static RouteAction.Forward forward(String where, RouteXds.RouteAction xds)
            throws CodecFault {
        List<WeightedCluster> clusters = new ArrayList<>();
        if (!xds.getCluster().isEmpty()) {
            clusters.add(new WeightedCluster(xds.getCluster(), 1));
        }
        for (RouteXds.WeightedClusters.ClusterWeight cluster :
                xds.getWeightedClusters().getClustersList()) {
            clusters.add(new WeightedCluster(cluster.getName(), cluster.getWeight().getValue()));
        }
        if (xds.hasTimeout()
                && (xds.getTimeout().getSeconds() != 0 || xds.getTimeout().getNanos() != 0)) {
            throw new CodecFault(where + ", route.timeout: set (expected: 0, no limit)");
        }
        RouteXds.RetryPolicy retry = xds.getRetryPolicy();
        if (!retry.getRetryOn().isEmpty() && !retry.getRetryOn().equals(RETRY_ON)) {
            throw new CodecFault(
                    where
                            + ", retry_policy.retry_on: '"
                            + retry.getRetryOn()
                            + "' (expected: '"
                            + RETRY_ON
                            + "')");
        }
        return new RouteAction.Forward(clusters, retry.getNumRetries().getValue());
    }
}
