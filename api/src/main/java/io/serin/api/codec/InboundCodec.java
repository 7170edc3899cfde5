// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

import io.serin.api.snapshot.Listener;
import io.serin.api.xds.CoreXds.TrafficDirection;
import io.serin.api.xds.ListenerXds;
import io.serin.api.xds.ListenerXds.FilterChain;
import io.serin.api.xds.ListenerXds.FilterChainMatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The listener for all that comes in. Each port has a chain for TCP and, where it serves HTTP, one
 * more for that; both lead to the same cluster, and hold the Service's host as what telemetry calls
 * them.
 */
final class InboundCodec {

    private InboundCodec() {}

    static ListenerXds.Listener encode(Listener.Inbound inbound) {
        ListenerXds.Listener.Builder xds =
                ListenerXds.Listener.newBuilder()
                        .setName(inbound.name())
                        .setAddress(Addresses.encode(ListenerCodec.ANY_ADDRESS, inbound.port()))
                        .setTrafficDirection(TrafficDirection.INBOUND)
                        .addListenerFilters(Inspection.ORIGINAL_DESTINATION)
                        .setDefaultFilterChain(ListenerCodec.passThrough(inbound.cluster()));
        Inspection.forHttp(
                xds,
                inbound.ports().stream()
                        .filter(Listener.Inbound.Port::http)
                        .map(Listener.Inbound.Port::number)
                        .toList());
        for (Listener.Inbound.Port port : inbound.ports()) {
            if (port.http()) {
                xds.addFilterChains(
                        new NetworkFilter.HttpToCluster(port.service(), port.cluster())
                                .chain()
                                .setFilterChainMatch(
                                        Inspection.isHttp()
                                                .setDestinationPort(Wire.uint(port.number()))));
            }
            xds.addFilterChains(
                    new NetworkFilter.Tcp(port.service(), port.cluster())
                            .chain()
                            .setFilterChainMatch(
                                    FilterChainMatch.newBuilder()
                                            .setDestinationPort(Wire.uint(port.number()))));
        }
        return xds.build();
    }

    static Listener decode(String where, ListenerXds.Listener xds) throws CodecFault {
        Map<Integer, NetworkFilter.HttpToCluster> http = new HashMap<>();
        List<Listener.Inbound.Port> ports = new ArrayList<>();
        for (FilterChain chain : xds.getFilterChainsList()) {
            int port = chain.getFilterChainMatch().getDestinationPort().getValue();
            String place = place(where, port);
            boolean forHttp = Inspection.isHttp(place, chain.getFilterChainMatch());
            switch (NetworkFilter.decode(place, chain)) {
                case NetworkFilter.HttpToCluster filter when forHttp -> http.put(port, filter);
                case NetworkFilter.Tcp(String service, String cluster) when !forHttp ->
                        ports.add(
                                new Listener.Inbound.Port(
                                        port,
                                        isHttp(place, http.remove(port), service, cluster),
                                        cluster,
                                        service));
                case NetworkFilter filter ->
                        throw new CodecFault(
                                place
                                        + ": "
                                        + filter.getClass().getSimpleName()
                                        + (forHttp
                                                ? " (expected: inline routes for HTTP)"
                                                : " (expected: tcp_proxy for all but HTTP)"));
            }
        }
        for (int port : http.keySet()) {
            throw new CodecFault(
                    place(where, port) + ": only for HTTP (expected: one more for TCP after it)");
        }
        return new Listener.Inbound(
                xds.getName(),
                ListenerCodec.port(xds),
                ports,
                ListenerCodec.defaultCluster(where, xds));
    }

    private static String place(String where, int port) {
        return where + ", filter chain of port " + port;
    }

    /** Whether the port has a chain for HTTP too, which has to lead where that for TCP leads. */
    private static boolean isHttp(
            String place,
            NetworkFilter.@Nullable HttpToCluster http,
            String service,
            String cluster)
            throws CodecFault {
        if (http == null) {
            return false;
        }
        if (!http.equals(new NetworkFilter.HttpToCluster(service, cluster))) {
            throw new CodecFault(
                    place
                            + ": HTTP to '"
                            + http.cluster()
                            + "', TCP to '"
                            + cluster
                            + "' (expected: the same, under one stat_prefix)");
        }
        return true;
    }
}
