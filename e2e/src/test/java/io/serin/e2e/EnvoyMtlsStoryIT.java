// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.channel.ReflectiveChannelFactory;
import io.serin.api.backend.Endpoint;
import io.serin.api.backend.Workload;
import io.serin.api.name.HostPort;
import io.serin.api.name.ProxyId;
import io.serin.api.name.Revision;
import io.serin.api.name.ServiceName;
import io.serin.api.name.SpiffeId;
import io.serin.api.snapshot.ProxyNode;
import io.serin.control.index.MeshIndex;
import io.serin.control.index.ServiceEntry;
import io.serin.control.index.ServicePort;
import io.serin.control.index.WorkloadEntry;
import io.serin.control.serve.Bearer;
import io.serin.control.serve.Secured;
import io.serin.control.trust.Authority;
import io.serin.control.trust.MeshAuthority;
import io.serin.control.trust.ServerCertificate;
import io.serin.control.trust.WorkloadCertificates;
import io.serin.e2e.envoy.Answers;
import io.serin.e2e.envoy.Envoy;
import io.serin.e2e.envoy.NetworkNamespace;
import io.serin.e2e.envoy.SecretsPart;
import io.serin.e2e.envoy.ServingPart;
import io.serin.e2e.envoy.SidecarPart;
import io.serin.e2e.envoy.WorkloadServer;
import io.serin.e2e.stage.Waiting;
import io.serin.proxy.admin.AdminPages;
import io.serin.proxy.grpc.Lookup;
import io.serin.proxy.grpc.MountedTrust;
import io.serin.proxy.grpc.Wires;
import io.serin.proxy.identity.Identity;
import io.serin.proxy.main.sidecar.Sidecar;
import io.serin.proxy.settings.AppPages;
import io.serin.proxy.settings.ControlPlaneAuth;
import io.serin.proxy.settings.ProxySettings;
import io.serin.proxy.tls.Credentials;
import io.serin.proxy.transport.Loops;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A stock Envoy with an identity, as Istio's sidecar is one, and a sidecar of ours speak mTLS in
 * both directions, by what one control plane of ours tells and signs. No cluster: the Envoy stands
 * in a network of its own, the sidecar in this process.
 */
class EnvoyMtlsStoryIT {

    private static final Revision REVISION = new Revision("1-0");
    private static final ServiceName REVIEWS = new ServiceName("shop", "reviews");
    private static final ServiceName WEB = new ServiceName("shop", "web");
    private static final String REVIEWS_IP = "10.96.0.1";
    private static final String WEB_IP = "10.96.0.2";
    private static final int PORT = 9080;
    private static final String HOST = "127.0.0.1";

    @TempDir Path folder;

    /** What has to be closed, the last first. */
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    private final Authority authority = Authority.make("mesh", Instant.now());
    private final ServerCertificate shown =
            ServerCertificate.make(List.of("localhost"), Instant.now());

    private NetworkNamespace pod;
    private ServingPart control;
    private WorkloadServer reviews;
    private WorkloadServer web;
    private Path roots;

    @BeforeEach
    void setTheStage() throws IOException {
        assumeThat(System.getProperty("user.name")).as("needs root").isEqualTo("root");
        pod = opened(NetworkNamespace.make());
        MeshAuthority signs = new MeshAuthority(authority, "", authority.certificate());
        control =
                opened(
                        new ServingPart(
                                REVISION,
                                Optional.of(
                                        new Secured(
                                                0,
                                                shown,
                                                EnvoyMtlsStoryIT::bearer,
                                                new WorkloadCertificates(
                                                        () -> signs, Instant::now)))));
        reviews = opened(WorkloadServer.start("reviews", "v1", here(), HOST));
        web = opened(WorkloadServer.start("web", "v1", pod::inside, pod.address()));
        roots =
                Files.writeString(
                        folder.resolve("root-cert.pem"),
                        authority.certificate() + shown.authority());
    }

    /** The token of a service account is its name here. */
    private static Future<Bearer> bearer(String token) {
        return Future.succeededFuture(new Bearer.Known("shop", token, Optional.empty()));
    }

    @AfterEach
    void clearTheStage() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    private <T extends AutoCloseable> T opened(T it) {
        open.push(it);
        return it;
    }

    @Test
    void eachProvesToTheOtherWhoItIs() throws Exception {
        int outbound = free();
        int inbound = free();
        control.serve(mesh(inbound));
        Sidecar sidecar = sidecar(outbound, inbound);
        SecretsPart secrets = opened(new SecretsPart(certified("web")));
        Envoy envoy =
                opened(
                        Envoy.start(
                                pod,
                                new ProxyId(pod.address(), "web-1", "shop"),
                                REVISION,
                                Envoy.Protocol.DELTA_GRPC,
                                control.port(),
                                Optional.of(secrets.port()),
                                folder));

        // From the Envoy to the sidecar.
        String url = "http://" + REVIEWS_IP + ":" + PORT + "/";
        Map<String, Integer> answered = Map.of("200 reviews-v1", 20);
        until(envoy, () -> Answers.ask(pod::inside, url, 20).counts().equals(answered));
        assertThat(metrics(sidecar))
                .containsPattern(
                        "istio_requests_total[{].*source_principal=\"%s\".*=\"mutual_tls\""
                                .formatted(identity("web")))
                .doesNotContain("connection_security_policy=\"none\"");

        // From the sidecar to the Envoy.
        long before = handshakes(envoy);
        assertThat(Answers.ask(here(), "http://" + HOST + ":" + outbound + "/", 20).counts())
                .isEqualTo(Map.of("200 web-v1", 20));
        assertThat(handshakes(envoy)).isGreaterThan(before);

        // Who has no identity is still answered.
        assertThat(Answers.ask(here(), "http://" + web.address() + "/", 5).counts())
                .isEqualTo(Map.of("200 web-v1", 5));
        assertThat(envoy.admin("/stats?filter=update_rejected").lines())
                .isNotEmpty()
                .allMatch(line -> line.endsWith(": 0"));
    }

    private static void until(Envoy envoy, Callable<Boolean> condition) {
        try {
            Waiting.until("answers", Duration.ofSeconds(30), condition);
        } catch (RuntimeException late) {
            throw new AssertionError(envoy.log(), late);
        }
    }

    private static long handshakes(Envoy envoy) {
        return envoy.admin("/stats?filter=0.0.0.0_15006.ssl.handshake")
                .lines()
                .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private Sidecar sidecar(int outbound, int inbound) throws Exception {
        SidecarPart part =
                opened(
                        SidecarPart.start(
                                new ProxySettings(
                                        new ProxyNode(
                                                new ProxyId(HOST, "reviews-1", "shop"),
                                                REVISION,
                                                "0.1.0",
                                                new Workload("shop", "reviews", "reviews", "v1"),
                                                Map.of()),
                                        new HostPort("localhost", control.securedPort()),
                                        new ControlPlaneAuth.MutualTls(
                                                roots, token("reviews"), identity("reviews")),
                                        Optional.of(HOST),
                                        1,
                                        Duration.ofSeconds(1),
                                        AppPages.NONE),
                                new Sidecar.Ports(
                                        outbound, inbound, new AdminPages.Ports(0, 0, 0, 0)),
                                new Sidecar.Destinations(
                                        accepted -> new InetSocketAddress(WEB_IP, PORT),
                                        accepted ->
                                                new InetSocketAddress(
                                                        HOST, reviews.address().port()))));
        part.awaitReady();
        return part.sidecar();
    }

    /** As an agent beside an Envoy would be. */
    private Credentials certified(String account) throws Exception {
        Loops loops = opened(new Loops(1));
        Identity identity =
                new Identity(
                        identity(account),
                        () -> new HostPort("localhost", control.securedPort()),
                        roots,
                        new Wires(
                                loops.group().next(),
                                new ReflectiveChannelFactory<>(loops.channel()),
                                Lookup.SYSTEM,
                                new MountedTrust(roots, token(account))),
                        Identity.Timing.DEFAULT,
                        Clock.systemUTC(),
                        new SplittableRandom());
        open.push(identity::stop);
        identity.start();
        Waiting.until("a certificate", () -> identity.tls().isPresent());
        return identity.tls().orElseThrow().credentials();
    }

    private Path token(String account) throws IOException {
        return Files.writeString(folder.resolve(account), account);
    }

    private static SpiffeId identity(String account) {
        return new SpiffeId("cluster.local", "shop", account);
    }

    /**
     * The sidecar stands before reviews, the Envoy before web.
     *
     * @param inbound where the sidecar listens, to which nobody redirects here
     */
    private MeshIndex mesh(int inbound) {
        String sidecar = pod.hostAddress();
        return new MeshIndex(
                Map.of(REVIEWS, service(REVIEWS, REVIEWS_IP), WEB, service(WEB, WEB_IP)),
                Map.of(
                        new ServicePort(REVIEWS, PORT),
                        List.of(endpoint(sidecar, inbound)),
                        new ServicePort(WEB, PORT),
                        List.of(endpoint(pod.address(), web.address().port()))),
                Map.of(
                        sidecar,
                        workload(sidecar, REVIEWS, inbound),
                        HOST,
                        workload(HOST, REVIEWS, reviews.address().port()),
                        pod.address(),
                        workload(pod.address(), WEB, web.address().port())),
                Map.of());
    }

    private static ServiceEntry service(ServiceName name, String clusterIp) {
        return new ServiceEntry(
                name, Optional.of(clusterIp), List.of(new ServiceEntry.Port(PORT, "http", true)));
    }

    private static Endpoint endpoint(String ip, int port) {
        return new Endpoint(
                new HostPort(ip, port), Endpoint.Health.HEALTHY, Workload.NOT_KNOWN, true);
    }

    private static WorkloadEntry workload(String ip, ServiceName service, int port) {
        return new WorkloadEntry(
                ip,
                service.name() + "-1",
                new Workload("shop", service.name(), service.name(), "v1"),
                List.of(new WorkloadEntry.ServedPort(port, true, service)),
                Optional.of(new WorkloadEntry.Mtls(identity(service.name()))));
    }

    private static String metrics(Sidecar sidecar) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI page =
                    URI.create(
                            "http://" + HOST + ":" + sidecar.pages().agent() + "/stats/prometheus");
            return client.send(
                            HttpRequest.newBuilder(page).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    /** A port that is free just now. */
    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static UnaryOperator<List<String>> here() {
        return UnaryOperator.identity();
    }
}
