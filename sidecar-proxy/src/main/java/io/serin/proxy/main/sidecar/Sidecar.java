// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.main.sidecar;

import io.netty.channel.ReflectiveChannelFactory;
import io.netty.util.concurrent.Future;
import io.serin.api.name.SpiffeId;
import io.serin.proxy.admin.AdminPages;
import io.serin.proxy.application.Application;
import io.serin.proxy.config.client.ClientSettings;
import io.serin.proxy.config.client.ConfigClient;
import io.serin.proxy.config.store.ConfigStore;
import io.serin.proxy.drain.Drain;
import io.serin.proxy.grpc.Lookup;
import io.serin.proxy.grpc.MountedTrust;
import io.serin.proxy.grpc.Trust;
import io.serin.proxy.grpc.Wires;
import io.serin.proxy.identity.Identity;
import io.serin.proxy.inbound.Inbound;
import io.serin.proxy.outbound.Outbound;
import io.serin.proxy.settings.ControlPlaneAuth;
import io.serin.proxy.settings.ProxySettings;
import io.serin.proxy.telemetry.Telemetry;
import io.serin.proxy.tls.MeshTls;
import io.serin.proxy.transport.Loops;
import io.serin.proxy.transport.OriginalDestination;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The proxy, put together: loops, then the config client, then, with the first whole configuration,
 * the listeners; only then is it ready. It is taken apart the other way round.
 */
public final class Sidecar {

    private static final Logger LOG = Logger.getLogger("main");

    /**
     * Where it listens.
     *
     * @param dns where questions for names are answered, of a proxy that does
     */
    public record Ports(int outbound, int inbound, int dns, AdminPages.Ports pages) {

        /** Those of a proxy that answers no questions for names. */
        public Ports(int outbound, int inbound, AdminPages.Ports pages) {
            this(outbound, inbound, 0, pages);
        }
    }

    /**
     * How it finds out where things are.
     *
     * @param outbound where connections were going that the application made
     * @param inbound where connections were going that came to the application
     * @param controlPlanes where a control plane is, by its name
     */
    public record Destinations(
            OriginalDestination outbound, OriginalDestination inbound, Lookup controlPlanes) {

        public Destinations(OriginalDestination outbound, OriginalDestination inbound) {
            this(outbound, inbound, Lookup.SYSTEM);
        }

        public static Destinations fromKernel() {
            return new Destinations(
                    OriginalDestination.fromKernel(), OriginalDestination.fromKernel());
        }
    }

    /**
     * What happens to it.
     *
     * @param ready it has become ready
     * @param failed it can't become ready, and says why
     * @param quit somebody asked it to end
     */
    public record Events(Runnable ready, Consumer<Throwable> failed, Runnable quit) {}

    private enum State {
        STARTING,
        READY,
        STOPPING
    }

    private final ProxySettings settings;
    private final Ports ports;
    private final Destinations destinations;
    private final Events events;
    private final Drain drain = new Drain();
    private final Telemetry telemetry = new Telemetry();
    private final ConfigStore store = new ConfigStore();
    private final Loops workers;
    private final Loops control;
    private final ConfigClient client;

    /** Null where nobody vouches for anybody. */
    private final @Nullable Identity identity;

    private final AdminPages pages;
    private final Optional<NameService> names;

    /** Completes when it is ready for the first time, or stops before. */
    private final CompletableFuture<Void> startup = new CompletableFuture<>();

    private volatile State state = State.STARTING;

    private Sidecar(
            ProxySettings settings,
            Ports ports,
            Destinations destinations,
            Events events,
            Clock clock,
            Instant started) {
        this.settings = settings;
        this.ports = ports;
        this.destinations = destinations;
        this.events = events;
        this.workers = new Loops(settings.workers());
        this.control = new Loops(1);
        Wires wires =
                new Wires(
                        control.group().next(),
                        new ReflectiveChannelFactory<>(control.channel()),
                        destinations.controlPlanes(),
                        trust(settings.auth(), events));
        this.client =
                new ConfigClient(
                        new ClientSettings(
                                settings.discovery().host(),
                                settings.discovery().port(),
                                settings.node(),
                                ClientSettings.Timing.DEFAULT),
                        wires,
                        store,
                        clock,
                        new SplittableRandom());
        this.identity =
                switch (settings.auth()) {
                    case ControlPlaneAuth.None() -> null;
                    case ControlPlaneAuth.MutualTls(Path roots, _, SpiffeId self) ->
                            new Identity(
                                    self,
                                    client::controlPlane,
                                    roots,
                                    wires,
                                    Identity.Timing.DEFAULT,
                                    clock,
                                    new SplittableRandom());
                };
        this.names =
                settings.node().dnsCapture()
                        ? Optional.of(
                                NameService.start(settings, ports.dns, control, store.names()))
                        : Optional.empty();
        this.pages =
                AdminPages.listen(
                        control.group().next(),
                        new ReflectiveChannelFactory<>(control.serverChannel()),
                        ports.pages(),
                        new AdminPages.Subject(
                                client::report,
                                store.served()::get,
                                store.names()::get,
                                () -> Optional.ofNullable(identity).map(Identity::report),
                                this::writeMetrics,
                                this::unready,
                                startup,
                                this::drain,
                                events.quit(),
                                new Application(
                                        control.group().next(),
                                        new ReflectiveChannelFactory<>(control.channel()),
                                        InetAddress.ofLiteral(settings.node().id().ip())),
                                settings.application()),
                        settings.nodeAddress(),
                        clock,
                        started);
    }

    /**
     * Starts; waits for its pages to be there, not for it to be ready.
     *
     * @param started when the process did
     */
    public static Sidecar start(
            ProxySettings settings,
            Ports ports,
            Destinations destinations,
            Events events,
            Clock clock,
            Instant started) {
        Sidecar sidecar = new Sidecar(settings, ports, destinations, events, clock, started);
        LOG.info(() ->
                "started pod=%s revision=%s control_plane=%s transport=%s workers=%d"
                        .formatted(
                                settings.node().id(),
                                settings.node().revision(),
                                settings.discovery(),
                                sidecar.workers.transport(),
                                settings.workers()));
        sidecar.begin();
        return sidecar;
    }

    /** Listens once there is a configuration and, where it is to prove who it is, the proof. */
    private void begin() {
        if (identity == null) {
            client.complete().addListener(configured -> open());
        } else {
            identity.start();
            client.complete()
                    .addListener(
                            configured -> identity.complete().addListener(certified -> open()));
        }
        client.start();
    }

    /** What this proxy proves to others now. */
    private Optional<MeshTls> mtls() {
        return identity == null ? Optional.empty() : identity.tls();
    }

    /** What TLS needs is made ready beside the rest of the start. */
    private static Trust trust(ControlPlaneAuth auth, Events events) {
        return switch (auth) {
            case ControlPlaneAuth.None() -> Trust.NONE;
            case ControlPlaneAuth.MutualTls(Path rootCertificates, Path token, _) -> {
                MountedTrust trust = new MountedTrust(rootCertificates, token);
                Thread.ofPlatform()
                        .daemon()
                        .name("serin-tls")
                        .start(() -> {
                            try {
                                trust.prepare();
                            } catch (UnsatisfiedLinkError e) {
                                events.failed().accept(e);
                            }
                        });
                yield trust;
            }
        };
    }

    /** Where its pages are, as it turned out. */
    public AdminPages.Ports pages() {
        return pages.ports();
    }

    private void writeMetrics(Appendable to) throws IOException {
        to.append(telemetry.prometheusText());
        if (names.isPresent()) {
            names.get().metrics().write(to);
        }
    }

    /** Where it answers questions for names, as it turned out; empty where it does not. */
    public Optional<InetSocketAddress> names() {
        return names.map(NameService::address);
    }

    /** Why no traffic can come yet, or any more; empty when it can. */
    public Optional<String> unready() {
        return switch (state) {
            case STARTING -> Optional.of("no configuration yet");
            case READY -> Optional.empty();
            case STOPPING -> Optional.of("stopping");
        };
    }

    /** Asks clients to leave; goes on serving those that don't. */
    public void drain() {
        if (!drain.isAnnounced()) {
            LOG.info("draining: answers ask clients to leave");
        }
        drain.announce();
    }

    /**
     * Stops taking traffic, finishes what is in flight, and takes everything apart.
     *
     * @param grace how long that may take; idle, it takes none of it
     * @return completes when it is done, with the number of connections that were cut off
     */
    public CompletableFuture<Integer> stop(Duration grace) {
        state = State.STOPPING;
        startup.complete(null);
        LOG.info(
                () -> "stopping connections=" + drain.open() + " grace=" + grace.toSeconds() + "s");
        return drain.stop(grace)
                .thenApply(cutOff -> {
                    LOG.info(() -> "stopped cut_off=" + cutOff);
                    client.stop();
                    if (identity != null) {
                        identity.stop();
                    }
                    names.ifPresent(NameService::close);
                    pages.close();
                    return cutOff;
                });
    }

    /** Ends the threads; after {@link #stop}, for whoever lives on. */
    public void close() {
        workers.close();
        control.close();
    }

    /** On the config client's loop, where no change of the configuration can come between. */
    private void open() {
        Future<Void> outbound =
                new Outbound(
                                new InetSocketAddress(ports.outbound),
                                destinations.outbound,
                                settings.node().workload(),
                                this::mtls,
                                workers,
                                store.served(),
                                telemetry,
                                drain)
                        .start();
        Future<Void> inbound =
                new Inbound(
                                new InetSocketAddress(ports.inbound),
                                destinations.inbound,
                                settings.node().workload(),
                                this::mtls,
                                workers,
                                store.served(),
                                telemetry,
                                drain)
                        .start();
        outbound.addListener(first -> {
            if (!first.isSuccess()) {
                events.failed().accept(first.cause());
                return;
            }
            inbound.addListener(second -> {
                if (second.isSuccess()) {
                    beReady();
                } else {
                    events.failed().accept(second.cause());
                }
            });
        });
    }

    private void beReady() {
        if (state == State.STARTING) {
            state = State.READY;
            startup.complete(null);
            events.ready().run();
        }
    }
}
