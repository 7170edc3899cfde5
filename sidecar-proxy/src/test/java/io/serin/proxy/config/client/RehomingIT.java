// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.config.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import io.serin.api.snapshot.Home;
import io.serin.api.snapshot.Listener;
import io.serin.api.snapshot.Protocol;
import io.serin.api.snapshot.ProxyNode;
import io.serin.api.snapshot.ProxySnapshot;
import io.serin.api.xds.Any;
import io.serin.api.xds.DeltaDiscoveryRequest;
import io.serin.api.xds.DeltaDiscoveryResponse;
import io.serin.api.xds.Resource;
import io.serin.proxy.config.client.ClientReport.Connection;
import io.serin.proxy.config.store.ConfigStore;
import io.serin.proxy.grpc.Trust;
import io.serin.proxy.grpc.Wires;
import io.serin.proxy.main.rehearse.DiscoveryServer;
import io.serin.proxy.main.rehearse.ScriptedControlPlane;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One proxy, and the control planes that say where it belongs. */
@Timeout(30)
class RehomingIT {

    /** Quick to try again, and patient with a machine that has other things to do. */
    private static ClientSettings.Timing timing(Duration move) {
        return new ClientSettings.Timing(
                Duration.ofMillis(10),
                Duration.ofMillis(50),
                Duration.ofSeconds(3),
                Duration.ofSeconds(2),
                Duration.ofMillis(20),
                Duration.ofSeconds(2),
                move);
    }

    private static final Revision OLD = new Revision("1-0");
    private static final Revision NEW = new Revision("1-1");

    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final EventLoop clientLoop = group.next();
    private final EventLoop serverLoop = group.next();
    private final ConfigStore store = new ConfigStore();
    private final Map<String, Integer> ports = new ConcurrentHashMap<>();
    private final List<ProxySnapshot> published = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> toClose = new CopyOnWriteArrayList<>();
    private final ScriptedControlPlane old = plane(OLD, 0);

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : toClose) {
            one.close();
        }
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }

    @Test
    void movesInOnePublicationAndBackAgain() {
        ScriptedControlPlane next = plane(NEW, 0);
        next.serve(snapshot("10.0.0.2"), home(NEW));
        ConfigClient client = client();

        old.serve(snapshot("10.0.0.1"), home(NEW));
        awaitAt(client, NEW);
        assertThat(published).containsExactly(snapshot("10.0.0.1"), snapshot("10.0.0.2"));
        await().until(() -> old.streams() == 0);

        next.serve(snapshot("10.0.0.3"), home(NEW));
        await().until(() -> store.served().get().equals(snapshot("10.0.0.3")));

        old.serve(snapshot("10.0.0.4"), home(OLD));
        next.serve(snapshot("10.0.0.3"), home(OLD));
        awaitAt(client, OLD);
        assertThat(published).endsWith(snapshot("10.0.0.3"), snapshot("10.0.0.4"));
        await().until(() -> next.streams() == 0);
        assertThat(client.report().home().moves()).isEqualTo(2);
        assertThat(client.report().home().failures()).isZero();
    }

    @Test
    void publishesNothingWhereBothSayTheSame() {
        ScriptedControlPlane next = plane(NEW, 0);
        next.serve(snapshot("10.0.0.1"), home(NEW));
        ConfigClient client = client();

        old.serve(snapshot("10.0.0.1"), home(NEW));
        awaitAt(client, NEW);

        assertThat(published).containsExactly(snapshot("10.0.0.1"));
        assertThat(client.report().of(TypeUrl.CLUSTER).versions()).hasSize(1);
    }

    @Test
    void staysWhereNobodyIsAndGoesWhenSomebodyIs() {
        ports.put(address(NEW), 1);
        ConfigClient client = client();

        old.serve(snapshot("10.0.0.1"), home(NEW));
        await().until(() -> client.report().home().failures() > 2);
        assertStayed(client);
        // Each failed attempt is told to the control plane that sent the proxy there.
        await().until(() -> old.rejections() > 1);
        assertThat(client.report().home().wanted()).contains(NEW);
        assertThat(client.report().home().lastFailure().orElseThrow().message())
                .startsWith("1-1 at istiod-1-1:15010: ");

        plane(NEW, 0).serve(snapshot("10.0.0.2"), home(NEW));
        awaitAt(client, NEW);
    }

    @Test
    void staysWhereTheNameIsNotKnown() {
        ConfigClient client = client();

        old.serve(snapshot("10.0.0.1"), home(NEW));

        awaitFailure(client, "the name 'istiod-1-1' is not known");
    }

    @Test
    void staysWhereWhatIsSentCanNotBeRead() {
        List<DeltaDiscoveryRequest> heard = new CopyOnWriteArrayList<>();
        server(
                NEW,
                (stream, request) -> {
                    heard.add(request);
                    if (request.getResponseNonce().isEmpty()) {
                        if (request.getTypeUrl().equals(TypeUrl.HOME.url())) {
                            stream.send(response(TypeUrl.HOME, Home.NAME, encoded(home(NEW))));
                        } else if (request.getTypeUrl().equals(TypeUrl.CLUSTER.url())) {
                            stream.send(response(TypeUrl.CLUSTER, "c", Any.getDefaultInstance()));
                        }
                    }
                });
        ConfigClient client = client();

        old.serve(snapshot("10.0.0.1"), home(NEW));

        awaitFailure(client, "what it sends can't be read: CLUSTER: ");
        assertThat(heard).anyMatch(DeltaDiscoveryRequest::hasErrorDetail);
    }

    @Test
    void staysWhereNotAllComesInTime() {
        server(
                NEW,
                (stream, request) -> {
                    if (request.getResponseNonce().isEmpty()
                            && request.getTypeUrl().equals(TypeUrl.HOME.url())) {
                        stream.send(response(TypeUrl.HOME, Home.NAME, encoded(home(NEW))));
                    }
                });
        ConfigClient client = client(Duration.ofMillis(700));

        old.serve(snapshot("10.0.0.1"), home(NEW));

        awaitFailure(client, "not complete within PT0.7S");
    }

    @Test
    void asksNothingElseOfWhomItCanNotSpeakTo() {
        List<String> asked = new CopyOnWriteArrayList<>();
        Home later = new Home(NEW, new HostPort("istiod-1-1", 15010), new Protocol(2, 3));
        server(
                NEW,
                (stream, request) -> {
                    asked.add(request.getTypeUrl());
                    if (request.getResponseNonce().isEmpty()) {
                        stream.send(response(TypeUrl.HOME, Home.NAME, encoded(later)));
                    }
                });
        ConfigClient client = client();

        old.serve(snapshot("10.0.0.1"), home(NEW));

        awaitFailure(client, "it speaks protocol 2 to 3 (expected: 1");
        assertThat(asked).containsOnly(TypeUrl.HOME.url());
    }

    @Test
    void staysWhereItIsNotExpected() {
        plane(NEW, 0).serve(snapshot("10.0.0.2"), home(OLD));
        ConfigClient client = client();

        old.serve(snapshot("10.0.0.1"), home(NEW));

        awaitFailure(client, "it says that this proxy belongs to 1-0");
    }

    @Test
    void givesUpGoingWhenItIsCalledBack() {
        ports.put(address(NEW), 1);
        ConfigClient client = client();
        old.serve(snapshot("10.0.0.1"), home(NEW));
        await().until(() -> client.report().home().failures() > 0);

        old.serve(snapshot("10.0.0.1"), home(OLD));
        await().until(() -> client.report().home().wanted().orElseThrow().equals(OLD));
        plane(NEW, 0).serve(snapshot("10.0.0.2"), home(NEW));

        await().during(Duration.ofMillis(500)).until(() -> at(client).equals(OLD));
        assertThat(store.served().get()).isEqualTo(snapshot("10.0.0.1"));
    }

    @Test
    void keepsWhatItHasWhileItsHomeIsGoneAndComesBackToIt() {
        ScriptedControlPlane next = plane(NEW, 0);
        next.serve(snapshot("10.0.0.2"), home(NEW));
        ConfigClient client = client();
        old.serve(snapshot("10.0.0.1"), home(NEW));
        awaitAt(client, NEW);
        int port = next.port();

        next.close();
        await().until(() -> client.report().connection() instanceof Connection.Disconnected);
        // The old one is asked, and says each time that home is where nobody is.
        await().during(Duration.ofMillis(500)).until(() -> at(client).equals(NEW));
        assertThat(store.served().get()).isEqualTo(snapshot("10.0.0.2"));

        plane(NEW, port).serve(snapshot("10.0.0.3"), home(NEW));
        await().until(() -> store.served().get().equals(snapshot("10.0.0.3")));
        assertThat(at(client)).isEqualTo(NEW);
        assertThat(client.report().home().moves()).isEqualTo(1);
    }

    @Test
    void findsTheWayBackFromAHomeThatIsGone() {
        ScriptedControlPlane next = plane(NEW, 0);
        next.serve(snapshot("10.0.0.2"), home(NEW));
        ConfigClient client = client();
        old.serve(snapshot("10.0.0.1"), home(NEW));
        awaitAt(client, NEW);

        next.close();
        old.serve(snapshot("10.0.0.4"), home(OLD));

        awaitAt(client, OLD);
        await().until(() -> store.served().get().equals(snapshot("10.0.0.4")));
    }

    @Test
    void goesOnToAThirdFromAHomeThatIsGone() {
        Revision third = new Revision("1-2");
        ScriptedControlPlane next = plane(NEW, 0);
        next.serve(snapshot("10.0.0.2"), home(NEW));
        plane(third, 0).serve(snapshot("10.0.0.5"), home(third));
        ConfigClient client = client();
        old.serve(snapshot("10.0.0.1"), home(NEW));
        awaitAt(client, NEW);

        next.close();
        old.serve(snapshot("10.0.0.1"), home(third));

        awaitAt(client, third);
        assertThat(store.served().get()).isEqualTo(snapshot("10.0.0.5"));
    }

    private void assertStayed(ConfigClient client) {
        assertThat(at(client)).isEqualTo(OLD);
        assertThat(published).containsExactly(snapshot("10.0.0.1"));
        assertThat(client.report().connection()).isInstanceOf(Connection.Connected.class);
    }

    private void awaitFailure(ConfigClient client, String reason) {
        await().untilAsserted(() ->
                assertThat(client.report().home().lastFailure())
                        .hasValueSatisfying(
                                failure -> assertThat(failure.message()).contains(reason)));
        assertStayed(client);
    }

    private static void awaitAt(ConfigClient client, Revision home) {
        await().until(() -> at(client).equals(home));
    }

    private static Revision at(ConfigClient client) {
        return client.report().home().actual();
    }

    private ConfigClient client() {
        return client(Duration.ofSeconds(8));
    }

    private ConfigClient client(Duration move) {
        old.serve(snapshot("10.0.0.1"), home(OLD));
        ConfigClient client =
                new ConfigClient(
                        new ClientSettings("istiod-1-0", 15010, node(), timing(move)),
                        new Wires(clientLoop, NioSocketChannel::new, this::find, Trust.NONE),
                        store,
                        Clock.systemUTC(),
                        new Random(1));
        client.start();
        toClose.addFirst(client::stop);
        await().until(() -> store.served().get().equals(snapshot("10.0.0.1")));
        store.served().subscribe(published::add);
        return client;
    }

    private InetSocketAddress find(HostPort place) throws UnknownHostException {
        Integer port = ports.get(place.toString());
        if (port == null) {
            throw new UnknownHostException(place.host());
        }
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static String address(Revision revision) {
        return home(revision).discovery().toString();
    }

    private ScriptedControlPlane plane(Revision revision, int port) {
        ScriptedControlPlane plane =
                ScriptedControlPlane.listen(
                        serverLoop, NioServerSocketChannel::new, loopback(port));
        ports.put(address(revision), plane.port());
        toClose.add(plane);
        return plane;
    }

    private void server(
            Revision revision, BiConsumer<DiscoveryServer.Stream, DeltaDiscoveryRequest> answer) {
        DiscoveryServer server =
                DiscoveryServer.listen(
                        serverLoop,
                        NioServerSocketChannel::new,
                        loopback(0),
                        Optional.empty(),
                        DiscoveryServer.Signer.NONE,
                        () -> new Session(answer));
        ports.put(address(revision), server.port());
        toClose.add(server);
    }

    private static final class Session implements DiscoveryServer.Session {

        private final BiConsumer<DiscoveryServer.Stream, DeltaDiscoveryRequest> answer;
        private DiscoveryServer.@Nullable Stream stream;

        Session(BiConsumer<DiscoveryServer.Stream, DeltaDiscoveryRequest> answer) {
            this.answer = answer;
        }

        @Override
        public void opened(DiscoveryServer.Stream opened) {
            stream = opened;
        }

        @Override
        public void received(DeltaDiscoveryRequest request) {
            if (stream != null) {
                answer.accept(stream, request);
            }
        }
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static Home home(Revision revision) {
        return new Home(revision, new HostPort("istiod-" + revision, 15010), Protocol.OWN);
    }

    private static Any encoded(Home home) {
        return ResourceEncoder.home(home);
    }

    private static DeltaDiscoveryResponse response(TypeUrl type, String name, Any body) {
        return DeltaDiscoveryResponse.newBuilder()
                .setTypeUrl(type.url())
                .setNonce("n")
                .addResources(Resource.newBuilder().setName(name).setVersion("1").setResource(body))
                .build();
    }

    private static ProxySnapshot snapshot(String endpoint) {
        return new ProxySnapshot(
                Map.of(
                        "l",
                        new Listener.Destination(
                                "l",
                                new HostPort("10.96.0.1", 9080),
                                new Listener.Protocol.Tcp("c"))),
                Map.of(),
                Map.of("c", new Cluster.Eds("c", Duration.ofSeconds(1))),
                Map.of(
                        "c",
                        new EndpointGroup(
                                "c",
                                List.of(
                                        new Endpoint(
                                                new HostPort(endpoint, 8080),
                                                Endpoint.Health.HEALTHY,
                                                Workload.NOT_KNOWN)))));
    }

    private static ProxyNode node() {
        return new ProxyNode(
                new ProxyId("10.0.0.9", "web-1", "shop"),
                OLD,
                "0.1.0",
                new Workload("shop", "web", "web", "v1"),
                Map.of());
    }
}
