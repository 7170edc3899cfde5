// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.config.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.serin.api.backend.Cluster;
import io.serin.api.backend.Endpoint;
import io.serin.api.backend.EndpointGroup;
import io.serin.api.backend.Workload;
import io.serin.api.name.HostPort;
import io.serin.api.name.ProxyId;
import io.serin.api.name.Revision;
import io.serin.api.route.RouteTable;
import io.serin.api.snapshot.Home;
import io.serin.api.snapshot.Listener;
import io.serin.api.snapshot.ProxyNode;
import io.serin.api.snapshot.ProxySnapshot;
import io.serin.api.xds.DeltaDiscoveryRequest;
import io.serin.proxy.config.client.ClientReport.Connection;
import io.serin.proxy.config.store.ConfigStore;
import io.serin.proxy.grpc.MountedTrust;
import io.serin.proxy.grpc.Wires;
import io.serin.proxy.main.rehearse.DiscoveryServer;
import io.serin.proxy.main.rehearse.ScriptedControlPlane;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A proxy with the files of its pod, and control planes that speak TLS, or should. */
@Timeout(30)
class MountedTrustIT {

    /** Quick to try again. */
    private static final ClientSettings.Timing FAST =
            new ClientSettings.Timing(
                    Duration.ofMillis(10),
                    Duration.ofMillis(50),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(2),
                    Duration.ofMillis(20),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(8));

    private static final Revision OLD = new Revision("1-0");
    private static final Revision NEW = new Revision("1-1");
    private static final String HOST = "istiod-1-0.istio-system.svc";
    private static final String TOKEN = "header.claims.signature";

    @TempDir Path temp;

    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final EventLoop clientLoop = group.next();
    private final EventLoop serverLoop = group.next();
    private final ConfigStore store = new ConfigStore();
    private final Map<String, Integer> ports = new ConcurrentHashMap<>();
    private final List<Http2Headers> heads = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> toClose = new CopyOnWriteArrayList<>();
    private Path roots = Path.of("");
    private Path token = Path.of("");
    private X509Bundle authority = authority("the mesh");

    @BeforeEach
    void mount() throws IOException {
        roots = Files.writeString(temp.resolve("root-cert.pem"), authority.getCertificatePEM());
        token = Files.writeString(temp.resolve("istio-token"), TOKEN + "\n");
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : toClose) {
            one.close();
        }
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }

    @Test
    void trustsTheCertificateAndSendsTheToken() throws Exception {
        server(tls(certificate(HOST)), stream -> {});
        ConfigClient client = client();

        awaitConnected(client);
        await().until(() -> heads.size() == 1);
        assertThat(heads.getFirst().get("authorization")).asString().isEqualTo("Bearer " + TOKEN);
        assertThat(heads.getFirst().scheme()).asString().isEqualTo("https");
        assertThat(heads.getFirst().authority()).asString().isEqualTo(HOST + ":15012");
        assertThat(new MountedTrust(roots, token).terms().orElseThrow().toString())
                .doesNotContain(TOKEN);
    }

    @Test
    void readsTheTokenAnewForEachStream() throws Exception {
        List<DiscoveryServer.Stream> streams = new CopyOnWriteArrayList<>();
        server(tls(certificate(HOST)), streams::add);
        client();
        await().until(() -> heads.size() == 1);

        Files.writeString(token, "another");
        streams.getFirst().hangUp();

        await().until(() -> heads.size() == 2);
        assertThat(heads.getLast().get("authorization")).asString().isEqualTo("Bearer another");
    }

    @Test
    void trustsNobodyElseUntilTheRootsAreOthers() throws Exception {
        X509Bundle other = authority("somebody else");
        server(tls(certificate(HOST, other)), stream -> {});
        ConfigClient client = client();

        awaitCause(
                client,
                "the certificate of " + HOST + ":15012 is not trusted: ",
                "(expected: signed by one of the root certificates of the proxy)");
        assertThat(heads).isEmpty();

        // As an authority is changed: for a while both are there.
        Files.writeString(roots, authority.getCertificatePEM() + other.getCertificatePEM());
        awaitConnected(client);
    }

    @Test
    void makesAnotherContextOnlyForOtherRoots() throws Exception {
        MountedTrust trust = new MountedTrust(roots, token);
        trust.prepare();
        SslContext first = trust.terms().orElseThrow().context();

        Files.writeString(roots, authority.getCertificatePEM());
        assertThat(trust.terms().orElseThrow().context()).isSameAs(first);
        Files.writeString(roots, authority("somebody else").getCertificatePEM());
        assertThat(trust.terms().orElseThrow().context()).isNotSameAs(first);
    }

    @Test
    void refusesACertificateOfAnotherHost() throws Exception {
        server(tls(certificate("istiod-1-1.istio-system.svc")), stream -> {});

        awaitCause(
                client(),
                "the certificate of " + HOST + ":15012 is refused: ",
                "No subject alternative DNS name matching " + HOST + " found",
                "(expected: one for " + HOST + ")");
        assertThat(heads).isEmpty();
    }

    @Test
    void refusesACertificateThatIsOver() throws Exception {
        Instant end = Instant.now().minusSeconds(3600);
        server(
                tls(
                        new CertificateBuilder()
                                .subject("CN=istiod")
                                .addSanDnsName(HOST)
                                .notBefore(end.minusSeconds(3600))
                                .notAfter(end)
                                .buildIssuedBy(authority)),
                stream -> {});

        awaitCause(client(), "is not trusted: NotAfter: ");
    }

    @Test
    void saysWhichFileIsMissingAndGoesOnWhenItComes() throws Exception {
        server(tls(certificate(HOST)), stream -> {});
        Files.delete(roots);
        Files.delete(token);
        ConfigClient client = client();

        awaitCause(
                client,
                "root certificates: "
                        + roots
                        + " is not there (expected: certificates in PEM; is ConfigMap"
                        + " istio-ca-root-cert in the pod's namespace?)");
        Files.writeString(roots, "");
        awaitCause(client, "root certificates: " + roots + " has none (expected: ");
        Files.writeString(roots, "what is this?");
        awaitCause(client, "root certificates: " + roots + " can't be read: ");
        Files.writeString(roots, authority.getCertificatePEM());
        awaitCause(
                client,
                "token: "
                        + token
                        + " is not there (expected: a service account's token; has the pod a"
                        + " volume of one for the audience istio-ca?)");
        Files.writeString(token, "two words");
        awaitCause(client, "token: " + token + " is not one (expected: ");
        Files.writeString(token, TOKEN);
        awaitConnected(client);
    }

    @Test
    void saysThatNobodyAnswersTheHandshake() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ports.put(HOST, silent.getLocalPort());
            awaitCause(client(), "no TLS handshake within PT1S");
        }
    }

    @Test
    void saysThatTheOtherSideDoesNotSpeakTlsOrNotForThis() throws Exception {
        server(Optional.empty(), stream -> {});
        ConfigClient client = client();
        awaitCause(client, "what answers does not speak TLS");

        server(Optional.of(server(certificate(HOST)).build()), stream -> {});
        awaitCause(client, "what answers speaks TLS, but not HTTP/2");
    }

    @Test
    void saysWhenItIsNotBelievedAndKeepsWhatItHas() throws Exception {
        ScriptedControlPlane plane = plane(OLD);
        plane.serve(snapshot("10.0.0.1"));
        ConfigClient client = client();
        await().until(() -> store.served().get().equals(snapshot("10.0.0.1")));

        List<String> lines = log();
        server(tls(certificate(HOST)), stream -> stream.end(16, "the token is of yesterday"));
        plane.close();
        awaitCause(client, "gRPC status 16: the token is of yesterday");
        server(tls(certificate(HOST)), stream -> stream.end(7, "it is of pod shop/web-2"));
        awaitCause(client, "gRPC status 7: it is of pod shop/web-2");

        assertThat(store.served().get()).isEqualTo(snapshot("10.0.0.1"));
        assertThat(lines)
                .anyMatch(line ->
                        line.startsWith(
                                "the control plane refuses this proxy, its token: the last good"
                                        + " configuration stays "))
                .anyMatch(line ->
                        line.startsWith(
                                "the control plane refuses this proxy, its token is not of"
                                        + " pod=web-1.shop: "));
    }

    @Test
    void movesToAnotherControlPlaneByTheSameTrust() throws Exception {
        ScriptedControlPlane next = plane(NEW);
        next.serve(snapshot("10.0.0.2"), home(NEW));
        ScriptedControlPlane old = plane(OLD);
        old.serve(snapshot("10.0.0.1"), home(OLD));
        ConfigClient client = client();
        await().until(() -> store.served().get().equals(snapshot("10.0.0.1")));

        old.serve(snapshot("10.0.0.1"), home(NEW));
        await().until(() -> store.served().get().equals(snapshot("10.0.0.2")));
        assertThat(client.report().home().actual()).isEqualTo(NEW);
        await().until(() -> old.streams() == 0);
    }

    private static X509Bundle authority(String name) {
        try {
            return new CertificateBuilder()
                    .subject("CN=" + name)
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private X509Bundle certificate(String host) throws Exception {
        return certificate(host, authority);
    }

    private static X509Bundle certificate(String host, X509Bundle issuer) throws Exception {
        return new CertificateBuilder()
                .subject("CN=istiod")
                .addSanDnsName(host)
                .buildIssuedBy(issuer);
    }

    private static Optional<SslContext> tls(X509Bundle certificate) throws IOException {
        return Optional.of(
                server(certificate)
                        .applicationProtocolConfig(
                                new ApplicationProtocolConfig(
                                        Protocol.ALPN,
                                        SelectorFailureBehavior.NO_ADVERTISE,
                                        SelectedListenerFailureBehavior.ACCEPT,
                                        ApplicationProtocolNames.HTTP_2))
                        .build());
    }

    private static SslContextBuilder server(X509Bundle certificate) {
        return SslContextBuilder.forServer(
                certificate.getKeyPair().getPrivate(), certificate.getCertificatePath());
    }

    /** What is at the host of the old revision from now on. */
    private void server(Optional<SslContext> tls, Consumer<DiscoveryServer.Stream> opened) {
        DiscoveryServer server =
                DiscoveryServer.listen(
                        serverLoop,
                        NioServerSocketChannel::new,
                        loopback(0),
                        tls,
                        DiscoveryServer.Signer.NONE,
                        () -> new Session(opened));
        ports.put(HOST, server.port());
        toClose.add(server);
    }

    private ScriptedControlPlane plane(Revision revision) throws Exception {
        String host = home(revision).discovery().host();
        ScriptedControlPlane plane =
                ScriptedControlPlane.listen(
                        serverLoop,
                        NioServerSocketChannel::new,
                        loopback(0),
                        tls(certificate(host)),
                        DiscoveryServer.Signer.NONE);
        ports.put(host, plane.port());
        toClose.add(plane);
        return plane;
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private ConfigClient client() {
        ConfigClient client =
                new ConfigClient(
                        new ClientSettings(HOST, 15012, node(), FAST),
                        new Wires(
                                clientLoop,
                                NioSocketChannel::new,
                                this::find,
                                new MountedTrust(roots, token)),
                        store,
                        Clock.systemUTC(),
                        new Random(1));
        client.start();
        toClose.addFirst(client::stop);
        return client;
    }

    private InetSocketAddress find(HostPort place) throws UnknownHostException {
        Integer port = ports.get(place.host());
        if (port == null) {
            throw new UnknownHostException(place.host());
        }
        return loopback(port);
    }

    private static ProxyNode node() {
        return new ProxyNode(
                new ProxyId("10.0.0.9", "web-1", "shop"),
                OLD,
                "0.1.0",
                Workload.NOT_KNOWN,
                Map.of("app", "web"));
    }

    private static Home home(Revision revision) {
        return new Home(
                revision,
                new HostPort("istiod-" + revision + ".istio-system.svc", 15012),
                io.serin.api.snapshot.Protocol.OWN);
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

    private static void awaitConnected(ConfigClient client) {
        await().until(() -> client.report().connection() instanceof Connection.Connected);
    }

    private static void awaitCause(ConfigClient client, String... parts) {
        await().untilAsserted(() ->
                assertThat(client.report().connection())
                        .isInstanceOfSatisfying(
                                Connection.Disconnected.class,
                                gone -> assertThat(gone.cause()).contains(parts)));
    }

    /** What the client says from now on. */
    private List<String> log() {
        List<String> lines = new CopyOnWriteArrayList<>();
        Logger log = Logger.getLogger("config.client");
        Handler handler =
                new Handler() {
                    @Override
                    public void publish(LogRecord event) {
                        lines.add(event.getMessage());
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                };
        log.addHandler(handler);
        toClose.add(() -> log.removeHandler(handler));
        return lines;
    }

    private final class Session implements DiscoveryServer.Session {

        private final Consumer<DiscoveryServer.Stream> opened;

        Session(Consumer<DiscoveryServer.Stream> opened) {
            this.opened = opened;
        }

        @Override
        public void opened(DiscoveryServer.Stream stream) {
            opened.accept(stream);
        }

        @Override
        public void head(Http2Headers head) {
            heads.add(head);
        }

        @Override
        public void received(DeltaDiscoveryRequest request) {
            // Nothing is said: these tests are about getting there.
        }
    }
}
