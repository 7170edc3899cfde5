// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

import io.serin.api.xds.Any;
import io.serin.api.xds.Duration;
import io.serin.api.xds.ListenerXds;
import io.serin.api.xds.ListenerXds.FilterChainMatch;
import io.serin.api.xds.ListenerXds.Int32Range;
import io.serin.api.xds.ListenerXds.ListenerFilter;
import io.serin.api.xds.ListenerXds.ListenerFilterChainMatchPredicate;
import java.util.List;

/**
 * What happens to a connection before its filter chain is chosen. Read from a listener only by its
 * effect, the chains that it leads to: a Serin proxy looks for itself.
 */
final class Inspection {

    static final ListenerFilter ORIGINAL_DESTINATION =
            filter("original_dst", "original_dst.v3.OriginalDst").build();

    /** Tells HTTP from the rest by a connection's first bytes. */
    private static final ListenerFilter HTTP_INSPECTOR =
            filter("http_inspector", "http_inspector.v3.HttpInspector").build();

    /** Tells TLS from the rest, and reads what its client offers in ALPN. */
    static final ListenerFilter TLS_INSPECTOR =
            filter("tls_inspector", "tls_inspector.v3.TlsInspector").build();

    /** What the inspector calls HTTP/1. HTTP/2 goes through as TCP. */
    private static final List<String> HTTP_PROTOCOLS = List.of("http/1.0", "http/1.1");

    /** How long Envoy waits for first bytes before it calls a connection TCP. */
    private static final Duration WAIT = Duration.newBuilder().setSeconds(5).build();

    private Inspection() {}

    private static ListenerFilter.Builder filter(String name, String message) {
        return ListenerFilter.newBuilder()
                .setName("envoy.filters.listener." + name)
                .setTypedConfig(
                        Any.newBuilder()
                                .setTypeUrl(
                                        "type.googleapis.com/envoy.extensions.filters.listener."
                                                + message));
    }

    /** The match of a chain for connections that were found to be HTTP. */
    static FilterChainMatch.Builder isHttp() {
        return FilterChainMatch.newBuilder().addAllApplicationProtocols(HTTP_PROTOCOLS);
    }

    /** Looks into every connection. */
    static void forHttp(ListenerXds.Listener.Builder listener) {
        listener.addListenerFilters(HTTP_INSPECTOR)
                .setListenerFiltersTimeout(WAIT)
                .setContinueOnListenerFiltersTimeout(true);
    }

    /** The match of a chain for connections of the mesh's mTLS that offer one of these in ALPN. */
    static FilterChainMatch.Builder isMtls(List<String> protocols) {
        return FilterChainMatch.newBuilder()
                .setTransportProtocol("tls")
                .addAllApplicationProtocols(protocols);
    }

    /** Looks into connections to these ports only: elsewhere a server may speak first. */
    static void forHttp(ListenerXds.Listener.Builder listener, List<Integer> ports) {
        if (ports.isEmpty()) {
            return;
        }
        forHttp(listener);
        listener.setListenerFilters(
                listener.getListenerFiltersCount() - 1,
                HTTP_INSPECTOR.toBuilder()
                        .setFilterDisabled(
                                ListenerFilterChainMatchPredicate.newBuilder()
                                        .setNotMatch(anyOf(ports))));
    }

    /** A set of conditions has to have two or more. */
    private static ListenerFilterChainMatchPredicate anyOf(List<Integer> ports) {
        List<ListenerFilterChainMatchPredicate> each = ports.stream().map(Inspection::is).toList();
        return each.size() == 1
                ? each.getFirst()
                : ListenerFilterChainMatchPredicate.newBuilder()
                        .setOrMatch(
                                ListenerFilterChainMatchPredicate.MatchSet.newBuilder()
                                        .addAllRules(each))
                        .build();
    }

    private static ListenerFilterChainMatchPredicate is(int port) {
        return ListenerFilterChainMatchPredicate.newBuilder()
                .setDestinationPortRange(Int32Range.newBuilder().setStart(port).setEnd(port + 1))
                .build();
    }

    /** Whether a chain is for connections that were found to be HTTP, or for the others. */
    static boolean isHttp(String where, FilterChainMatch match) throws CodecFault {
        Refusal.ifSet(where, "prefix_ranges", match.getPrefixRangesCount() > 0);
        Refusal.ifSet(where, "source_prefix_ranges", match.getSourcePrefixRangesCount() > 0);
        Refusal.ifSet(where, "source_ports", !match.getSourcePorts().isEmpty());
        Refusal.ifSet(where, "source_type", match.getSourceType() != 0);
        Refusal.ifSet(where, "transport_protocol", !match.getTransportProtocol().isEmpty());
        Refusal.ifSet(where, "server_names", match.getServerNamesCount() > 0);
        List<String> protocols = match.getApplicationProtocolsList();
        if (!protocols.isEmpty() && !protocols.equals(HTTP_PROTOCOLS)) {
            throw new CodecFault(
                    where
                            + ", application_protocols: "
                            + protocols
                            + " (expected: "
                            + HTTP_PROTOCOLS
                            + ", or none)");
        }
        return !protocols.isEmpty();
    }
}
