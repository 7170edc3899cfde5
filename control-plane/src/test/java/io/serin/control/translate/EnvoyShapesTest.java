// SPDX-License-Identifier: Apache-2.0
package io.serin.control.translate;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import com.google.protobuf.TypeRegistry;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.listener.http_inspector.v3.HttpInspector;
import io.envoyproxy.envoy.extensions.filters.listener.original_dst.v3.OriginalDst;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.envoyproxy.envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.serin.api.codec.NodeCodec;
import io.serin.api.codec.ResourceEncoder;
import io.serin.api.codec.TypeUrl;
import io.serin.api.snapshot.ProxySnapshot;
import io.serin.control.index.MeshIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Holds what we send against the real protos. Ours are trimmed, and a wrong field number would be
 * read back just as wrongly as it was written.
 */
class EnvoyShapesTest {

    private static final MeshIndex MESH =
            MeshText.index(
                    """
                    service reviews.shop 10.96.0.1 9080 9443/tcp
                    service reviews-v1.shop 10.96.0.2 9080
                    service ratings.shop 10.96.0.3 9080
                    service headless.shop - 80
                    endpoint reviews.shop:9080 10.0.0.1:9080
                    endpoint reviews.shop:9080 10.0.0.2:9080 draining
                    pod 10.0.0.1 reviews-1.shop 9080=reviews.shop 9443/tcp=reviews.shop 8080=web.shop
                    mtls 10.0.0.1 reviews.shop
                    route shop/canary reviews.shop:9080
                      =/exact GET, /prefix x-user=ada -> reviews-v1.shop:9080*90 ?*10
                      any -> reviews-v1.shop:9080*1
                    route shop/none ratings.shop
                      any -> none
                    """);

    private static final ProxySnapshot SNAPSHOT =
            Translation.translate(MESH, MeshText.node("10.0.0.1 reviews-1.shop"));

    /** Envoy's own messages, by type URL. */
    private static final Map<String, Message> REAL =
            Stream.<Message>of(
                            Cluster.getDefaultInstance(),
                            ClusterLoadAssignment.getDefaultInstance(),
                            Listener.getDefaultInstance(),
                            RouteConfiguration.getDefaultInstance(),
                            UpstreamTlsContext.getDefaultInstance(),
                            DownstreamTlsContext.getDefaultInstance(),
                            RawBuffer.getDefaultInstance(),
                            TlsInspector.getDefaultInstance(),
                            HttpConnectionManager.getDefaultInstance(),
                            TcpProxy.getDefaultInstance(),
                            Router.getDefaultInstance(),
                            HttpInspector.getDefaultInstance(),
                            OriginalDst.getDefaultInstance(),
                            PreviousHostsPredicate.getDefaultInstance())
                    .collect(toMap(it -> Any.pack(it).getTypeUrl(), it -> it));

    private static final Path GOLDEN =
            Path.of("src/test/resources/io/serin/control/translate/golden");

    private static Stream<Map.Entry<String, io.serin.api.xds.Any>> resources(TypeUrl type) {
        return switch (type) {
            case CLUSTER -> encoded(SNAPSHOT.clusters(), ResourceEncoder::cluster);
            case ENDPOINT -> encoded(SNAPSHOT.endpoints(), ResourceEncoder::endpoints);
            case LISTENER -> encoded(SNAPSHOT.listeners(), ResourceEncoder::listener);
            case ROUTE -> encoded(SNAPSHOT.routeTables(), ResourceEncoder::routeTable);
            case HOME, NAMES -> throw new IllegalArgumentException("Envoy never asks for it");
        };
    }

    private static <R> Stream<Map.Entry<String, io.serin.api.xds.Any>> encoded(
            Map<String, R> all, Function<R, io.serin.api.xds.Any> encoder) {
        return new TreeMap<>(all)
                .entrySet().stream()
                        .map(it -> Map.entry(it.getKey(), encoder.apply(it.getValue())));
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"HOME", "NAMES"})
    void everyFieldIsOneOfEnvoys(TypeUrl type) throws InvalidProtocolBufferException {
        List<String> unknown = new ArrayList<>();
        for (var resource : resources(type).toList()) {
            unknown.addAll(unknown(resource.getKey(), read(resource.getValue())));
        }
        assertThat(unknown).isEmpty();
    }

    /**
     * What is sent, as Envoy would print it. {@code -Dgolden=update} writes the files anew, to be
     * read in the diff.
     */
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"HOME", "NAMES"})
    void looksAsInTheGoldenFile(TypeUrl type) throws IOException {
        TypeRegistry.Builder types = TypeRegistry.newBuilder();
        REAL.values().forEach(it -> types.add(it.getDescriptorForType()));
        TextFormat.Printer printer = TextFormat.printer().usingTypeRegistry(types.build());
        StringBuilder text = new StringBuilder();
        for (var resource : resources(type).toList()) {
            text.append("# ").append(resource.getKey()).append('\n');
            text.append(printer.printToString(read(resource.getValue()))).append('\n');
        }
        Path file = GOLDEN.resolve(type.name().toLowerCase(Locale.ROOT) + ".txtpb");
        if ("update".equals(System.getProperty("golden"))) {
            Files.writeString(file, text);
        }
        assertThat(text.toString()).isEqualTo(Files.readString(file));
    }

    private static Message read(io.serin.api.xds.Any resource)
            throws InvalidProtocolBufferException {
        return unpack(Any.parseFrom(resource.toByteArray()));
    }

    private static Message unpack(Any any) throws InvalidProtocolBufferException {
        return requireNonNull(REAL.get(any.getTypeUrl()), any.getTypeUrl())
                .getParserForType()
                .parseFrom(any.getValue());
    }

    /** The places of all fields and values that Envoy does not know, here and in what is inside. */
    private static List<String> unknown(String where, Message message)
            throws InvalidProtocolBufferException {
        List<String> found = new ArrayList<>();
        message.getUnknownFields()
                .asMap()
                .keySet()
                .forEach(number -> found.add(where + ": field " + number));
        for (var field : message.getAllFields().entrySet()) {
            Object value = field.getValue();
            String place = where + "." + field.getKey().getName();
            for (Object each : value instanceof List<?> list ? list : List.of(value)) {
                switch (each) {
                    case Any any -> found.addAll(unknown(place, unpack(any)));
                    case Message inner -> found.addAll(unknown(place, inner));
                    case com.google.protobuf.Descriptors.EnumValueDescriptor choice -> {
                        if (choice.getIndex() < 0) {
                            found.add(place + ": value " + choice.getNumber());
                        }
                    }
                    default -> {
                        // A number or a string.
                    }
                }
            }
        }
        return found;
    }

    @Test
    void routesSayToEnvoyWhatTheySayToUs() throws InvalidProtocolBufferException {
        RouteConfiguration table = table("reviews.shop.svc.cluster.local:9080");
        assertThat(table.hasValidateClusters() && !table.getValidateClusters().getValue()).isTrue();
        assertThat(table.getIgnorePortInHostMatching()).isTrue();
        List<Route> routes = table.getVirtualHosts(0).getRoutesList();
        assertThat(routes).hasSize(3);

        assertThat(routes.get(0).getMatch().getPath()).isEqualTo("/exact");
        assertThat(routes.get(0).getMatch().getHeaders(0).getName()).isEqualTo(":method");
        assertThat(routes.get(0).getMatch().getHeaders(0).getStringMatch().getExact())
                .isEqualTo("GET");
        assertThat(routes.get(1).getMatch().getPathSeparatedPrefix()).isEqualTo("/prefix");
        assertThat(routes.get(2).getMatch().getPrefix()).isEqualTo("/");

        RouteAction split = routes.get(0).getRoute();
        assertThat(split.getWeightedClusters().getClustersList())
                .extracting(it -> it.getName() + " " + it.getWeight().getValue())
                .containsExactly(
                        "outbound|9080||reviews-v1.shop.svc.cluster.local 90",
                        "UnresolvedBackend 10");
        assertThat(split.getClusterNotFoundResponseCode())
                .isEqualTo(RouteAction.ClusterNotFoundResponseCode.INTERNAL_SERVER_ERROR);
        assertThat(split.getRetryPolicy().getRetryOn()).isEqualTo("connect-failure,refused-stream");
        assertThat(split.getRetryPolicy().getNumRetries().getValue()).isEqualTo(2);
        assertThat(split.getTimeout().getSeconds()).isZero();
        assertThat(split.hasTimeout()).isTrue();
    }

    private static RouteConfiguration table(String name) throws InvalidProtocolBufferException {
        return (RouteConfiguration)
                read(ResourceEncoder.routeTable(named(SNAPSHOT.routeTables(), name)));
    }

    private static <T> T named(Map<String, T> all, String name) {
        return requireNonNull(all.get(name), name);
    }

    @Test
    void nobodyToServeIsAnAnswerOfEnvoysOwn() throws InvalidProtocolBufferException {
        RouteConfiguration table = table("ratings.shop.svc.cluster.local:9080");
        assertThat(table.getVirtualHosts(0).getRoutes(0).getDirectResponse().getStatus())
                .isEqualTo(500);
    }

    @Test
    void clustersAreOfTheKindsThatTheyAreToUs() throws InvalidProtocolBufferException {
        Cluster reviews = cluster("outbound|9080||reviews.shop.svc.cluster.local");
        assertThat(reviews.getType()).isEqualTo(Cluster.DiscoveryType.EDS);
        assertThat(reviews.getEdsClusterConfig().getEdsConfig().hasAds()).isTrue();
        assertThat(reviews.getLbPolicy()).isEqualTo(Cluster.LbPolicy.LEAST_REQUEST);
        assertThat(reviews.getConnectTimeout().getSeconds()).isPositive();

        Cluster inbound = cluster("inbound|9080||");
        assertThat(inbound.getType()).isEqualTo(Cluster.DiscoveryType.ORIGINAL_DST);
        assertThat(inbound.getLbPolicy()).isEqualTo(Cluster.LbPolicy.CLUSTER_PROVIDED);
        assertThat(inbound.getUpstreamBindConfig().getSourceAddress().getAddress())
                .isEqualTo("127.0.0.6");
        assertThat(inbound.getUpstreamBindConfig().getSourceAddress().hasPortValue()).isTrue();

        assertThat(cluster("BlackHoleCluster").getType()).isEqualTo(Cluster.DiscoveryType.STATIC);
    }

    private static Cluster cluster(String name) throws InvalidProtocolBufferException {
        return (Cluster) read(ResourceEncoder.cluster(named(SNAPSHOT.clusters(), name)));
    }

    @Test
    void endpointsCarryHealthAndWorkload() throws InvalidProtocolBufferException {
        var reviews =
                (ClusterLoadAssignment)
                        read(
                                ResourceEncoder.endpoints(
                                        named(
                                                SNAPSHOT.endpoints(),
                                                "outbound|9080||reviews.shop.svc.cluster.local")));
        assertThat(reviews.getEndpoints(0).getLbEndpointsList())
                .extracting(it ->
                        it.getEndpoint().getAddress().getSocketAddress().getAddress()
                                + " "
                                + it.getHealthStatus())
                .containsExactly(
                        "10.0.0.1 " + HealthStatus.HEALTHY, "10.0.0.2 " + HealthStatus.DRAINING);
    }

    @Test
    void inboundLooksOnlyIntoPortsThatServeHttp() throws Exception {
        Listener inbound = listener("virtualInbound");
        assertThat(inbound.getAddress().getSocketAddress().getPortValue()).isEqualTo(15006);
        assertThat(inbound.getListenerFiltersList())
                .extracting(it -> it.getName())
                .containsExactly(
                        "envoy.filters.listener.original_dst",
                        "envoy.filters.listener.tls_inspector",
                        "envoy.filters.listener.http_inspector");
        assertThat(
                        inbound.getListenerFilters(2)
                                .getFilterDisabled()
                                .getNotMatch()
                                .getOrMatch()
                                .getRulesList())
                .extracting(it -> it.getDestinationPortRange().getStart())
                .containsExactlyInAnyOrder(8080, 9080);
        assertThat(inbound.getFilterChainsList())
                .filteredOn(it -> !it.hasTransportSocket())
                .extracting(EnvoyShapesTest::match)
                .containsExactlyInAnyOrder(
                        "8080 [http/1.0, http/1.1]",
                        "8080 []",
                        "9080 [http/1.0, http/1.1]",
                        "9080 []",
                        "9443 []");
        assertThat(inbound.getFilterChainsList())
                .filteredOn(it -> it.hasTransportSocket())
                .extracting(EnvoyShapesTest::match)
                .containsExactlyInAnyOrder(
                        "8080 [istio-http/1.0, istio-http/1.1]",
                        "8080 [istio-peer-exchange, istio, istio-h2]",
                        "9080 [istio-http/1.0, istio-http/1.1]",
                        "9080 [istio-peer-exchange, istio, istio-h2]",
                        "9443 [istio-http/1.0, istio-http/1.1, istio-peer-exchange, istio,"
                                + " istio-h2]",
                        "0 [istio-http/1.0, istio-http/1.1, istio-peer-exchange, istio, istio-h2]");
    }

    private static String match(FilterChain chain) {
        return chain.getFilterChainMatch().getDestinationPort().getValue()
                + " "
                + chain.getFilterChainMatch().getApplicationProtocolsList();
    }

    @Test
    void outboundListenersTakeWhatIsRedirectedToOne() throws Exception {
        Listener catchAll = listener("virtualOutbound");
        assertThat(catchAll.getUseOriginalDst().getValue()).isTrue();
        Listener reviews = listener("10.96.0.1_9080");
        assertThat(reviews.hasBindToPort() && !reviews.getBindToPort().getValue()).isTrue();
        var http =
                reviews.getFilterChains(0)
                        .getFilters(0)
                        .getTypedConfig()
                        .unpack(HttpConnectionManager.class);
        assertThat(http.getRds().getRouteConfigName())
                .isEqualTo("reviews.shop.svc.cluster.local:9080");
        assertThat(http.getRds().getConfigSource().hasAds()).isTrue();
        assertThat(http.getHttpFiltersList()).hasSize(1);
    }

    private static Listener listener(String name) throws InvalidProtocolBufferException {
        return (Listener) read(ResourceEncoder.listener(named(SNAPSHOT.listeners(), name)));
    }

    @Test
    void proxiesIntroduceThemselvesAsEnvoyWould() throws Exception {
        var request =
                io.serin.api.xds.DeltaDiscoveryRequest.newBuilder()
                        .setNode(NodeCodec.encode(MeshText.node("10.0.0.1 web-1.shop")))
                        .setTypeUrl(TypeUrl.CLUSTER.url())
                        .addResourceNamesSubscribe("*")
                        .addResourceNamesUnsubscribe("a")
                        .putInitialResourceVersions("b", "1")
                        .setResponseNonce("n")
                        .setErrorDetail(
                                io.serin.api.xds.Status.newBuilder().setCode(3).setMessage("no"))
                        .build();
        DeltaDiscoveryRequest real = DeltaDiscoveryRequest.parseFrom(request.toByteArray());
        assertThat(unknown("request", real)).isEmpty();
        assertThat(real.getNode().getId())
                .isEqualTo("sidecar~10.0.0.1~web-1.shop~shop.svc.cluster.local");
        assertThat(real.getNode().getMetadata().getFieldsOrThrow("REVISION").getStringValue())
                .isEqualTo("1-0");
        assertThat(real.getErrorDetail().getMessage()).isEqualTo("no");
        assertThat(real.getResponseNonce()).isEqualTo("n");
    }
}
