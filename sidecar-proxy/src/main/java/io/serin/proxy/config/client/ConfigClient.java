// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.config.client;

import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.serin.api.codec.TypeUrl;
import io.serin.api.name.HostPort;
import io.serin.proxy.config.client.ClientReport.Connection;
import io.serin.proxy.config.client.ClientReport.HomeReport;
import io.serin.proxy.config.client.ClientReport.TypeReport;
import io.serin.proxy.config.store.ConfigStore;
import io.serin.proxy.grpc.Backoff;
import io.serin.proxy.grpc.StreamEnd;
import io.serin.proxy.grpc.Wires;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the proxy's configuration up to date: one delta ADS stream to the control plane, made again
 * for ever when it ends. What was accepted stays, whatever happens to the stream. Where the control
 * plane says that home is elsewhere, a {@link HomeSeeker} builds the whole configuration from
 * there, and both change places in one publication.
 *
 * <p>Owned by one event loop, as is the {@link ConfigStore} that it writes. {@link #start}, {@link
 * #stop} and {@link #report} may be called on any thread.
 */
public final class ConfigClient {

    private static final Logger LOG = Logger.getLogger("config.client");

    private final ClientSettings settings;
    private final Wires wires;
    private final ConfigStore store;
    private final Clock clock;
    private final Backoff backoff;
    private final HomeSeeker seeker;
    private final Present listener = new Present();
    private final Promise<Void> complete;
    private final Map<TypeUrl, TypeReport> types = new EnumMap<>(TypeUrl.class);

    private Link present;
    private @Nullable Future<?> settling;
    private boolean stopped;
    private boolean useful;
    private int failures;
    private String lastComplaint = "";
    private String lastStay = "";
    private volatile ClientReport report;

    public ConfigClient(
            ClientSettings settings,
            Wires wires,
            ConfigStore store,
            Clock clock,
            RandomGenerator random) {
        this.settings = settings;
        this.wires = wires;
        this.store = store;
        this.clock = clock;
        this.backoff =
                new Backoff(settings.timing().leastWait(), settings.timing().mostWait(), random);
        this.seeker = new HomeSeeker(new Self(), settings, wires, random);
        this.complete = wires.loop().newPromise();
        for (TypeUrl type : TypeUrl.values()) {
            types.put(type, TypeReport.NONE);
        }
        this.present = new Link(settings.place(), settings, wires, store, listener);
        this.report =
                new ClientReport(
                        new Connection.Disconnected("", clock.instant()),
                        HomeReport.start(settings.node().revision(), clock.instant()),
                        types);
    }

    /** Starts, and goes on until {@link #stop}. */
    public void start() {
        wires.loop().execute(() -> present.open());
    }

    /** Hangs up, for good. */
    public void stop() {
        wires.loop()
                .execute(() -> {
                    stopped = true;
                    seeker.rest();
                    present.close();
                });
    }

    /** Succeeds when the first whole configuration is served; never fails. */
    public Future<Void> complete() {
        return complete;
    }

    /** Where the control plane is that the proxy is at. On the event loop. */
    public HostPort controlPlane() {
        return present.place().address();
    }

    /** How things stand. */
    public ClientReport report() {
        return report;
    }

    /** What happens at the control plane that the proxy is at. */
    private final class Present implements Link.Listener {

        @Override
        public void opened(Link link) {
            tell(new Connection.Connected(link.place().address().toString(), clock.instant()));
        }

        @Override
        public void took(Link link, TypeUrl type) {
            beUseful();
            count(type, reportOf(type).accept(link.versions(type), clock.instant()));
            if (store.isComplete()) {
                complete.trySuccess(null);
            }
            awaitRest();
            if (type == TypeUrl.HOME) {
                store.home().ifPresent(seeker::told);
                tell(report.home().told(seeker.wanted()));
            }
        }

        @Override
        public void refused(Link link, TypeUrl type, String reason, Runnable nack) {
            LOG.warning(() -> "configuration refused type=" + type + " reason=" + reason);
            count(type, reportOf(type).reject(reason, clock.instant()));
            var _ = wires.after(settings.timing().refusal(), nack);
        }

        @Override
        public void ended(Link link, StreamEnd end) {
            useful = false;
            store.current(false);
            failures++;
            if (stopped) {
                return;
            }
            Duration wait = backoff.next();
            complain(end, wait);
            tell(new Connection.Disconnected(end.cause(), clock.instant()));
            var _ = wires.after(wait, link::open);
            seeker.lost(end, failures);
        }
    }

    /** The proxy, as it moves. */
    private final class Self implements HomeSeeker.Proxy {

        @Override
        public Place at() {
            return present.place();
        }

        @Override
        public void arrived(Link from) {
            Link before = present;
            present = from;
            before.close();
            store.become(from.store());
            from.handOver(store, listener);
            lastStay = "";
            failures = 0;
            beUseful();
            for (TypeUrl type : TypeUrl.values()) {
                count(type, reportOf(type).holding(from.versions(type)));
            }
            tell(new Connection.Connected(from.place().address().toString(), clock.instant()));
            tell(report.home().arrived(from.place().revision(), clock.instant()));
            LOG.info(() -> "moved from=" + before.place() + " to=" + from.place());
            awaitRest();
            complete.trySuccess(null);
        }

        @Override
        public void stays(Place insteadOf, String reason) {
            String whole = insteadOf + ": " + reason;
            tell(report.home().told(seeker.wanted()).failed(whole, clock.instant()));
            present.sayNotFollowed(whole);
            if (!whole.equals(lastStay)) {
                lastStay = whole;
                LOG.warning(() -> "stays at=" + present.place() + " not_moved_to=" + whole);
            }
        }
    }

    /**
     * Sees to it that what is incomplete does not hold back the rest for ever; from when the wait
     * began, for other parts may change all the time.
     */
    private void awaitRest() {
        if (store.isWaiting() && settling == null) {
            settling = wires.after(settings.timing().patience(), this::settle);
        } else if (!store.isWaiting() && settling != null) {
            settling.cancel(false);
            settling = null;
        }
    }

    private void settle() {
        settling = null;
        store.settle();
        LOG.warning(() ->
                "configuration incomplete, going on without the rest waited="
                        + settings.timing().patience());
        if (store.hasEssentials()) {
            complete.trySuccess(null);
        }
    }

    /** A stream counts as good from its first good response, not for being open. */
    private void beUseful() {
        if (!useful) {
            useful = true;
            store.current(true);
            lastComplaint = "";
            failures = 0;
            backoff.reset();
            LOG.info(() -> "configuration flows control_plane=" + present.place().address());
        }
    }

    /** Says why there is no stream; once, however often the same happens in a row. */
    private void complain(StreamEnd end, Duration wait) {
        if (end.cause().equals(lastComplaint)) {
            return;
        }
        lastComplaint = end.cause();
        String meanwhile =
                store.hasEssentials()
                        ? "the last good configuration stays"
                        : "there is no configuration yet";
        LOG.warning(() ->
                "%s: %s control_plane=%s cause=\"%s\" retry_ms=%d"
                        .formatted(
                                refusal(end).orElse("no control plane"),
                                meanwhile,
                                present.place().address(),
                                end.cause(),
                                wait.toMillis()));
    }

    /** That the control plane is there, but not for this proxy, and what it does not like. */
    private Optional<String> refusal(StreamEnd end) {
        if (!(end instanceof StreamEnd.Status(int code, _))) {
            return Optional.empty();
        }
        String refuses = "the control plane refuses this proxy, ";
        return switch (code) {
            case StreamEnd.Status.FAILED_PRECONDITION ->
                    Optional.of(refuses + "revision=" + settings.node().revision());
            case StreamEnd.Status.UNAUTHENTICATED -> Optional.of(refuses + "its token");
            case StreamEnd.Status.PERMISSION_DENIED ->
                    Optional.of(refuses + "its token is not of pod=" + settings.node().id());
            default -> Optional.empty();
        };
    }

    private TypeReport reportOf(TypeUrl type) {
        return types.getOrDefault(type, TypeReport.NONE);
    }

    private void count(TypeUrl type, TypeReport next) {
        types.put(type, next);
        report = new ClientReport(report.connection(), report.home(), types);
    }

    private void tell(Connection connection) {
        report = new ClientReport(connection, report.home(), types);
    }

    private void tell(HomeReport home) {
        report = new ClientReport(report.connection(), home, types);
    }
}
