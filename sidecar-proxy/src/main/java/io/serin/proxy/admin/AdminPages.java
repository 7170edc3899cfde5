// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.serin.api.backend.Cluster;
import io.serin.api.backend.Endpoint;
import io.serin.api.backend.EndpointGroup;
import io.serin.api.snapshot.NameTable;
import io.serin.api.snapshot.ProxySnapshot;
import io.serin.proxy.admin.Page.Answer;
import io.serin.proxy.application.Application;
import io.serin.proxy.config.client.ClientReport;
import io.serin.proxy.identity.IdentityReport;
import io.serin.proxy.settings.AppPages;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The proxy's pages: what is at which port, and for whom. */
public final class AdminPages implements AutoCloseable {

    private static final String HELP =
            """
            /config_dump       what the proxy is told, and what it made of it (JSON)
            /clusters          clusters and their endpoints
            /stats             metrics
            /stats/prometheus  metrics, for Prometheus
            /ready             whether traffic can come
            /drain             POST: asks clients to leave
            """;

    /**
     * Where to listen.
     *
     * @param admin for people, on loopback only
     * @param agent metrics, health, the application's probes, drain
     * @param health for probes
     * @param prometheus metrics
     * @param waiting the health port, where it is open already
     */
    public record Ports(
            int admin, int agent, int health, int prometheus, Optional<WaitingPort> waiting) {

        /** All of them still to be opened. */
        public Ports(int admin, int agent, int health, int prometheus) {
            this(admin, agent, health, prometheus, Optional.empty());
        }
    }

    /**
     * What the pages tell, and do.
     *
     * @param config how the conversation with the control plane stands
     * @param served what the request path works with
     * @param names the names that the agent answers for
     * @param identity how what the proxy proves stands; empty where it proves nothing
     * @param requests metrics of what the proxy does for the application
     * @param ready empty when traffic can come, else why not
     * @param started completes when it is ready for the first time, or never will be
     * @param drain asks clients to leave
     * @param quit ends the process, as a SIGTERM would
     * @param application calls the application
     * @param pages what it is asked for
     */
    public record Subject(
            Supplier<ClientReport> config,
            Supplier<ProxySnapshot> served,
            Supplier<NameTable> names,
            Supplier<Optional<IdentityReport>> identity,
            MetricSource requests,
            Supplier<Optional<String>> ready,
            CompletableFuture<Void> started,
            Runnable drain,
            Runnable quit,
            Application application,
            AppPages pages) {}

    /**
     * How long an answer about health waits for a proxy that is starting. A kubelet asks once a
     * second, and lets go after a second at the earliest: so it has always asked already when the
     * proxy gets ready, and starts the application then, not up to a second later.
     */
    private static final int PATIENCE_MS = 900;

    private final Subject subject;
    private final EventLoop loop;
    private final List<MetricSource> metrics;
    private final Page agentMetrics;
    private final Neighbours neighbours;
    private final ExecutorService makers =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("serin-admin").factory());
    private final List<AdminServer> servers = new ArrayList<>();

    private AdminPages(
            EventLoop loop, Subject subject, Optional<String> node, Clock clock, Instant started) {
        this.subject = subject;
        this.loop = loop;
        this.neighbours = new Neighbours(node, Path.of("/proc/net/route"));
        List<MetricSource> mesh =
                List.of(
                        subject.requests,
                        new ConfigMetrics(subject.config),
                        new IdentityMetrics(subject.identity, clock));
        this.metrics = new ArrayList<>(mesh);
        metrics.add(new ProcessMetrics(Path.of("/proc/self"), clock, started));
        // Without those of the process: an application's are called the same.
        this.agentMetrics =
                subject.pages
                        .metrics()
                        .map(page -> new MergedMetrics(mesh, page, subject.application))
                        .map(merged -> Page.readable(merged::answer))
                        .orElseGet(() -> Page.readable(this::prometheusText));
    }

    /**
     * Listens at all ports; waits until it does, so not to be called on an event loop.
     *
     * @param node the address of the machine that the pod runs on
     * @param started when the process did
     */
    public static AdminPages listen(
            EventLoop loop,
            ChannelFactory<? extends ServerChannel> channels,
            Ports ports,
            Subject subject,
            Optional<String> node,
            Clock clock,
            Instant started) {
        AdminPages pages = new AdminPages(loop, subject, node, clock, started);
        InetSocketAddress admin =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.admin);
        pages.listen(server -> server.channelFactory(channels).bind(admin), pages.admin());
        pages.listen(server -> server.channelFactory(channels).bind(ports.agent), pages.agent());
        pages.listen(
                server ->
                        ports.waiting
                                .map(waiting -> waiting.serve(server))
                                .orElseGet(
                                        () -> server.channelFactory(channels).bind(ports.health)),
                pages.health());
        pages.listen(
                server -> server.channelFactory(channels).bind(ports.prometheus),
                pages.prometheus());
        return pages;
    }

    private void listen(Function<ServerBootstrap, ChannelFuture> place, Map<String, Page> pages) {
        servers.add(AdminServer.listen(loop, place, pages, makers));
    }

    /** Where it listens, as it turned out. */
    public Ports ports() {
        return new Ports(
                servers.get(0).port(),
                servers.get(1).port(),
                servers.get(2).port(),
                servers.get(3).port());
    }

    @Override
    public void close() {
        servers.forEach(AdminServer::close);
        makers.shutdown();
    }

    private Map<String, Page> admin() {
        return Map.of(
                "/",
                Page.readable(() -> Answer.text(200, HELP.stripTrailing())),
                "/config_dump",
                Page.readable(this::configDump),
                "/clusters",
                Page.readable(this::clusters),
                "/stats",
                Page.readable(this::stats),
                "/stats/prometheus",
                Page.readable(this::prometheusText),
                "/ready",
                Page.readable(this::readiness),
                "/drain",
                action(Set.of("POST"), Neighbours::isSelf, "draining", subject.drain));
    }

    private Map<String, Page> agent() {
        Map<String, Page> pages =
                new HashMap<>(
                        new AppProbePages(subject.pages.probes(), subject.application).pages());
        pages.put("/stats/prometheus", agentMetrics);
        pages.put("/metrics", agentMetrics);
        pages.put("/healthz/ready", Page.readable(this::awaitedReadiness));
        // The kubelet's preStop hook can only GET, and comes from the node.
        pages.put(
                "/drain",
                action(Set.of("GET", "POST"), neighbours::isSelfOrNode, "draining", subject.drain));
        pages.put(
                "/quitquitquit",
                action(Set.of("POST"), Neighbours::isSelf, "quitting", subject.quit));
        return pages;
    }

    private Map<String, Page> health() {
        return Map.of("/healthz/ready", Page.readable(this::awaitedReadiness));
    }

    private Map<String, Page> prometheus() {
        return Map.of("/stats/prometheus", Page.readable(this::prometheusText));
    }

    private static Page action(
            Set<String> methods, Predicate<InetAddress> audience, String word, Runnable action) {
        return new Page(
                methods,
                audience,
                _ -> {
                    action.run();
                    return CompletableFuture.completedFuture(Answer.text(200, word));
                });
    }

    private CompletableFuture<Answer> awaitedReadiness(Page.Visit visit) {
        CompletableFuture<Void> waited = subject.started.copy();
        if (!waited.isDone()) {
            var _ = loop.schedule(() -> waited.complete(null), PATIENCE_MS, TimeUnit.MILLISECONDS);
        }
        return waited.thenApply(_ -> readiness());
    }

    private Answer readiness() {
        return subject.ready
                .get()
                .map(why -> Answer.text(503, "not ready: " + why))
                .orElseGet(() -> Answer.text(200, "ready"));
    }

    private Answer configDump() {
        Map<String, Object> dump = new LinkedHashMap<>();
        dump.put("controlPlane", subject.config.get());
        dump.put("identity", subject.identity.get());
        dump.put("served", subject.served.get());
        dump.put("names", subject.names.get().hosts());
        return new Answer(200, "application/json", RecordJson.write(dump));
    }

    private Answer clusters() {
        ProxySnapshot served = subject.served.get();
        StringBuilder text = new StringBuilder();
        served.clusters().values().stream()
                .map(Cluster::name)
                .sorted()
                .forEach(name -> cluster(text, name, served.endpoints().get(name)));
        return Answer.text(200, text.toString().stripTrailing());
    }

    private static void cluster(StringBuilder text, String name, @Nullable EndpointGroup group) {
        List<Endpoint> endpoints = group == null ? List.of() : group.endpoints();
        text.append(name).append("::endpoints::").append(endpoints.size()).append('\n');
        for (Endpoint endpoint : endpoints) {
            text.append(name)
                    .append("::")
                    .append(endpoint.address())
                    .append("::health::")
                    .append(endpoint.health().name().toLowerCase(Locale.ROOT))
                    .append("::workload::")
                    .append(endpoint.workload().namespace())
                    .append('/')
                    .append(endpoint.workload().name())
                    .append('\n');
        }
    }

    private Answer prometheusText() throws IOException {
        return new Answer(200, MergedMetrics.TEXT, metricText());
    }

    /** The same for people: no comments. */
    private Answer stats() throws IOException {
        return Answer.text(
                200,
                String.join(
                        "\n", metricText().lines().filter(line -> !line.startsWith("#")).toList()));
    }

    private String metricText() throws IOException {
        StringBuilder text = new StringBuilder();
        for (MetricSource source : metrics) {
            source.write(text);
        }
        return text.toString();
    }
}
