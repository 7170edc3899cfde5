// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

import io.serin.api.xds.Any;
import io.serin.api.xds.Duration;
import io.serin.api.xds.ListenerXds;
import io.serin.api.xds.ListenerXds.Filter;
import io.serin.api.xds.ListenerXds.HttpConnectionManager;
import io.serin.api.xds.ListenerXds.TcpProxy;
import io.serin.api.xds.RouteXds;
import java.util.List;

/** The filters that stand in listeners: HTTP connection manager, TCP proxy, and the inspectors. */
final class Filters {

    static final ListenerXds.ListenerFilter ORIGINAL_DESTINATION =
            listenerFilter("original_dst", "original_dst.v3.OriginalDst");
    static final ListenerXds.ListenerFilter HTTP_INSPECTOR =
            listenerFilter("http_inspector", "http_inspector.v3.HttpInspector");

    /** What the HTTP inspector calls HTTP/1. HTTP/2 goes through as TCP. */
    static final List<String> HTTP_PROTOCOLS = List.of("http/1.0", "http/1.1");

    private static final String NETWORK = "type.googleapis.com/envoy.extensions.filters.network.";
    private static final String HTTP_URL =
            NETWORK + "http_connection_manager.v3.HttpConnectionManager";
    private static final String TCP_URL = NETWORK + "tcp_proxy.v3.TcpProxy";
    private static final String ROUTER_URL =
            "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router";

    private Filters() {}

    private static ListenerXds.ListenerFilter listenerFilter(String name, String message) {
        return ListenerXds.ListenerFilter.newBuilder()
                .setName("envoy.filters.listener." + name)
                .setTypedConfig(
                        Any.newBuilder()
                                .setTypeUrl(
                                        "type.googleapis.com/envoy.extensions.filters.listener."
                                                + message))
                .build();
    }

    static Filter tcp(String statPrefix, String cluster) {
        return Filter.newBuilder()
                .setName("envoy.filters.network.tcp_proxy")
                .setTypedConfig(
                        Wire.pack(
                                TCP_URL,
                                TcpProxy.newBuilder()
                                        .setStatPrefix(statPrefix)
                                        .setCluster(cluster)
                                        .build()))
                .build();
    }

    /** Routes by a table that is delivered apart. */
    static Filter http(String routeTable) {
        return http(
                manager(routeTable)
                        .setRds(
                                ListenerXds.Rds.newBuilder()
                                        .setConfigSource(Addresses.ADS)
                                        .setRouteConfigName(routeTable)));
    }

    /** Routes everything to one cluster. */
    static Filter http(String statPrefix, String cluster) {
        RouteXds.Route.Builder route =
                RouteXds.Route.newBuilder()
                        .setMatch(RouteXds.RouteMatch.newBuilder().setPrefix("/"))
                        .setRoute(
                                RouteXds.RouteAction.newBuilder()
                                        .setCluster(cluster)
                                        .setTimeout(Duration.getDefaultInstance()));
        return http(
                manager(statPrefix)
                        .setRouteConfig(
                                RouteXds.RouteConfiguration.newBuilder()
                                        .setName(cluster)
                                        .setValidateClusters(Wire.FALSE)
                                        .addVirtualHosts(
                                                RouteXds.VirtualHost.newBuilder()
                                                        .setName(cluster)
                                                        .addDomains("*")
                                                        .addRoutes(route))));
    }

    private static HttpConnectionManager.Builder manager(String statPrefix) {
        return HttpConnectionManager.newBuilder()
                .setStatPrefix(statPrefix)
                .addHttpFilters(
                        ListenerXds.HttpFilter.newBuilder()
                                .setName("envoy.filters.http.router")
                                .setTypedConfig(Any.newBuilder().setTypeUrl(ROUTER_URL)))
                .addUpgradeConfigs(
                        HttpConnectionManager.UpgradeConfig.newBuilder()
                                .setUpgradeType("websocket"))
                .setStreamIdleTimeout(Duration.getDefaultInstance());
    }

    private static Filter http(HttpConnectionManager.Builder manager) {
        return Filter.newBuilder()
                .setName("envoy.filters.network.http_connection_manager")
                .setTypedConfig(Wire.pack(HTTP_URL, manager.build()))
                .build();
    }

    static HttpConnectionManager readHttp(String where, ListenerXds.FilterChain chain)
            throws CodecFault {
        return Wire.unpack(
                where,
                only(where, chain).getTypedConfig(),
                HTTP_URL,
                HttpConnectionManager.parser());
    }

    static TcpProxy readTcp(String where, ListenerXds.FilterChain chain) throws CodecFault {
        return Wire.unpack(where, only(where, chain).getTypedConfig(), TCP_URL, TcpProxy.parser());
    }

    private static Filter only(String where, ListenerXds.FilterChain chain) throws CodecFault {
        if (chain.getFiltersCount() != 1) {
            throw new CodecFault(
                    where + ": " + chain.getFiltersCount() + " network filters (expected: one)");
        }
        return chain.getFilters(0);
    }
}
