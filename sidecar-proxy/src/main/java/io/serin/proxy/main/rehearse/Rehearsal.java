// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.main.rehearse;

import io.netty.channel.ReflectiveChannelFactory;
import io.serin.api.name.HostPort;
import io.serin.api.snapshot.ProxySnapshot;
import io.serin.proxy.admin.AdminPages;
import io.serin.proxy.admin.WaitingPort;
import io.serin.proxy.main.sidecar.Sidecar;
import io.serin.proxy.redirect.Redirect;
import io.serin.proxy.settings.PodFiles;
import io.serin.proxy.settings.ProxySettings;
import io.serin.proxy.settings.SettingsFault;
import io.serin.proxy.transport.Loops;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Logger;

/**
 * A few seconds of a sidecar's life: the init container's step, start, certificate, configuration,
 * requests through both directions, with mTLS between them and without it, a canary, a scrape, a
 * control plane that comes back, a drain, the end. Everything is the real thing but for the
 * addresses, which nobody redirects here.
 */
public final class Rehearsal {

    private static final Logger LOG = Logger.getLogger("rehearse");

    private static final String PROBE = "/app-health/reviews/livez";
    private static final int CONNECTIONS = 6;
    private static final int REQUESTS = 350;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** As a pod's init container has them. */
    private static final List<String> REDIRECT =
            List.of(
                    ("-p 15001 -z 15006 -u 1337 -m REDIRECT -i * -b * -d 15090,15021,15020"
                                    + " --redirect-dns")
                            .split(" ", -1));

    private final String version;

    /**
     * Rehearses.
     *
     * @param version the proxy's own
     */
    public Rehearsal(String version) {
        this.version = version;
    }

    /**
     * Plays it through.
     *
     * @throws IOException when anything did not go as it should
     */
    public void run() throws IOException, InterruptedException {
        Redirect.rehearsed().run(REDIRECT, Map.of());
        Loops stage = new Loops(1);
        try (RehearsalApp app = new RehearsalApp(InetAddress.getLoopbackAddress());
                RehearsalFiles files = RehearsalFiles.make()) {
            ScriptedControlPlane plane = controlPlane(stage, files, 0);
            Sidecar.Ports ports =
                    new Sidecar.Ports(
                            free(),
                            free(),
                            new AdminPages.Ports(0, 0, 0, 0, WaitingPort.open(0, Map.of())));
            RehearsalMesh mesh =
                    new RehearsalMesh(
                            new HostPort("127.0.0.1", ports.inbound()), app.address().getPort());
            plane.serve(mesh.at(0));
            Instant started = Instant.now();
            Sidecar sidecar = start(ports, plane.port(), app.address(), files, started);
            LOG.info(() -> "ready after_ms=" + Duration.between(started, Instant.now()).toMillis());

            for (int canary : new int[] {0, 10, 50, 100}) {
                plane.serve(mesh.at(canary));
                requests(ports.outbound());
            }
            pages(sidecar.pages());
            ScriptedControlPlane again = comeBack(plane, stage, files, mesh.at(50));
            requests(ports.outbound());
            changeTogether(again, mesh);
            oddities(ports.outbound(), sidecar.pages());
            sidecar.drain();
            int cutOff = sidecar.stop(PATIENCE).join();
            expect("connections cut off", 0, cutOff);
            again.close();
            sidecar.close();
        } finally {
            stage.close();
        }
    }

    private Sidecar start(
            Sidecar.Ports ports,
            int discovery,
            InetSocketAddress app,
            RehearsalFiles files,
            Instant started)
            throws IOException, InterruptedException {
        InetSocketAddress service =
                new InetSocketAddress(
                        InetAddress.ofLiteral(RehearsalMesh.SERVICE.host()),
                        RehearsalMesh.SERVICE.port());
        CountDownLatch ready = new CountDownLatch(1);
        CompletableFuture<Throwable> failed = new CompletableFuture<>();
        Sidecar sidecar =
                Sidecar.start(
                        settings(discovery, app.getPort(), files.ofPod()),
                        ports,
                        new Sidecar.Destinations(accepted -> service, accepted -> app),
                        new Sidecar.Events(ready::countDown, failed::complete, () -> {}),
                        Clock.systemUTC(),
                        started);
        if (!ready.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IOException("not ready in time", failed.getNow(null));
        }
        return sidecar;
    }

    /** Read from an environment, as a pod's. */
    private ProxySettings settings(int discovery, int app, PodFiles files) throws IOException {
        Map<String, String> environment =
                Map.ofEntries(
                        Map.entry("POD_NAME", "reviews-1"),
                        Map.entry("POD_NAMESPACE", "shop"),
                        Map.entry("INSTANCE_IP", "127.0.0.1"),
                        Map.entry("HOST_IP", "127.0.0.1"),
                        Map.entry("SERVICE_ACCOUNT", RehearsalMesh.IDENTITY.account()),
                        Map.entry("REVISION", "rehearsal"),
                        Map.entry("ISTIO_CPU_LIMIT", "1"),
                        Map.entry("ISTIO_META_WORKLOAD_NAME", "reviews"),
                        Map.entry(
                                "PROXY_CONFIG",
                                "{\"discoveryAddress\":\"127.0.0.1:" + discovery + "\"}"),
                        Map.entry("TERMINATION_GRACE_PERIOD_SECONDS", "11"),
                        Map.entry(
                                "ISTIO_KUBE_APP_PROBERS",
                                "{\"%s\":{\"httpGet\":{\"path\":\"/health\",\"port\":%d},\"timeoutSeconds\":10}}"
                                        .formatted(PROBE, app)),
                        Map.entry(
                                "ISTIO_PROMETHEUS_ANNOTATIONS",
                                "{\"scrape\":\"true\",\"port\":\"%d\",\"path\":\"/chunked\"}"
                                        .formatted(app)));
        try {
            return ProxySettings.read(environment, files, version);
        } catch (SettingsFault fault) {
            throw new IOException("the rehearsal's settings", fault);
        }
    }

    /** Requests on some connections, one after the other on each. */
    private static void requests(int port) throws IOException, InterruptedException {
        List<CompletableFuture<Void>> clients = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            clients.add(done);
            Thread.ofPlatform()
                    .daemon()
                    .name("rehearsal-client")
                    .start(() -> {
                        try (RehearsalClient client = new RehearsalClient(port)) {
                            conversation(client);
                            done.complete(null);
                        } catch (IOException e) {
                            done.completeExceptionally(e);
                        }
                    });
        }
        try {
            CompletableFuture.allOf(clients.toArray(CompletableFuture[]::new))
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("requests failed", e);
        }
    }

    private static void conversation(RehearsalClient client) throws IOException {
        for (int i = 0; i < REQUESTS; i++) {
            expect("GET", 200, client.get("/reviews/" + i + "?page=" + i));
        }
        for (int i = 0; i < REQUESTS / 10; i++) {
            expect("POST", 200, client.post("/reviews", "{\"stars\":5}"));
            expect("chunked", 200, client.get("/reviews/chunked"));
            expect("by header", 200, client.get("/", "x-canary: always"));
            expect("teapot", 418, client.get("/teapot"));
            expect("no route", 404, client.get("/nowhere"));
        }
    }

    /** Probes and scrapes. */
    private static void pages(AdminPages.Ports ports) throws IOException {
        try (RehearsalClient admin = new RehearsalClient(ports.admin());
                RehearsalClient agent = new RehearsalClient(ports.agent());
                RehearsalClient health = new RehearsalClient(ports.health());
                RehearsalClient prometheus = new RehearsalClient(ports.prometheus())) {
            for (int i = 0; i < 20; i++) {
                expect("health", 200, health.get("/healthz/ready"));
                expect("probe", 200, agent.get(PROBE));
                expect("agent's metrics", 200, agent.get("/stats/prometheus"));
                expect("metrics", 200, prometheus.get("/stats/prometheus"));
            }
            for (String page : List.of("/", "/config_dump", "/clusters", "/stats", "/ready")) {
                expect(page, 200, admin.get(page));
            }
            expect("no page", 404, admin.get("/nowhere"));
        }
    }

    /** The control plane restarts, and knows something new. */
    private static ScriptedControlPlane comeBack(
            ScriptedControlPlane plane, Loops stage, RehearsalFiles files, ProxySnapshot next) {
        int port = plane.port();
        plane.close();
        ScriptedControlPlane again = controlPlane(stage, files, port);
        again.serve(next);
        return again;
    }

    /** Many small changes, as in a rollout. */
    private static void changeTogether(ScriptedControlPlane plane, RehearsalMesh mesh) {
        for (int canary = 1; canary <= 50; canary++) {
            plane.serve(mesh.at(canary));
        }
    }

    /** What clients get wrong, and what ends a sidecar's life. */
    private static void oddities(int outbound, AdminPages.Ports pages) throws IOException {
        try (RehearsalClient client = new RehearsalClient(outbound)) {
            expect("two lengths", 400, client.get("/", "content-length: 0\r\ncontent-length: 1"));
        }
        try (RehearsalClient agent = new RehearsalClient(pages.agent())) {
            expect("drain", 200, agent.get("/drain"));
        }
    }

    private static ScriptedControlPlane controlPlane(Loops stage, RehearsalFiles files, int port) {
        return ScriptedControlPlane.listen(
                stage.group().next(),
                new ReflectiveChannelFactory<>(stage.serverChannel()),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                Optional.of(files.server()),
                files::sign);
    }

    /** A port that is free just now. */
    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void expect(String what, int wanted, int got) throws IOException {
        if (got != wanted) {
            throw new IOException(what + ": " + got + " (expected: " + wanted + ")");
        }
    }
}
