// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

import io.serin.api.contract.MeshAlpn;
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
 * them. Where mTLS is taken, each has a twin for that, and one more is for all other ports.
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
        if (inbound.mtls()) {
            xds.addListenerFilters(Inspection.TLS_INSPECTOR).addAllFilterChains(mtls(inbound));
        }
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
                                .setFilterChainMatch(at(Inspection.isHttp(), port)));
            }
            xds.addFilterChains(
                    new NetworkFilter.Tcp(port.service(), port.cluster())
                            .chain()
                            .setFilterChainMatch(at(FilterChainMatch.newBuilder(), port)));
        }
        return xds.build();
    }

    /** The chains for mTLS. */
    private static List<FilterChain> mtls(Listener.Inbound inbound) {
        List<FilterChain> chains = new ArrayList<>();
        for (Listener.Inbound.Port port : inbound.ports()) {
            if (port.http()) {
                chains.add(
                        mtls(
                                new NetworkFilter.HttpToCluster(port.service(), port.cluster()),
                                at(Inspection.isMtls(MeshAlpn.HTTP), port)));
            }
            chains.add(
                    mtls(
                            new NetworkFilter.Tcp(port.service(), port.cluster()),
                            at(
                                    Inspection.isMtls(
                                            port.http() ? MeshAlpn.NO_HTTP : MeshAlpn.ALL),
                                    port)));
        }
        chains.add(
                mtls(
                        new NetworkFilter.Tcp(inbound.cluster(), inbound.cluster()),
                        Inspection.isMtls(MeshAlpn.ALL)));
        return chains;
    }

    private static FilterChain mtls(NetworkFilter filter, FilterChainMatch.Builder match) {
        return filter.chain()
                .setFilterChainMatch(match)
                .setTransportSocket(MtlsCodec.TAKEN)
                .build();
    }

    private static FilterChainMatch.Builder at(
            FilterChainMatch.Builder match, Listener.Inbound.Port port) {
        return match.setDestinationPort(Wire.uint(port.number()));
    }

    static Listener decode(String where, ListenerXds.Listener xds) throws CodecFault {
        Map<Integer, NetworkFilter.HttpToCluster> http = new HashMap<>();
        List<FilterChain> mtls = new ArrayList<>();
        List<Listener.Inbound.Port> ports = new ArrayList<>();
        for (FilterChain chain : xds.getFilterChainsList()) {
            if (chain.hasTransportSocket()) {
                mtls.add(chain);
                continue;
            }
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
        Listener.Inbound inbound =
                new Listener.Inbound(
                        xds.getName(),
                        ListenerCodec.port(xds),
                        ports,
                        ListenerCodec.defaultCluster(where, xds),
                        !mtls.isEmpty());
        if (inbound.mtls() && !mtls(inbound).equals(mtls)) {
            throw new CodecFault(
                    where
                            + ": other filter chains with a transport_socket (expected: TLS with SDS"
                            + " by sds-grpc, for each chain without, and for all other ports)");
        }
        return inbound;
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
