// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

import io.serin.api.snapshot.Listener;
import io.serin.api.xds.CoreXds.TrafficDirection;
import io.serin.api.xds.Duration;
import io.serin.api.xds.ListenerXds;
import io.serin.api.xds.ListenerXds.FilterChain;
import io.serin.api.xds.ListenerXds.FilterChainMatch;
import io.serin.api.xds.ListenerXds.HttpConnectionManager;
import io.serin.api.xds.ListenerXds.TcpProxy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code envoy.config.listener.v3.Listener}, in the shapes of Istio's sidecars. */
final class ListenerCodec {

    private static final String ANY_ADDRESS = "0.0.0.0";

    /** How long Envoy waits for first bytes before it calls a connection TCP. */
    private static final Duration INSPECTION = Duration.newBuilder().setSeconds(5).build();

    private ListenerCodec() {}

    static ListenerXds.Listener encode(Listener listener) {
        return switch (listener) {
            case Listener.Destination destination -> destination(destination);
            case Listener.Outbound outbound ->
                    ListenerXds.Listener.newBuilder()
                            .setName(outbound.name())
                            .setAddress(Addresses.encode(ANY_ADDRESS, outbound.port()))
                            .setTrafficDirection(TrafficDirection.OUTBOUND)
                            .setUseOriginalDst(Wire.TRUE)
                            .setDefaultFilterChain(tcpChain(outbound.cluster(), outbound.cluster()))
                            .build();
            case Listener.Inbound inbound -> inbound(inbound);
        };
    }

    private static ListenerXds.Listener destination(Listener.Destination destination) {
        ListenerXds.Listener.Builder xds =
                ListenerXds.Listener.newBuilder()
                        .setName(destination.name())
                        .setAddress(
                                Addresses.encode(
                                        destination.address().host(), destination.address().port()))
                        .setTrafficDirection(TrafficDirection.OUTBOUND)
                        .setBindToPort(Wire.FALSE);
        switch (destination.protocol()) {
            case Listener.Protocol.Http(String routeTable, String cluster) ->
                    xds.addListenerFilters(Filters.HTTP_INSPECTOR)
                            .setListenerFiltersTimeout(INSPECTION)
                            .setContinueOnListenerFiltersTimeout(true)
                            .addFilterChains(
                                    FilterChain.newBuilder()
                                            .setFilterChainMatch(
                                                    FilterChainMatch.newBuilder()
                                                            .addAllApplicationProtocols(
                                                                    Filters.HTTP_PROTOCOLS))
                                            .addFilters(Filters.http(routeTable)))
                            .setDefaultFilterChain(tcpChain(cluster, cluster));
            case Listener.Protocol.Tcp(String cluster) ->
                    xds.setDefaultFilterChain(tcpChain(cluster, cluster));
        }
        return xds.build();
    }

    private static ListenerXds.Listener inbound(Listener.Inbound inbound) {
        ListenerXds.Listener.Builder xds =
                ListenerXds.Listener.newBuilder()
                        .setName(inbound.name())
                        .setAddress(Addresses.encode(ANY_ADDRESS, inbound.port()))
                        .setTrafficDirection(TrafficDirection.INBOUND)
                        .addListenerFilters(Filters.ORIGINAL_DESTINATION)
                        .addListenerFilters(Filters.HTTP_INSPECTOR)
                        .setListenerFiltersTimeout(INSPECTION)
                        .setContinueOnListenerFiltersTimeout(true)
                        .setDefaultFilterChain(tcpChain(inbound.cluster(), inbound.cluster()));
        for (Listener.Inbound.Port port : inbound.ports()) {
            FilterChainMatch match =
                    FilterChainMatch.newBuilder()
                            .setDestinationPort(Wire.uint(port.number()))
                            .build();
            if (port.http()) {
                xds.addFilterChains(
                        FilterChain.newBuilder()
                                .setFilterChainMatch(
                                        match.toBuilder()
                                                .addAllApplicationProtocols(Filters.HTTP_PROTOCOLS))
                                .addFilters(Filters.http(port.service(), port.cluster())));
            }
            xds.addFilterChains(
                    tcpChain(port.service(), port.cluster()).toBuilder()
                            .setFilterChainMatch(match));
        }
        return xds.build();
    }

    private static FilterChain tcpChain(String statPrefix, String cluster) {
        return FilterChain.newBuilder().addFilters(Filters.tcp(statPrefix, cluster)).build();
    }

    static Listener decode(ListenerXds.Listener xds) throws CodecFault {
        String where = "listener '" + xds.getName() + "'";
        String defaultCluster =
                Filters.readTcp(where + ", default_filter_chain", xds.getDefaultFilterChain())
                        .getCluster();
        return switch (xds.getTrafficDirection()) {
            case INBOUND ->
                    new Listener.Inbound(
                            xds.getName(),
                            xds.getAddress().getSocketAddress().getPortValue(),
                            ports(where, xds),
                            defaultCluster);
            case OUTBOUND -> {
                if (xds.getUseOriginalDst().getValue()) {
                    yield new Listener.Outbound(
                            xds.getName(),
                            xds.getAddress().getSocketAddress().getPortValue(),
                            defaultCluster);
                }
                if (!xds.hasBindToPort() || xds.getBindToPort().getValue()) {
                    throw new CodecFault(
                            where
                                    + ": outbound and bound to a port "
                                    + "(expected: use_original_dst, or bind_to_port false)");
                }
                yield new Listener.Destination(
                        xds.getName(),
                        Addresses.decode(xds.getAddress()),
                        protocol(where, xds, defaultCluster));
            }
            case UNSPECIFIED, UNRECOGNIZED ->
                    throw new CodecFault(
                            where
                                    + ", traffic_direction: "
                                    + xds.getTrafficDirection().name()
                                    + " (expected: INBOUND or OUTBOUND)");
        };
    }

    private static Listener.Protocol protocol(
            String where, ListenerXds.Listener xds, String cluster) throws CodecFault {
        return switch (xds.getFilterChainsCount()) {
            case 0 -> new Listener.Protocol.Tcp(cluster);
            case 1 -> {
                String chain = where + ", filter chain 0";
                HttpConnectionManager http = Filters.readHttp(chain, xds.getFilterChains(0));
                if (!http.hasRds()) {
                    throw new CodecFault(chain + ": inline routes (expected: rds)");
                }
                Addresses.checkAds(chain + ", rds", http.getRds().getConfigSource());
                yield new Listener.Protocol.Http(http.getRds().getRouteConfigName(), cluster);
            }
            default ->
                    throw new CodecFault(
                            where
                                    + ": "
                                    + xds.getFilterChainsCount()
                                    + " filter chains (expected: one for HTTP, or none)");
        };
    }

    private static List<Listener.Inbound.Port> ports(String where, ListenerXds.Listener xds)
            throws CodecFault {
        Set<Integer> http = new HashSet<>();
        List<Listener.Inbound.Port> ports = new ArrayList<>();
        for (FilterChain chain : xds.getFilterChainsList()) {
            int port = chain.getFilterChainMatch().getDestinationPort().getValue();
            String chainOfPort = where + ", filter chain of port " + port;
            if (chain.getFilterChainMatch().getApplicationProtocolsCount() > 0) {
                Filters.readHttp(chainOfPort, chain);
                http.add(port);
            } else {
                TcpProxy tcp = Filters.readTcp(chainOfPort, chain);
                ports.add(
                        new Listener.Inbound.Port(
                                port, http.contains(port), tcp.getCluster(), tcp.getStatPrefix()));
            }
        }
        return ports;
    }
}
