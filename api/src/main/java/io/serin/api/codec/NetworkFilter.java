// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

import io.serin.api.xds.Any;
import io.serin.api.xds.Duration;
import io.serin.api.xds.ListenerXds.Filter;
import io.serin.api.xds.ListenerXds.FilterChain;
import io.serin.api.xds.ListenerXds.Http1ProtocolOptions;
import io.serin.api.xds.ListenerXds.HttpConnectionManager;
import io.serin.api.xds.ListenerXds.HttpFilter;
import io.serin.api.xds.ListenerXds.Rds;
import io.serin.api.xds.ListenerXds.TcpProxy;
import io.serin.api.xds.RouteXds;

/** What a filter chain does with a connection; each chain has exactly one. */
sealed interface NetworkFilter {

    /**
     * Passes bytes on.
     *
     * @param statPrefix what telemetry calls the connections
     */
    record Tcp(String statPrefix, String cluster) implements NetworkFilter {}

    /** HTTP by a table that is delivered apart, on the same stream. */
    record HttpByTable(String routeTable) implements NetworkFilter {}

    /** HTTP, all of it to one cluster. */
    record HttpToCluster(String statPrefix, String cluster) implements NetworkFilter {}

    String HTTP = "envoy.filters.network.http_connection_manager";
    String TCP = "envoy.filters.network.tcp_proxy";
    String ROUTER = "envoy.filters.http.router";

    String EXTENSIONS = "type.googleapis.com/envoy.extensions.filters.";
    String HTTP_URL = EXTENSIONS + "network.http_connection_manager.v3.HttpConnectionManager";
    String TCP_URL = EXTENSIONS + "network.tcp_proxy.v3.TcpProxy";
    String ROUTER_URL = EXTENSIONS + "http.router.v3.Router";

    default FilterChain.Builder chain() {
        Filter.Builder filter =
                switch (this) {
                    case Tcp(String statPrefix, String cluster) ->
                            Filter.newBuilder()
                                    .setName(TCP)
                                    .setTypedConfig(
                                            Wire.pack(
                                                    TCP_URL,
                                                    TcpProxy.newBuilder()
                                                            .setStatPrefix(statPrefix)
                                                            .setCluster(cluster)
                                                            .build()));
                    case HttpByTable(String routeTable) ->
                            http(
                                    manager(routeTable)
                                            .setRds(
                                                    Rds.newBuilder()
                                                            .setConfigSource(Addresses.ADS)
                                                            .setRouteConfigName(routeTable)));
                    case HttpToCluster(String statPrefix, String cluster) ->
                            http(manager(statPrefix).setRouteConfig(everythingTo(cluster)));
                };
        return FilterChain.newBuilder().addFilters(filter);
    }

    private static Filter.Builder http(HttpConnectionManager.Builder manager) {
        return Filter.newBuilder()
                .setName(HTTP)
                .setTypedConfig(Wire.pack(HTTP_URL, manager.build()));
    }

    private static HttpConnectionManager.Builder manager(String statPrefix) {
        return HttpConnectionManager.newBuilder()
                .setStatPrefix(statPrefix)
                .addHttpFilters(
                        HttpFilter.newBuilder()
                                .setName(ROUTER)
                                .setTypedConfig(Any.newBuilder().setTypeUrl(ROUTER_URL)))
                // Old, and still spoken by benchmarks and health checks. Envoy's default is 426.
                .setHttpProtocolOptions(Http1ProtocolOptions.newBuilder().setAcceptHttp10(true))
                .addUpgradeConfigs(
                        HttpConnectionManager.UpgradeConfig.newBuilder()
                                .setUpgradeType("websocket"))
                // Zero: no limit. Envoy's default would be 5 min.
                .setStreamIdleTimeout(Duration.getDefaultInstance());
    }

    private static RouteXds.RouteConfiguration everythingTo(String cluster) {
        RouteXds.Route.Builder route =
                RouteXds.Route.newBuilder()
                        .setMatch(RouteXds.RouteMatch.newBuilder().setPrefix("/"))
                        .setRoute(
                                RouteXds.RouteAction.newBuilder()
                                        .setCluster(cluster)
                                        .setTimeout(Duration.getDefaultInstance()));
        return RouteXds.RouteConfiguration.newBuilder()
                .setName(cluster)
                .setValidateClusters(Wire.FALSE)
                .addVirtualHosts(
                        RouteXds.VirtualHost.newBuilder()
                                .setName(cluster)
                                .addDomains("*")
                                .addRoutes(route))
                .build();
    }

    /** Reads what {@link #chain} writes. */
    static NetworkFilter decode(String where, FilterChain chain) throws CodecFault {
        if (chain.getFiltersCount() != 1) {
            throw new CodecFault(
                    where + ": " + chain.getFiltersCount() + " network filters (expected: one)");
        }
        Filter filter = chain.getFilters(0);
        Any config = filter.getTypedConfig();
        return switch (config.getTypeUrl()) {
            case TCP_URL -> {
                TcpProxy tcp = Wire.unpack(where, config, TCP_URL, TcpProxy.parser());
                yield new Tcp(tcp.getStatPrefix(), tcp.getCluster());
            }
            case HTTP_URL ->
                    http(
                            where,
                            Wire.unpack(where, config, HTTP_URL, HttpConnectionManager.parser()));
            default ->
                    throw new CodecFault(
                            where
                                    + ": filter '"
                                    + filter.getName()
                                    + "' (expected: http_connection_manager or tcp_proxy)");
        };
    }

    private static NetworkFilter http(String where, HttpConnectionManager manager)
            throws CodecFault {
        for (HttpFilter filter : manager.getHttpFiltersList()) {
            if (!filter.getTypedConfig().getTypeUrl().equals(ROUTER_URL)) {
                throw new CodecFault(
                        where + ": HTTP filter '" + filter.getName() + "' (expected: router)");
            }
        }
        return switch (manager.getRouteSpecifierCase()) {
            case RDS -> {
                Addresses.checkAds(where + ", rds", manager.getRds().getConfigSource());
                yield new HttpByTable(manager.getRds().getRouteConfigName());
            }
            case ROUTE_CONFIG -> {
                RouteXds.RouteConfiguration table = manager.getRouteConfig();
                String cluster = table.getName();
                if (!table.equals(everythingTo(cluster))) {
                    throw new CodecFault(
                            where
                                    + ", route_config '"
                                    + cluster
                                    + "': other routes (expected: everything to the cluster of this"
                                    + " name, or rds)");
                }
                yield new HttpToCluster(manager.getStatPrefix(), cluster);
            }
            case ROUTESPECIFIER_NOT_SET ->
                    throw new CodecFault(
                            where + ": another source of routes (expected: rds or route_config)");
        };
    }
}
