// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

import io.serin.api.snapshot.Listener;
import io.serin.api.xds.CoreXds.TrafficDirection;
import io.serin.api.xds.ListenerXds;
import io.serin.api.xds.ListenerXds.FilterChain;

/** {@code envoy.config.listener.v3.Listener}, in the shapes of Istio's sidecars. */
final class ListenerCodec {

    static final String ANY_ADDRESS = "0.0.0.0";

    private ListenerCodec() {}

    static ListenerXds.Listener encode(Listener listener) {
        return switch (listener) {
            case Listener.Destination destination -> encode(destination);
            case Listener.Outbound outbound ->
                    ListenerXds.Listener.newBuilder()
                            .setName(outbound.name())
                            .setAddress(Addresses.encode(ANY_ADDRESS, outbound.port()))
                            .setTrafficDirection(TrafficDirection.OUTBOUND)
                            .setUseOriginalDst(Wire.TRUE)
                            .setDefaultFilterChain(passThrough(outbound.cluster()))
                            .build();
            case Listener.Inbound inbound -> InboundCodec.encode(inbound);
        };
    }

    private static ListenerXds.Listener encode(Listener.Destination destination) {
        ListenerXds.Listener.Builder xds =
                ListenerXds.Listener.newBuilder()
                        .setName(destination.name())
                        .setAddress(
                                Addresses.encode(
                                        destination.address().host(), destination.address().port()))
                        .setTrafficDirection(TrafficDirection.OUTBOUND)
                        .setBindToPort(Wire.FALSE);
        switch (destination.protocol()) {
            case Listener.Protocol.Http(String routeTable, String cluster) -> {
                Inspection.forHttp(xds);
                xds.addFilterChains(
                                new NetworkFilter.HttpByTable(routeTable)
                                        .chain()
                                        .setFilterChainMatch(Inspection.isHttp()))
                        .setDefaultFilterChain(passThrough(cluster));
            }
            case Listener.Protocol.Tcp(String cluster) ->
                    xds.setDefaultFilterChain(passThrough(cluster));
        }
        return xds.build();
    }

    static FilterChain.Builder passThrough(String cluster) {
        return new NetworkFilter.Tcp(cluster, cluster).chain();
    }

    static Listener decode(String where, ListenerXds.Listener xds) throws CodecFault {
        return switch (xds.getTrafficDirection()) {
            case INBOUND -> InboundCodec.decode(where, xds);
            case OUTBOUND -> outbound(where, xds);
            case UNSPECIFIED, UNRECOGNIZED ->
                    throw new CodecFault(
                            where
                                    + ", traffic_direction: "
                                    + xds.getTrafficDirection().name()
                                    + " (expected: INBOUND or OUTBOUND)");
        };
    }

    private static Listener outbound(String where, ListenerXds.Listener xds) throws CodecFault {
        if (xds.getUseOriginalDst().getValue()) {
            Refusal.ifSet(where, "filter_chains", xds.getFilterChainsCount() > 0);
            return new Listener.Outbound(xds.getName(), port(xds), defaultCluster(where, xds));
        }
        if (!xds.hasBindToPort() || xds.getBindToPort().getValue()) {
            throw new CodecFault(
                    where
                            + ": outbound and bound to a port "
                            + "(expected: use_original_dst, or bind_to_port false)");
        }
        return new Listener.Destination(
                xds.getName(), Addresses.decode(xds.getAddress()), protocol(where, xds));
    }

    private static Listener.Protocol protocol(String where, ListenerXds.Listener xds)
            throws CodecFault {
        String cluster = defaultCluster(where, xds);
        return switch (xds.getFilterChainsCount()) {
            case 0 -> new Listener.Protocol.Tcp(cluster);
            case 1 -> {
                String place = where + ", filter chain 0";
                FilterChain chain = xds.getFilterChains(0);
                Refusal.ifSet(place, "transport_socket", chain.hasTransportSocket());
                Refusal.ifSet(
                        place,
                        "destination_port",
                        chain.getFilterChainMatch().hasDestinationPort());
                if (!Inspection.isHttp(place, chain.getFilterChainMatch())) {
                    throw new CodecFault(
                            place
                                    + ": for all connections (expected: for HTTP, the rest by default)");
                }
                yield switch (NetworkFilter.decode(place, chain)) {
                    case NetworkFilter.HttpByTable(String table) ->
                            new Listener.Protocol.Http(table, cluster);
                    case NetworkFilter.HttpToCluster _ ->
                            throw new CodecFault(place + ": inline routes (expected: rds)");
                    case NetworkFilter.Tcp _ ->
                            throw new CodecFault(
                                    place + ": tcp_proxy (expected: http_connection_manager)");
                };
            }
            default ->
                    throw new CodecFault(
                            where
                                    + ": "
                                    + xds.getFilterChainsCount()
                                    + " filter chains (expected: one for HTTP, or none)");
        };
    }

    static int port(ListenerXds.Listener xds) {
        return xds.getAddress().getSocketAddress().getPortValue();
    }

    static String defaultCluster(String where, ListenerXds.Listener xds) throws CodecFault {
        String place = where + ", default_filter_chain";
        Refusal.ifSet(place, "transport_socket", xds.getDefaultFilterChain().hasTransportSocket());
        return switch (NetworkFilter.decode(place, xds.getDefaultFilterChain())) {
            case NetworkFilter.Tcp(_, String cluster) -> cluster;
            case NetworkFilter.HttpByTable _, NetworkFilter.HttpToCluster _ ->
                    throw new CodecFault(place + ": HTTP (expected: tcp_proxy)");
        };
    }
}
