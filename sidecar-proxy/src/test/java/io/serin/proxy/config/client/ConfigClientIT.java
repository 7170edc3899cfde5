// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.config.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.serin.api.backend.Cluster;
import io.serin.api.backend.Endpoint;
import io.serin.api.backend.EndpointGroup;
import io.serin.api.backend.Workload;
import io.serin.api.codec.ResourceEncoder;
import io.serin.api.codec.TypeUrl;
import io.serin.api.name.HostPort;
import io.serin.api.name.ProxyId;
import io.serin.api.name.Revision;
import io.serin.api.route.RouteTable;
import io.serin.api.snapshot.Listener;
import io.serin.api.snapshot.ProxyNode;
import io.serin.api.snapshot.ProxySnapshot;
import io.serin.api.xds.Any;
import io.serin.api.xds.DeltaDiscoveryRequest;
import io.serin.api.xds.DeltaDiscoveryResponse;
import io.serin.api.xds.Resource;
import io.serin.proxy.config.client.ClientReport.Connection;
import io.serin.proxy.config.store.ConfigStore;
import io.serin.proxy.grpc.Lookup;
import io.serin.proxy.grpc.Trust;
import io.serin.proxy.grpc.Wires;
import io.serin.proxy.main.rehearse.DiscoveryServer;
import io.serin.proxy.main.rehearse.ScriptedControlPlane;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ConfigClientIT {

    private static final ClientSettings.Timing FAST =
            new ClientSettings.Timing(
                    Duration.ofMillis(10),
                    Duration.ofMillis(50),
                    Duration.ofMillis(500),
                    Duration.ofMillis(200),
                    Duration.ofMillis(20),
                    Duration.ofMillis(300),
                    Duration.ofMillis(1500));

    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final EventLoop clientLoop = group.next();
    private final EventLoop serverLoop = group.next();
    private final ConfigStore store = new ConfigStore();
    private final List<AutoCloseable> toClose = new CopyOnWriteArrayList<>();

    @BeforeEach
    void empty() {
        assertThat(store.served().get()).isEqualTo(ProxySnapshot.EMPTY);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : toClose) {
            one.close();
        }
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }

    @Test
    void servesWhatTheControlPlaneSaysAndEachChangeOfIt() {
        ScriptedControlPlane plane = plane(0);
        plane.serve(snapshot("10.0.0.1"));
        ConfigClient client = client(plane.port());

        assertThat(client.complete().awaitUninterruptibly(5000)).isTrue();
        // On a starved machine the client may have gone on without the rest first.
        await().untilAsserted(
                        () -> assertThat(store.served().get()).isEqualTo(snapshot("10.0.0.1")));

        plane.serve(snapshot("10.0.0.2"));
        await().untilAsserted(
                        () -> assertThat(store.served().get()).isEqualTo(snapshot("10.0.0.2")));

        plane.serve(ProxySnapshot.EMPTY);
        await().untilAsserted(
                        () -> assertThat(store.served().get()).isEqualTo(ProxySnapshot.EMPTY));
        assertThat(plane.rejections()).isZero();
        assertThat(client.report().connection()).isInstanceOf(Connection.Connected.class);
    }

    @Test
    void keepsTheLastGoodConfigurationAndComesBack() {
        ScriptedControlPlane plane = plane(0);
        int port = plane.port();
        plane.serve(snapshot("10.0.0.1"));
        ConfigClient client = client(port);
        assertThat(client.complete().awaitUninterruptibly(5000)).isTrue();

        assertThat(store.served().isCurrent()).isTrue();

        plane.close();
        await().until(() -> client.report().connection() instanceof Connection.Disconnected);
        assertThat(store.served().get()).isEqualTo(snapshot("10.0.0.1"));
        assertThat(store.served().isCurrent()).isFalse();

        ScriptedControlPlane again = plane(port);
        again.serve(snapshot("10.0.0.2"));
        await().untilAsserted(
                        () -> assertThat(store.served().get()).isEqualTo(snapshot("10.0.0.2")));
        assertThat(store.served().isCurrent()).isTrue();
    }

    @Test
    void saysOnReconnectWhatItHolds() {
        List<DeltaDiscoveryRequest> heard = new CopyOnWriteArrayList<>();
        AtomicInteger streams = new AtomicInteger();
        int port =
                server((stream, request) -> {
                    heard.add(request);
                    if (request.getResponseNonce().isEmpty()
                            && request.getTypeUrl().equals(TypeUrl.CLUSTER.url())
                            && streams.incrementAndGet() == 1) {
                        stream.send(cluster("1", "a", "v1"));
                    } else if (request.getResponseNonce().equals("1")) {
                        stream.hangUp();
                    }
                });
        ConfigClient client = client(port);

        await().until(() -> streams.get() == 2);

        assertThat(heard)
                .filteredOn(DeltaDiscoveryRequest::hasNode)
                .extracting(DeltaDiscoveryRequest::getInitialResourceVersionsMap)
                .startsWith(Map.of(), Map.of("a", "v1"));
        client.stop();
    }

    @Test
    void refusesWhatItCannotReadAfterAWhileAndKeepsWhatItHad() {
        List<DeltaDiscoveryRequest> nacks = new CopyOnWriteArrayList<>();
        int port =
                server((stream, request) -> {
                    if (request.hasErrorDetail()) {
                        nacks.add(request);
                    } else if (request.hasNode()) {
                        stream.send(passthrough("1", "good"));
                        stream.send(garbage("2"));
                    }
                });
        ConfigClient client = client(port);

        await().until(() -> nacks.size() == 1);

        assertThat(nacks.getFirst().getResponseNonce()).isEqualTo("2");
        assertThat(nacks.getFirst().getErrorDetail().getMessage()).contains("cluster");
        assertThat(store.served().get().clusters()).containsOnlyKeys("good");
        ClientReport.TypeReport report = client.report().of(TypeUrl.CLUSTER);
        assertThat(report.accepted()).isEqualTo(1);
        assertThat(report.rejected()).isEqualTo(1);
        assertThat(report.lastRejection()).isPresent();
    }

    @Test
    void reconnectsAfterARefusalOfItsRevision() {
        AtomicInteger refusals = new AtomicInteger();
        int port =
                server((stream, request) -> {
                    if (request.hasNode()) {
                        refusals.incrementAndGet();
                        stream.end(9, "this is revision 1-1, the proxy wants 1-0%21");
                    }
                });
        ConfigClient client = client(port);

        await().until(() -> refusals.get() >= 3);
        await().untilAsserted(() ->
                assertThat(client.report().connection())
                        .isInstanceOfSatisfying(
                                Connection.Disconnected.class,
                                gone ->
                                        assertThat(gone.cause())
                                                .isEqualTo(
                                                        "gRPC status 9: this is"
                                                                + " revision 1-1, the"
                                                                + " proxy wants"
                                                                + " 1-0!")));
    }

    @Test
    void reconnectsAfterFramesThatAreTooLargeOrCutShort() {
        AtomicInteger streams = new AtomicInteger();
        int port =
                server((stream, request) -> {
                    if (!request.hasNode()) {
                        return;
                    }
                    switch (streams.incrementAndGet()) {
                        case 1 ->
                                stream.sendBytes(Unpooled.buffer().writeByte(0).writeInt(64 << 20));
                        case 2 -> {
                            stream.sendBytes(
                                    Unpooled.buffer()
                                            .writeByte(0)
                                            .writeInt(100)
                                            .writeBytes(new byte[10]));
                            stream.end(0, "");
                        }
                        case 3 ->
                                stream.sendBytes(
                                        Unpooled.wrappedBuffer(new byte[] {7, 7, 7, 7, 7}));
                        default -> stream.send(passthrough("1", "good"));
                    }
                });
        client(port);

        await().until(() -> store.served().get().clusters().containsKey("good"));
    }

    @Test
    void leavesAPeerThatDoesNotSpeakHttp2() throws IOException {
        AtomicInteger connections = new AtomicInteger();
        ServerSocket http1 = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        toClose.add(http1);
        Thread.ofVirtual()
                .start(() -> {
                    while (!http1.isClosed()) {
                        try {
                            Socket peer = http1.accept();
                            if (connections.incrementAndGet() == 1) {
                                continue; // says nothing at all
                            }
                            peer.getOutputStream()
                                    .write(
                                            "HTTP/1.1 400 Bad Request\r\n\r\n"
                                                    .getBytes(StandardCharsets.US_ASCII));
                        } catch (IOException closed) {
                            return;
                        }
                    }
                });
        client(http1.getLocalPort());

        await().until(() -> connections.get() >= 4);
    }

    @Test
    void noticesAControlPlaneThatFellSilent() {
        AtomicInteger streams = new AtomicInteger();
        int port =
                server((stream, request) -> {
                    if (request.hasNode() && streams.incrementAndGet() == 1) {
                        // The loop stands still: connections live, nobody answers.
                        await().pollDelay(Duration.ofMillis(1500)).until(() -> true);
                    }
                });
        ConfigClient client = client(port);
        await().until(() -> client.report().connection() instanceof Connection.Connected);

        await().until(() -> client.report().connection() instanceof Connection.Disconnected);
        await().until(() -> streams.get() >= 2);
    }

    @Test
    void goesOnWithoutEndpointsThatNeverCome() {
        int port =
                server((stream, request) -> {
                    if (request.hasNode()) {
                        stream.send(cluster("1", "lonely", "v1"));
                        stream.send(
                                DeltaDiscoveryResponse.newBuilder()
                                        .setTypeUrl(TypeUrl.LISTENER.url())
                                        .setNonce("2")
                                        .build());
                    }
                });
        ConfigClient client = client(port);

        assertThat(client.complete().awaitUninterruptibly(5000)).isTrue();
        assertThat(store.served().get().endpoints())
                .containsEntry("lonely", new EndpointGroup("lonely", List.of()));
    }

    @Test
    void goesOnWithoutThemHoweverOftenOtherPartsChange() {
        AtomicInteger changes = new AtomicInteger();
        int port =
                server((stream, request) -> {
                    if (request.hasNode()) {
                        stream.send(cluster("first", "lonely", "v1"));
                    } else if (request.getTypeUrl().equals(TypeUrl.CLUSTER.url())) {
                        int change = changes.incrementAndGet();
                        stream.send(passthrough("n" + change, "busy-" + change % 10));
                    }
                });
        ConfigClient client = client(port);

        await().until(() -> store.served().get().endpoints().containsKey("lonely"));
        client.stop();
        assertThat(changes.get()).isGreaterThan(5);
    }

    @Test
    void triesAgainUntilTheNameIsKnown() {
        ConfigClient client =
                new ConfigClient(
                        new ClientSettings("nobody.invalid", 1, node(), FAST),
                        new Wires(clientLoop, NioSocketChannel::new, Lookup.SYSTEM, Trust.NONE),
                        store,
                        Clock.systemUTC(),
                        new Random(1));
        client.start();
        toClose.add(client::stop);

        await().untilAsserted(() ->
                assertThat(client.report().connection())
                        .isInstanceOfSatisfying(
                                Connection.Disconnected.class,
                                gone -> assertThat(gone.cause()).contains("nobody.invalid")));
    }

    private ScriptedControlPlane plane(int port) {
        ScriptedControlPlane plane =
                ScriptedControlPlane.listen(
                        serverLoop,
                        NioServerSocketChannel::new,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        toClose.add(plane);
        return plane;
    }

    private int server(BiConsumer<DiscoveryServer.Stream, DeltaDiscoveryRequest> script) {
        DiscoveryServer server =
                DiscoveryServer.listen(
                        serverLoop,
                        NioServerSocketChannel::new,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        Optional.empty(),
                        DiscoveryServer.Signer.NONE,
                        () -> new ScriptedSession(script));
        toClose.add(server);
        return server.port();
    }

    private ConfigClient client(int port) {
        ConfigClient client =
                new ConfigClient(
                        new ClientSettings("127.0.0.1", port, node(), FAST),
                        new Wires(clientLoop, NioSocketChannel::new, Lookup.SYSTEM, Trust.NONE),
                        store,
                        Clock.systemUTC(),
                        new Random(1));
        client.start();
        toClose.addFirst(client::stop);
        return client;
    }

    private static ProxyNode node() {
        return new ProxyNode(
                new ProxyId("10.0.0.9", "web-1", "shop"),
                new Revision("1-0"),
                "0.1.0",
                Workload.NOT_KNOWN,
                Map.of("app", "web"));
    }

    private static ProxySnapshot snapshot(String endpoint) {
        String cluster = "outbound|80||web.shop.svc.cluster.local";
        return new ProxySnapshot(
                Map.of(
                        "10.96.0.1_80",
                        new Listener.Destination(
                                "10.96.0.1_80",
                                new HostPort("10.96.0.1", 80),
                                new Listener.Protocol.Http("web:80", cluster))),
                Map.of("web:80", new RouteTable("web:80", List.of())),
                Map.of(cluster, new Cluster.Eds(cluster, Duration.ofSeconds(1))),
                Map.of(
                        cluster,
                        new EndpointGroup(
                                cluster,
                                List.of(
                                        new Endpoint(
                                                new HostPort(endpoint, 8080),
                                                Endpoint.Health.HEALTHY,
                                                Workload.NOT_KNOWN)))));
    }

    private static DeltaDiscoveryResponse cluster(String nonce, String name, String version) {
        return clusters(
                nonce,
                name,
                version,
                ResourceEncoder.cluster(new Cluster.Eds(name, Duration.ofSeconds(1))));
    }

    private static DeltaDiscoveryResponse passthrough(String nonce, String name) {
        return clusters(nonce, name, "v1", ResourceEncoder.cluster(new Cluster.BlackHole(name)));
    }

    private static DeltaDiscoveryResponse garbage(String nonce) {
        return clusters(
                nonce,
                "bad",
                "v1",
                Any.newBuilder()
                        .setTypeUrl(TypeUrl.CLUSTER.url())
                        .setValue(ByteString.copyFromUtf8("\u0007garbage"))
                        .build());
    }

    private static DeltaDiscoveryResponse clusters(
            String nonce, String name, String version, Any body) {
        return DeltaDiscoveryResponse.newBuilder()
                .setTypeUrl(TypeUrl.CLUSTER.url())
                .setNonce(nonce)
                .addResources(
                        Resource.newBuilder().setName(name).setVersion(version).setResource(body))
                .build();
    }

    /** A stream whose requests a test answers. */
    private static final class ScriptedSession implements DiscoveryServer.Session {

        private final BiConsumer<DiscoveryServer.Stream, DeltaDiscoveryRequest> script;
        private final List<DiscoveryServer.Stream> streams = new CopyOnWriteArrayList<>();

        ScriptedSession(BiConsumer<DiscoveryServer.Stream, DeltaDiscoveryRequest> script) {
            this.script = script;
        }

        @Override
        public void opened(DiscoveryServer.Stream stream) {
            streams.add(stream);
        }

        @Override
        public void received(DeltaDiscoveryRequest request) {
            script.accept(streams.getFirst(), request);
        }
    }
}
