// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.serin.api.backend.Cluster;
import io.serin.api.backend.Endpoint;
import io.serin.api.backend.EndpointGroup;
import io.serin.api.backend.Workload;
import io.serin.api.name.HostPort;
import io.serin.api.name.ProxyId;
import io.serin.api.name.Revision;
import io.serin.api.route.HeaderMatch;
import io.serin.api.route.PathMatch;
import io.serin.api.route.RequestMatch;
import io.serin.api.route.Route;
import io.serin.api.route.RouteAction;
import io.serin.api.route.RouteTable;
import io.serin.api.route.VirtualHost;
import io.serin.api.route.WeightedCluster;
import io.serin.api.snapshot.Listener;
import io.serin.api.snapshot.ProxyNode;
import io.serin.api.xds.Any;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RoundTripTest {

    private static final String REVIEWS = "outbound|9080||reviews.shop.svc.cluster.local";
    private static final String TABLE = "reviews.shop.svc.cluster.local:9080";

    static Stream<Cluster> clusters() {
        return Stream.of(
                new Cluster.Eds(REVIEWS, Duration.ofSeconds(2)),
                new Cluster.OriginalDestination(
                        "PassthroughCluster", Duration.ofMillis(1500), Optional.empty()),
                new Cluster.OriginalDestination(
                        "inbound|9080||", Duration.ofSeconds(1), Optional.of("127.0.0.6")),
                new Cluster.BlackHole("BlackHoleCluster"));
    }

    static Stream<Listener> listeners() {
        return Stream.of(
                new Listener.Outbound("virtualOutbound", 15001, "PassthroughCluster"),
                new Listener.Destination(
                        "10.96.0.7_9080",
                        new HostPort("10.96.0.7", 9080),
                        new Listener.Protocol.Http(TABLE, REVIEWS)),
                new Listener.Destination(
                        "10.96.0.8_5432",
                        new HostPort("10.96.0.8", 5432),
                        new Listener.Protocol.Tcp("outbound|5432||db.shop.svc.cluster.local")),
                new Listener.Inbound("virtualInbound", 15006, List.of(), "Inbound"),
                new Listener.Inbound(
                        "virtualInbound",
                        15006,
                        List.of(
                                new Listener.Inbound.Port(
                                        9080, true, "inbound|9080||", "reviews.shop"),
                                new Listener.Inbound.Port(
                                        5432, false, "inbound|5432||", "db.shop")),
                        "InboundPassthroughCluster"));
    }

    static Stream<RouteTable> routeTables() {
        Route canary =
                new Route(
                        "shop/reviews/0",
                        new RequestMatch(
                                new PathMatch.Prefix("/reviews"),
                                List.of(
                                        new HeaderMatch("x-user", "jane"),
                                        new HeaderMatch(HeaderMatch.METHOD, "GET"))),
                        new RouteAction.Forward(
                                List.of(
                                        new WeightedCluster(REVIEWS, 90),
                                        new WeightedCluster("UnresolvedBackend", 10)),
                                2));
        Route rest =
                new Route(
                        "rest",
                        RequestMatch.ANY,
                        new RouteAction.Forward(List.of(new WeightedCluster(REVIEWS, 1)), 0));
        Route exact =
                new Route(
                        "exact",
                        new RequestMatch(new PathMatch.Exact("/x"), List.of()),
                        new RouteAction.Respond(500, "no backend"));
        Route empty = new Route("", RequestMatch.ANY, new RouteAction.Respond(404, ""));
        return Stream.of(
                new RouteTable("empty", List.of()),
                new RouteTable(
                        TABLE,
                        List.of(
                                new VirtualHost(
                                        "named",
                                        List.of("reviews.shop", "*.example.org"),
                                        List.of(empty)),
                                new VirtualHost(
                                        "any",
                                        List.of(VirtualHost.ANY),
                                        List.of(canary, exact, rest)))));
    }

    static Stream<EndpointGroup> endpointGroups() {
        return Stream.of(
                new EndpointGroup(REVIEWS, List.of()),
                new EndpointGroup(
                        REVIEWS,
                        List.of(
                                new Endpoint(
                                        new HostPort("10.244.1.7", 9080),
                                        Endpoint.Health.HEALTHY,
                                        new Workload("shop", "reviews-v1", "reviews", "v1")),
                                new Endpoint(
                                        new HostPort("10.244.1.8", 9080),
                                        Endpoint.Health.DRAINING,
                                        Workload.NOT_KNOWN))));
    }

    @ParameterizedTest
    @MethodSource("clusters")
    void clusterComesBackAsItWas(Cluster cluster) throws CodecFault {
        assertThat(ResourceDecoder.cluster(ResourceEncoder.cluster(cluster))).isEqualTo(cluster);
    }

    @ParameterizedTest
    @MethodSource("listeners")
    void listenerComesBackAsItWas(Listener listener) throws CodecFault {
        assertThat(ResourceDecoder.listener(ResourceEncoder.listener(listener)))
                .isEqualTo(listener);
    }

    @ParameterizedTest
    @MethodSource("routeTables")
    void routeTableComesBackAsItWas(RouteTable table) throws CodecFault {
        assertThat(ResourceDecoder.routeTable(ResourceEncoder.routeTable(table))).isEqualTo(table);
    }

    @ParameterizedTest
    @MethodSource("endpointGroups")
    void endpointsComeBackAsTheyWere(EndpointGroup group) throws CodecFault {
        assertThat(ResourceDecoder.endpoints(ResourceEncoder.endpoints(group))).isEqualTo(group);
    }

    @Test
    void nodeComesBackAsItWas() throws CodecFault {
        ProxyNode node =
                new ProxyNode(
                        new ProxyId("10.244.1.7", "web-5d8f-abcde", "shop"),
                        new Revision("1-0"),
                        "0.1.0",
                        new Workload("shop", "web", "web", "v1"),
                        Map.of(
                                "app",
                                "web",
                                "service.istio.io/canonical-name",
                                "web",
                                "service.istio.io/canonical-revision",
                                "v1"));
        assertThat(NodeCodec.decode(NodeCodec.encode(node))).isEqualTo(node);
    }

    @Test
    void otherTypeIsRefusedByName() {
        Any cluster = ResourceEncoder.cluster(new Cluster.BlackHole("x"));
        assertThatThrownBy(() -> ResourceDecoder.listener(cluster))
                .isInstanceOf(CodecFault.class)
                .hasMessageContaining("type.googleapis.com/envoy.config.cluster.v3.Cluster")
                .hasMessageContaining("expected: type.googleapis.com/envoy.config.listener");
    }

    @Test
    void valuesThatTheRecordsRefuseBecomeFaults() {
        Any negativeTimeout =
                io.serin.api.xds.Any.newBuilder()
                        .setTypeUrl(TypeUrl.CLUSTER.url())
                        .setValue(
                                io.serin.api.xds.ClusterXds.Cluster.newBuilder()
                                        .setName("c")
                                        .setType(
                                                io.serin.api.xds.ClusterXds.Cluster.DiscoveryType
                                                        .ORIGINAL_DST)
                                        .setConnectTimeout(
                                                io.serin.api.xds.Duration.newBuilder()
                                                        .setSeconds(-1))
                                        .build()
                                        .toByteString())
                        .build();
        assertThatThrownBy(() -> ResourceDecoder.cluster(negativeTimeout))
                .isInstanceOf(CodecFault.class)
                .hasMessageContaining("connect_timeout")
                .hasMessageContaining("-1 s");
    }

    /** Whatever arrives, the answer is a value or a fault. */
    @Test
    void damagedBytesNeverThrowAnythingElse() {
        List<Any> seeds =
                Stream.of(
                                clusters().map(ResourceEncoder::cluster),
                                listeners().map(ResourceEncoder::listener),
                                routeTables().map(ResourceEncoder::routeTable),
                                endpointGroups().map(ResourceEncoder::endpoints))
                        .flatMap(s -> s)
                        .toList();
        SplittableRandom random = new SplittableRandom(7);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            Any seed = seeds.get(random.nextInt(seeds.size()));
            byte[] bytes = seed.getValue().toByteArray();
            int length = random.nextInt(bytes.length + 1);
            for (int flips = random.nextInt(4); flips > 0 && length > 0; flips--) {
                bytes[random.nextInt(length)] = (byte) random.nextInt(256);
            }
            Any damaged = seed.toBuilder().setValue(ByteString.copyFrom(bytes, 0, length)).build();
            try {
                read(damaged);
            } catch (CodecFault expected) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(1_000);
    }

    private static Object read(Any any) throws CodecFault {
        return switch (TypeUrl.of(any.getTypeUrl()).orElseThrow()) {
            case CLUSTER -> ResourceDecoder.cluster(any);
            case ENDPOINT -> ResourceDecoder.endpoints(any);
            case LISTENER -> ResourceDecoder.listener(any);
            case ROUTE -> ResourceDecoder.routeTable(any);
        };
    }
}
