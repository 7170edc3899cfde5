// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.rehome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.Channel;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.serin.api.backend.Endpoint;
import io.serin.api.backend.Workload;
import io.serin.api.contract.Objects;
import io.serin.api.contract.Ports;
import io.serin.api.name.HostPort;
import io.serin.api.name.ProxyId;
import io.serin.api.name.Revision;
import io.serin.api.name.ServiceName;
import io.serin.api.snapshot.ProxyNode;
import io.serin.control.index.MeshIndex;
import io.serin.control.index.ServiceEntry;
import io.serin.control.index.ServicePort;
import io.serin.control.index.WorkloadEntry;
import io.serin.e2e.envoy.ServingPart;
import io.serin.e2e.envoy.SidecarPart;
import io.serin.proxy.admin.AdminPages;
import io.serin.proxy.config.client.ClientSettings;
import io.serin.proxy.config.client.ConfigClient;
import io.serin.proxy.config.store.ConfigStore;
import io.serin.proxy.grpc.Trust;
import io.serin.proxy.grpc.Wires;
import io.serin.proxy.main.sidecar.Sidecar;
import io.serin.proxy.settings.AppPages;
import io.serin.proxy.settings.ControlPlaneAuth;
import io.serin.proxy.settings.ProxySettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Proxies move between two control planes, and nobody who uses them can tell. */
@Timeout(120)
class LiveRehomingIT {

    private static final Revision OLD = new Revision("1-0");
    private static final Revision NEW = new Revision("1-1");
    private static final ServiceName REVIEWS = new ServiceName("shop", "reviews");
    private static final InetSocketAddress SERVICE = new InetSocketAddress("10.96.0.1", 9080);

    /** To this address of ours goes what the mesh does not know. */
    private static final String UNKNOWN = "127.0.0.2";

    private final Deque<AutoCloseable> toClose = new ArrayDeque<>();
    private final Map<String, Integer> ports = new ConcurrentHashMap<>();
    private ServingPart old;
    private ServingPart next;
    private CountingServer app;

    @BeforeEach
    void startControlPlanes() throws IOException {
        app = opened(new CountingServer());
        old = controlPlane(OLD);
        next = controlPlane(NEW);
        home(Map.of());
    }

    @AfterEach
    void close() throws Exception {
        while (!toClose.isEmpty()) {
            toClose.pop().close();
        }
    }

    @Test
    void noConnectionIsClosedAndNoRequestLostOnTheWayThereAndBack() throws Exception {
        Sidecar.Ports listens = new Sidecar.Ports(free(), free(), new AdminPages.Ports(0, 0, 0, 0));
        sidecar(listens);
        awaitProxies(old, 1);
        List<SteadyClient> clients = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            clients.add(opened(new SteadyClient("127.0.0.1", listens.outbound())));
            clients.add(opened(new SteadyClient("127.0.0.1", listens.inbound())));
            clients.add(opened(new SteadyClient(UNKNOWN, listens.outbound())));
        }
        awaitMoreAnswers(clients);
        int opened = app.opened();

        for (int round = 0; round < 3; round++) {
            home(Map.of("shop", NEW));
            awaitProxies(next, 1);
            awaitProxies(old, 0);
            awaitMoreAnswers(clients);

            home(Map.of());
            awaitProxies(old, 1);
            awaitProxies(next, 0);
            awaitMoreAnswers(clients);
        }

        assertThat(clients).allSatisfy(client -> assertThat(client.failure()).isNull());
        assertThat(app.open()).isEqualTo(opened);
        assertThat(app.opened()).as("connections to the application, ever").isEqualTo(opened);
    }

    @Test
    void whatTheNewOneSaysIsDoneOnTheConnectionsThatAreOpen() throws Exception {
        Sidecar.Ports listens = new Sidecar.Ports(free(), free(), new AdminPages.Ports(0, 0, 0, 0));
        sidecar(listens);
        CountingServer other = opened(new CountingServer());
        SteadyClient client = opened(new SteadyClient("127.0.0.1", listens.outbound()));
        awaitMoreAnswers(List.of(client));

        next.serve(mesh(other, Map.of("shop", NEW)));
        old.serve(mesh(app, Map.of("shop", NEW)));
        await().until(() -> other.opened() > 0);
        awaitMoreAnswers(List.of(client));

        assertThat(client.failure()).isNull();
    }

    @Test
    void aProxyThatIsNotWantedIsTurnedAwayAndGoesWhereItWasInjected() throws Exception {
        List<ConfigClient> clients = clients(1);
        home(Map.of("shop", NEW));
        awaitProxies(next, 1);

        // Nobody tells it: the new control plane restarts, and knows better from the start.
        next.close();
        old.serve(mesh(app, Map.of()));
        next = controlPlane(NEW);
        next.serve(mesh(app, Map.of()));

        awaitProxies(old, 1);
        // It is shown there from when it begins to ask; it is there when it has all.
        await().until(() -> clients.getFirst().report().home().actual().equals(OLD));
        assertThat(next.proxies()).isEmpty();
    }

    @Test
    void theControlPlaneThatSentItKnowsWhyAProxyStays() {
        clients(1);
        awaitProxies(old, 1);

        // Both exist, but only one of them has heard.
        old.serve(mesh(app, Map.of("shop", NEW)));

        await().untilAsserted(() ->
                assertThat(old.proxies())
                        .singleElement()
                        .satisfies(proxy ->
                                assertThat(proxy.stays())
                                        .hasValueSatisfying(why ->
                                                assertThat(why.message())
                                                        .contains("1-1 at istiod-1-1.")
                                                        .contains("is of revision 1-0"))));
        next.serve(mesh(app, Map.of("shop", NEW)));
        awaitProxies(next, 1);
        awaitProxies(old, 0);
    }

    @Test
    void fiftyProxiesAreBackWithinTenSeconds() {
        clients(50);
        awaitProxies(old, 50);
        Duration there =
                time(() -> {
                    home(Map.of("shop", NEW));
                    awaitProxies(next, 50);
                    awaitProxies(old, 0);
                });
        Duration back =
                time(() -> {
                    home(Map.of());
                    awaitProxies(old, 50);
                    awaitProxies(next, 0);
                });
        System.out.printf(
                "50 proxies: there in %d ms, back in %d ms%n", there.toMillis(), back.toMillis());
        assertThat(there).isLessThan(Duration.ofSeconds(10));
        assertThat(back).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void fiftyProxiesAreBackWithinTenSecondsFromAHomeThatIsGone() {
        clients(50);
        home(Map.of("shop", NEW));
        awaitProxies(next, 50);
        awaitProxies(old, 0);
        next.close();

        Duration back =
                time(() -> {
                    old.serve(mesh(app, Map.of()));
                    awaitProxies(old, 50);
                });
        System.out.printf("50 proxies: back from nowhere in %d ms%n", back.toMillis());
        assertThat(back).isLessThan(Duration.ofSeconds(10));
    }

    private static Duration time(Runnable work) {
        Instant began = Instant.now();
        work.run();
        return Duration.between(began, Instant.now());
    }

    private void home(Map<String, Revision> homes) {
        old.serve(mesh(app, homes));
        next.serve(mesh(app, homes));
    }

    private static void awaitProxies(ServingPart at, int number) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> served(at).size() == number);
    }

    private static Collection<?> served(ServingPart at) {
        return at.proxies().stream().filter(proxy -> !proxy.onlyAsks()).toList();
    }

    private static void awaitMoreAnswers(List<SteadyClient> clients) {
        for (SteadyClient client : clients) {
            long before = client.answers();
            await().until(() -> client.failure() != null || client.answers() > before + 50);
            assertThat(client.failure()).isNull();
        }
    }

    private ServingPart controlPlane(Revision revision) {
        ServingPart part = opened(new ServingPart(revision));
        ports.put(Objects.discoveryHost(revision), part.port());
        return part;
    }

    private InetSocketAddress find(HostPort place) throws UnknownHostException {
        Integer port = ports.get(place.host());
        if (port == null || place.port() != Ports.XDS_TLS) {
            throw new UnknownHostException(place.toString());
        }
        return new InetSocketAddress("127.0.0.1", port);
    }

    private void sidecar(Sidecar.Ports listens) throws InterruptedException {
        SidecarPart sidecar =
                opened(
                        SidecarPart.start(
                                new ProxySettings(
                                        node(0),
                                        new HostPort(Objects.discoveryHost(OLD), Ports.XDS_TLS),
                                        new ControlPlaneAuth.None(),
                                        Optional.of("127.0.0.1"),
                                        2,
                                        Duration.ofSeconds(1),
                                        AppPages.NONE),
                                listens,
                                new Sidecar.Destinations(
                                        this::destination, accepted -> app.address(), this::find)));
        sidecar.awaitReady();
    }

    private InetSocketAddress destination(Channel accepted) {
        InetSocketAddress local = (InetSocketAddress) accepted.localAddress();
        return local.getAddress().getHostAddress().equals(UNKNOWN) ? app.address() : SERVICE;
    }

    /** What a sidecar has of configuration, without the rest of it. */
    private List<ConfigClient> clients(int number) {
        MultiThreadIoEventLoopGroup loops =
                new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
        toClose.push(() -> loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync());
        List<ConfigClient> clients = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            ConfigClient client =
                    new ConfigClient(
                            new ClientSettings(
                                    Objects.discoveryHost(OLD),
                                    Ports.XDS_TLS,
                                    node(i),
                                    ClientSettings.Timing.DEFAULT),
                            new Wires(loops.next(), NioSocketChannel::new, this::find, Trust.NONE),
                            new ConfigStore(),
                            Clock.systemUTC(),
                            new Random(i));
            client.start();
            toClose.push(client::stop);
            clients.add(client);
        }
        return clients;
    }

    private static ProxyNode node(int number) {
        return new ProxyNode(
                new ProxyId("127.0.0.1", "web-" + number, "shop"),
                OLD,
                "0.1.0",
                new Workload("shop", "web", "web", "v1"),
                Map.of());
    }

    private MeshIndex mesh(CountingServer server, Map<String, Revision> homes) {
        Workload workload = new Workload("shop", "reviews", "reviews", "v1");
        return new MeshIndex(
                Map.of(
                        REVIEWS,
                        new ServiceEntry(
                                REVIEWS,
                                Optional.of(SERVICE.getAddress().getHostAddress()),
                                List.of(new ServiceEntry.Port(SERVICE.getPort(), "http", true)))),
                Map.of(
                        new ServicePort(REVIEWS, SERVICE.getPort()),
                        List.of(
                                new Endpoint(
                                        new HostPort("127.0.0.1", server.address().getPort()),
                                        Endpoint.Health.HEALTHY,
                                        workload))),
                Map.of(
                        "127.0.0.1",
                        new WorkloadEntry(
                                "127.0.0.1",
                                "web-0",
                                new Workload("shop", "web", "web", "v1"),
                                List.of(
                                        new WorkloadEntry.ServedPort(
                                                app.address().getPort(), true, REVIEWS)))),
                Map.of(),
                Map.of(),
                homes);
    }

    private <T extends AutoCloseable> T opened(T it) {
        toClose.push(it);
        return it;
    }

    /** A port that is free just now. */
    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
