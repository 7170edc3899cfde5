// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

import static io.serin.api.codec.Flawed.ROUTE;
import static io.serin.api.codec.Flawed.action;
import static io.serin.api.codec.Flawed.at;
import static io.serin.api.codec.Flawed.chain;
import static io.serin.api.codec.Flawed.cluster;
import static io.serin.api.codec.Flawed.destination;
import static io.serin.api.codec.Flawed.endpoint;
import static io.serin.api.codec.Flawed.listener;
import static io.serin.api.codec.Flawed.manager;
import static io.serin.api.codec.Flawed.managing;
import static io.serin.api.codec.Flawed.match;
import static io.serin.api.codec.Flawed.matching;
import static io.serin.api.codec.Flawed.route;
import static io.serin.api.codec.Flawed.table;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.serin.api.backend.Cluster;
import io.serin.api.name.SpiffeId;
import io.serin.api.snapshot.Listener;
import io.serin.api.xds.Any;
import io.serin.api.xds.BoolValue;
import io.serin.api.xds.ClusterXds;
import io.serin.api.xds.CoreXds;
import io.serin.api.xds.Duration;
import io.serin.api.xds.EndpointXds;
import io.serin.api.xds.HomeXds;
import io.serin.api.xds.ListenerXds;
import io.serin.api.xds.NameXds;
import io.serin.api.xds.RouteXds;
import io.serin.api.xds.UInt32Value;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What Serin can't do is refused, and the message says where it was found and what is expected. */
class RefusalTest {

    private static final ByteString SOMETHING = ByteString.EMPTY;
    private static final Any NOBODY_KNOWS = Any.newBuilder().setTypeUrl("x/y").build();

    @ParameterizedTest
    @MethodSource({"routes", "matches", "actions", "clusters", "endpoints"})
    @MethodSource({"destinations", "outbound", "inbound", "homes", "names"})
    void isRefusedByName(Flawed refused) {
        assertThatExceptionOfType(CodecFault.class)
                .isThrownBy(() -> Decoding.decode(refused.resource()))
                .withMessageStartingWith(refused.message())
                .withMessageContaining("(expected: ");
    }

    static Stream<Flawed> homes() {
        HomeXds.Home good =
                HomeXds.Home.newBuilder()
                        .setRevision("1-1")
                        .setDiscovery(
                                CoreXds.SocketAddress.newBuilder()
                                        .setAddress("istiod-1-1.istio-system.svc")
                                        .setPortValue(15010))
                        .setLeastProtocol(1)
                        .setLatestProtocol(2)
                        .build();
        return Stream.of(
                home("home 'No': revision: 'No'", good.toBuilder().setRevision("No")),
                home("home '1-1': host: ''", good.toBuilder().clearDiscovery()),
                home(
                        "home '1-1': protocol: 2 to 1",
                        good.toBuilder().setLeastProtocol(2).setLatestProtocol(1)),
                home("home '1-1': protocol: 0 to 2", good.toBuilder().clearLeastProtocol()));
    }

    private static Flawed home(String message, HomeXds.Home.Builder home) {
        return new Flawed(message, Wire.pack(TypeUrl.HOME.url(), home.build()));
    }

    static Stream<Flawed> names() {
        NameXds.NameTable.NameInfo good =
                NameXds.NameTable.NameInfo.newBuilder()
                        .addIps("10.96.0.9")
                        .setRegistry("Kubernetes")
                        .setShortname("web")
                        .setNamespace("shop")
                        .build();
        String host = "web.shop.svc.cluster.local";
        return Stream.of(
                name("name table, '" + host + "', ips: 'x'", host, good.toBuilder().addIps("x")),
                name("name table: host '" + host + "': no", host, good.toBuilder().clearIps()),
                name(
                        "name table, '" + host + "', registry: ''",
                        host,
                        good.toBuilder().clearRegistry()),
                name(
                        "name table, '" + host + "': 'web.other.svc.cluster.local'",
                        host,
                        good.toBuilder().setNamespace("other")),
                name(
                        "name table: host: 'Web.shop.svc.cluster.local'",
                        "Web.shop.svc.cluster.local",
                        good.toBuilder().setShortname("Web")),
                name(
                        "name table: host: '*.shop.svc.cluster.local'",
                        "*.shop.svc.cluster.local",
                        good.toBuilder().setShortname("*")));
    }

    private static Flawed name(
            String message, String host, NameXds.NameTable.NameInfo.Builder info) {
        return new Flawed(
                message,
                Wire.pack(
                        TypeUrl.NAMES.url(),
                        NameXds.NameTable.newBuilder().putTable(host, info.build()).build()));
    }

    static Stream<Flawed> routes() {
        return Stream.of(
                route("request_headers_to_add: set", it -> it.addRequestHeadersToAdd(SOMETHING)),
                route("request_headers_to_remove", it -> it.addRequestHeadersToRemove("x")),
                route("response_headers_to_add", it -> it.addResponseHeadersToAdd(SOMETHING)),
                route("response_headers_to_remove", it -> it.addResponseHeadersToRemove("x")),
                new Flawed(ROUTE + ": another action", table(it -> it.clearAction())),
                new Flawed(
                        "route table 't': status: 99",
                        table(it ->
                                it.setDirectResponse(
                                        RouteXds.DirectResponseAction.newBuilder()
                                                .setStatus(99)))));
    }

    static Stream<Flawed> matches() {
        return Stream.of(
                match(", query_parameters: set", it -> it.addQueryParameters(SOMETHING)),
                match(", grpc: set", it -> it.setGrpc(SOMETHING)),
                match(", runtime_fraction: set", it -> it.setRuntimeFraction(SOMETHING)),
                match(", tls_context: set", it -> it.setTlsContext(SOMETHING)),
                match(", dynamic_metadata: set", it -> it.addDynamicMetadata(SOMETHING)),
                match(", filter_state: set", it -> it.addFilterState(SOMETHING)),
                match(
                        ", case_sensitive: set",
                        it -> it.setCaseSensitive(BoolValue.getDefaultInstance())),
                match(": another path specifier", it -> it.clearPathSpecifier()),
                match(", prefix: '/a'", it -> it.setPrefix("/a")),
                match(", header 'x', invert_match: set", it -> it.addHeaders(header(true, false))),
                match(", header 'x', ignore_case: set", it -> it.addHeaders(header(false, true))),
                match(
                        ", header 'x': another matcher",
                        it -> it.addHeaders(RouteXds.HeaderMatcher.newBuilder().setName("x"))),
                new Flawed(
                        "route table 't': path prefix: '/a/'",
                        table(it ->
                                it.setMatch(
                                        RouteXds.RouteMatch.newBuilder()
                                                .setPathSeparatedPrefix("/a/")))));
    }

    private static RouteXds.HeaderMatcher header(boolean invert, boolean ignoreCase) {
        return RouteXds.HeaderMatcher.newBuilder()
                .setName("x")
                .setInvertMatch(invert)
                .setStringMatch(
                        RouteXds.StringMatcher.newBuilder().setExact("a").setIgnoreCase(ignoreCase))
                .build();
    }

    static Stream<Flawed> actions() {
        return Stream.of(
                action(", timeout: set", it -> it.setTimeout(Duration.newBuilder().setSeconds(15))),
                action(", prefix_rewrite: set", it -> it.setPrefixRewrite("/")),
                action(", regex_rewrite: set", it -> it.setRegexRewrite(SOMETHING)),
                action(", host_rewrite_literal: set", it -> it.setHostRewriteLiteral("h")),
                action(
                        ", request_mirror_policies: set",
                        it -> it.addRequestMirrorPolicies(SOMETHING)),
                action(": another cluster specifier", it -> it.clearClusterSpecifier()),
                action(
                        ", retry_policy.retry_on: '5xx'",
                        it ->
                                it.setRetryPolicy(
                                        RouteXds.RetryPolicy.newBuilder().setRetryOn("5xx"))),
                new Flawed(
                        "route table 't': weight: -1",
                        table(it -> it.setRoute(weighing(0xffff_ffff)))),
                new Flawed(
                        "route table 't': sum of weights: 0",
                        table(it -> it.setRoute(weighing(0)))));
    }

    private static RouteXds.RouteAction weighing(int weight) {
        return RouteXds.RouteAction.newBuilder()
                .setWeightedClusters(
                        RouteXds.WeightedClusters.newBuilder()
                                .addClusters(
                                        RouteXds.WeightedClusters.ClusterWeight.newBuilder()
                                                .setName("c")
                                                .setWeight(
                                                        UInt32Value.newBuilder().setValue(weight))))
                .build();
    }

    static Stream<Flawed> clusters() {
        return Stream.of(
                cluster(
                        "cluster 'c': type STRICT_DNS",
                        it -> it.setType(ClusterXds.Cluster.DiscoveryType.STRICT_DNS)),
                cluster("cluster 'c': type UNRECOGNIZED", it -> it.setTypeValue(77)),
                cluster(
                        "cluster 'c', connect_timeout: -1 s",
                        it -> it.setConnectTimeout(Duration.newBuilder().setSeconds(-1))),
                cluster(
                        "cluster 'c', connect_timeout: 9223372036854775807 s",
                        it ->
                                it.setConnectTimeout(
                                        Duration.newBuilder().setSeconds(Long.MAX_VALUE))),
                cluster(
                        "cluster 'c', connect_timeout: 0 s + 1000000000 ns",
                        it -> it.setConnectTimeout(Duration.newBuilder().setNanos(1_000_000_000))),
                cluster("cluster 'c': connectTimeout", it -> it.clearConnectTimeout()),
                cluster(
                        "cluster 'c', eds_cluster_config: config_source is not ads",
                        it -> it.clearEdsClusterConfig()),
                cluster(
                        "cluster 'c', eds_cluster_config.service_name: 'other'",
                        it ->
                                it.setEdsClusterConfig(
                                        it.getEdsClusterConfig().toBuilder()
                                                .setServiceName("other"))),
                mtls("cluster 'c': namespace: 'Shop'", "/ns/shop/", "/ns/Shop/"),
                mtls("cluster 'c': identity: 'dns:", "spiffe://", "dns://///"),
                mtls(
                        "cluster 'c', transport_socket_matches: another choice of sockets",
                        "sds-grpc",
                        "sds-rest"),
                cluster(
                        "cluster 'c', transport_socket_matches: type ''",
                        it ->
                                it.addTransportSocketMatches(
                                        ClusterXds.Cluster.TransportSocketMatch
                                                .getDefaultInstance())),
                cluster(
                        "cluster 'c', transport_socket_matches: set",
                        it ->
                                it.setType(ClusterXds.Cluster.DiscoveryType.ORIGINAL_DST)
                                        .addTransportSocketMatches(
                                                ClusterXds.Cluster.TransportSocketMatch
                                                        .getDefaultInstance())),
                cluster(
                        "cluster 'c': STATIC with endpoints",
                        it ->
                                it.setType(ClusterXds.Cluster.DiscoveryType.STATIC)
                                        .setLoadAssignment(
                                                EndpointXds.ClusterLoadAssignment.newBuilder()
                                                        .addEndpoints(
                                                                EndpointXds.LocalityLbEndpoints
                                                                        .getDefaultInstance()))));
    }

    /** A cluster with mTLS, some text of which is another of the same length. */
    private static Flawed mtls(String message, String text, String other) {
        Any good =
                ResourceEncoder.cluster(
                        new Cluster.Eds(
                                "c",
                                java.time.Duration.ofSeconds(1),
                                List.of(new SpiffeId("cluster.local", "shop", "reviews"))));
        String bytes = good.getValue().toString(StandardCharsets.ISO_8859_1);
        return new Flawed(
                message,
                good.toBuilder()
                        .setValue(
                                ByteString.copyFrom(
                                        bytes.replace(text, other), StandardCharsets.ISO_8859_1))
                        .build());
    }

    static Stream<Flawed> endpoints() {
        return Stream.of(
                endpoint("endpoints of 'c', health_status: 9", it -> it.setHealthStatusValue(9)),
                endpoint("endpoints of 'c': port: -1", it -> it.setEndpoint(at("10.0.0.1", -1))),
                endpoint(
                        "endpoints of 'c': port: 65536",
                        it -> it.setEndpoint(at("10.0.0.1", 65_536))),
                endpoint("endpoints of 'c': host: ''", it -> it.clearEndpoint()));
    }

    static Stream<Flawed> destinations() {
        String chain = ", filter chain 0";
        return Stream.of(
                destination(
                        ", traffic_direction: UNSPECIFIED",
                        it -> it.setTrafficDirection(CoreXds.TrafficDirection.UNSPECIFIED)),
                destination(": outbound and bound to a port", it -> it.clearBindToPort()),
                destination(": 2 filter chains", it -> it.addFilterChains(it.getFilterChains(0))),
                destination(
                        ", default_filter_chain: 0 network filters",
                        it -> it.clearDefaultFilterChain()),
                destination(
                        ", default_filter_chain: HTTP",
                        it -> it.setDefaultFilterChain(it.getFilterChains(0))),
                destination(
                        chain + ": for all connections",
                        it -> it.setFilterChains(0, it.getDefaultFilterChain())),
                chain(
                        chain + ": filter 'x'",
                        it ->
                                it.setFilters(
                                        0,
                                        ListenerXds.Filter.newBuilder()
                                                .setName("x")
                                                .setTypedConfig(NOBODY_KNOWS))),
                chain(chain + ": 2 network filters", it -> it.addFilters(it.getFilters(0))),
                chain(
                        chain + ": tcp_proxy",
                        it ->
                                it.setFilters(
                                        0, new NetworkFilter.Tcp("c", "c").chain().getFilters(0))),
                chain(
                        chain + ": inline routes",
                        it ->
                                it.setFilters(
                                        0,
                                        new NetworkFilter.HttpToCluster("c", "c")
                                                .chain()
                                                .getFilters(0))),
                matching(chain + ", prefix_ranges", it -> it.addPrefixRanges(SOMETHING)),
                matching(
                        chain + ", source_prefix_ranges",
                        it -> it.addSourcePrefixRanges(SOMETHING)),
                matching(
                        chain + ", source_ports",
                        it -> it.setSourcePorts(ByteString.copyFrom(new byte[] {80}))),
                matching(chain + ", source_type", it -> it.setSourceType(1)),
                matching(chain + ", transport_protocol", it -> it.setTransportProtocol("tls")),
                matching(chain + ", server_names", it -> it.addServerNames("h")),
                matching(chain + ", destination_port", it -> it.setDestinationPort(Wire.uint(80))),
                matching(
                        chain + ", application_protocols: [http/1.0, http/1.1, h2]",
                        it -> it.addApplicationProtocols("h2")),
                manager(
                        chain + ": HTTP filter 'x'",
                        it ->
                                it.addHttpFilters(
                                        ListenerXds.HttpFilter.newBuilder()
                                                .setName("x")
                                                .setTypedConfig(NOBODY_KNOWS))),
                chain(
                        chain + ", transport_socket: set",
                        it -> it.setTransportSocket(MtlsCodec.TAKEN)),
                manager(chain + ": another source of routes", it -> it.clearRouteSpecifier()),
                manager(
                        chain + ", rds: config_source is not ads",
                        it -> it.setRds(it.getRds().toBuilder().clearConfigSource())));
    }

    static Stream<Flawed> outbound() {
        ListenerXds.Listener good =
                ListenerCodec.encode(new Listener.Outbound("o", 15001, "PassthroughCluster"));
        return Stream.of(
                new Flawed(
                        "listener 'o', filter_chains: set",
                        listener(good.toBuilder().addFilterChains(good.getDefaultFilterChain()))));
    }

    static Stream<Flawed> inbound() {
        ListenerXds.Listener good =
                ListenerCodec.encode(
                        new Listener.Inbound(
                                "i",
                                15006,
                                List.of(new Listener.Inbound.Port(80, true, "in", "h")),
                                "rest"));
        ListenerXds.FilterChain http = good.getFilterChains(0);
        ListenerXds.FilterChain tcp = good.getFilterChains(1);
        String chain = "listener 'i', filter chain of port 80";
        return Stream.of(
                new Flawed(
                        chain + ": only for HTTP",
                        listener(good.toBuilder().clearFilterChains().addFilterChains(http))),
                new Flawed(
                        chain + ": only for HTTP",
                        listener(
                                good.toBuilder()
                                        .clearFilterChains()
                                        .addFilterChains(tcp)
                                        .addFilterChains(http))),
                new Flawed(
                        chain + ": HTTP to 'in', TCP to 'elsewhere'",
                        listener(
                                good.toBuilder()
                                        .setFilterChains(
                                                1,
                                                new NetworkFilter.Tcp("h", "elsewhere")
                                                        .chain()
                                                        .setFilterChainMatch(
                                                                tcp.getFilterChainMatch())))),
                new Flawed(
                        chain + ": Tcp",
                        listener(
                                good.toBuilder()
                                        .setFilterChains(
                                                0,
                                                tcp.toBuilder()
                                                        .setFilterChainMatch(
                                                                http.getFilterChainMatch())))),
                new Flawed(
                        chain + ", route_config 'in': other routes",
                        listener(
                                good.toBuilder()
                                        .setFilterChains(
                                                0,
                                                managing(
                                                        http,
                                                        it ->
                                                                it.setRouteConfig(
                                                                        it
                                                                                .getRouteConfig()
                                                                                .toBuilder()
                                                                                .clearVirtualHosts()))))),
                new Flawed(
                        "listener 'i': other filter chains with a transport_socket",
                        listener(
                                good.toBuilder()
                                        .addFilterChains(
                                                tcp.toBuilder()
                                                        .setTransportSocket(MtlsCodec.TAKEN)))),
                new Flawed(
                        "listener 'i': ports of i: a port is listed twice",
                        listener(good.toBuilder().addFilterChains(tcp))),
                new Flawed(
                        "listener 'i': port: 0",
                        listener(
                                good.toBuilder()
                                        .setFilterChains(
                                                1, tcp.toBuilder().clearFilterChainMatch()))));
    }

    @Test
    void anotherTypeIsRefused() {
        Any cluster = ResourceEncoder.cluster(new Cluster.BlackHole("x"));
        assertThatExceptionOfType(CodecFault.class)
                .isThrownBy(() -> ResourceDecoder.listener(cluster))
                .withMessageContaining("type.googleapis.com/envoy.config.cluster.v3.Cluster")
                .withMessageContaining("expected: type.googleapis.com/envoy.config.listener");
    }
}
