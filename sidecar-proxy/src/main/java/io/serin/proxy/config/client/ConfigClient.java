// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.config.client;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.serin.api.codec.CodecFault;
import io.serin.api.codec.NodeCodec;
import io.serin.api.codec.TypeUrl;
import io.serin.api.discovery.ClientConversation;
import io.serin.api.xds.DeltaDiscoveryRequest;
import io.serin.api.xds.DeltaDiscoveryResponse;
import io.serin.proxy.config.client.ClientReport.Connection;
import io.serin.proxy.config.client.ClientReport.TypeReport;
import io.serin.proxy.config.store.ConfigStore;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the proxy's configuration up to date: one delta ADS stream to the control plane, made again
 * for ever when it ends. What was accepted stays, whatever happens to the stream.
 *
 * <p>Owned by one event loop, as is the {@link ConfigStore} that it writes. {@link #start}, {@link
 * #stop} and {@link #report} may be called on any thread.
 */
public final class ConfigClient {

    private static final Logger LOG = Logger.getLogger("config.client");

    /** Ours are far smaller; a foreign control plane may send a whole cluster's in one. */
    private static final int MAX_MESSAGE_BYTES = 16 << 20;

    private final ClientSettings settings;
    private final EventLoop loop;
    private final ChannelFactory<? extends Channel> channels;
    private final ConfigStore store;
    private final Clock clock;
    private final RandomGenerator random;
    private final Backoff backoff;
    private final ClientConversation conversation;
    private final Promise<Void> complete;
    private final Map<TypeUrl, TypeReport> types = new EnumMap<>(TypeUrl.class);

    private @Nullable DiscoveryStream stream;
    private @Nullable Future<?> settling;
    private boolean stopped;
    private boolean useful;
    private String lastComplaint = "";
    private volatile ClientReport report;

    public ConfigClient(
            ClientSettings settings,
            EventLoop loop,
            ChannelFactory<? extends Channel> channels,
            ConfigStore store,
            Clock clock,
            RandomGenerator random) {
        this.settings = settings;
        this.loop = loop;
        this.channels = channels;
        this.store = store;
        this.clock = clock;
        this.random = random;
        this.backoff =
                new Backoff(settings.timing().leastWait(), settings.timing().mostWait(), random);
        this.conversation = new ClientConversation(NodeCodec.encode(settings.node()));
        this.complete = loop.newPromise();
        for (TypeUrl type : TypeUrl.values()) {
            types.put(type, TypeReport.NONE);
        }
        this.report = new ClientReport(new Connection.Disconnected("", clock.instant()), types);
    }

    /** Starts, and goes on until {@link #stop}. */
    public void start() {
        loop.execute(this::attempt);
    }

    /** Hangs up, for good. */
    public void stop() {
        loop.execute(() -> {
            stopped = true;
            if (stream != null) {
                stream.close();
            }
        });
    }

    /** Succeeds when the first whole configuration is served; never fails. */
    public Future<Void> complete() {
        return complete;
    }

    /** How things stand. */
    public ClientReport report() {
        return report;
    }

    private void attempt() {
        if (stopped) {
            return;
        }
        // A look-up blocks, and may block for seconds: it gets a thread of its own.
        Thread.ofPlatform().daemon().name("serin-lookup").start(this::lookUp);
    }

    private void lookUp() {
        try {
            InetAddress[] found = InetAddress.getAllByName(settings.host());
            InetAddress one = found[random.nextInt(found.length)];
            loop.execute(() -> open(new InetSocketAddress(one, settings.port())));
        } catch (UnknownHostException e) {
            loop.execute(() ->
                    ended(
                            new StreamEnd.NoConnection(
                                    "the name '" + settings.host() + "' is not known")));
        }
    }

    private void open(InetSocketAddress address) {
        if (stopped) {
            return;
        }
        DiscoveryStream next =
                new DiscoveryStream(
                        settings.address(),
                        new DiscoveryStream.Limits(
                                MAX_MESSAGE_BYTES,
                                settings.timing().connect(),
                                settings.timing().keepAlive()),
                        new Events());
        stream = next;
        next.open(loop, channels, address);
    }

    private final class Events implements DiscoveryStream.Listener {

        @Override
        public void opened() {
            tell(new Connection.Connected(settings.address(), clock.instant()));
            send(conversation.open());
        }

        @Override
        public void received(DeltaDiscoveryResponse response) {
            TypeUrl.of(response.getTypeUrl()).ifPresent(type -> take(type, response));
        }

        @Override
        public void ended(StreamEnd end) {
            ConfigClient.this.ended(end);
        }
    }

    private void take(TypeUrl type, DeltaDiscoveryResponse response) {
        try {
            store.apply(type, response.getResourcesList(), response.getRemovedResourcesList());
        } catch (CodecFault fault) {
            refuse(type, response, String.valueOf(fault.getMessage()));
            return;
        }
        beUseful();
        send(conversation.accept(type, response, store.wanted()));
        count(type, reportOf(type).accept(conversation.of(type).versions(), clock.instant()));
        if (store.isComplete()) {
            complete.trySuccess(null);
        }
        awaitRest();
    }

    private void refuse(TypeUrl type, DeltaDiscoveryResponse response, String reason) {
        LOG.warning(() -> "configuration refused type=" + type + " reason=" + reason);
        count(type, reportOf(type).reject(reason, clock.instant()));
        DeltaDiscoveryRequest nack = conversation.of(type).refuse(response, reason);
        DiscoveryStream asked = stream;
        var _ =
                after(
                        settings.timing().refusal(),
                        () -> {
                            if (asked != null && asked == stream) {
                                asked.send(nack);
                            }
                        });
    }

    /**
     * Sees to it that what is incomplete does not hold back the rest for ever; from when the wait
     * began, for other parts may change all the time.
     */
    private void awaitRest() {
        if (store.isWaiting() && settling == null) {
            settling = after(settings.timing().patience(), this::settle);
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
            lastComplaint = "";
            backoff.reset();
            LOG.info(() -> "configuration flows control_plane=" + settings.address());
        }
    }

    private void ended(StreamEnd end) {
        stream = null;
        useful = false;
        conversation.close();
        if (stopped) {
            return;
        }
        Duration wait = backoff.next();
        complain(end, wait);
        tell(new Connection.Disconnected(end.cause(), clock.instant()));
        var _ = after(wait, this::attempt);
    }

    /** Says why there is no stream; once, however often the same happens in a row. */
    private void complain(StreamEnd end, Duration wait) {
        if (end.cause().equals(lastComplaint)) {
            return;
        }
        lastComplaint = end.cause();
        String what =
                end instanceof StreamEnd.Status(int code, _)
                                && code == StreamEnd.Status.FAILED_PRECONDITION
                        ? "the control plane refuses this proxy, revision="
                                + settings.node().revision()
                        : "no control plane";
        String meanwhile =
                store.hasEssentials()
                        ? "the last good configuration stays"
                        : "there is no configuration yet";
        LOG.warning(() ->
                "%s: %s control_plane=%s cause=\"%s\" retry_ms=%d"
                        .formatted(
                                what, meanwhile, settings.address(), end.cause(), wait.toMillis()));
    }

    private void send(List<DeltaDiscoveryRequest> requests) {
        DiscoveryStream open = stream;
        if (open != null) {
            requests.forEach(open::send);
        }
    }

    private Future<?> after(Duration wait, Runnable task) {
        return loop.schedule(task, wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    private TypeReport reportOf(TypeUrl type) {
        return types.getOrDefault(type, TypeReport.NONE);
    }

    private void count(TypeUrl type, TypeReport next) {
        types.put(type, next);
        report = new ClientReport(report.connection(), types);
    }

    private void tell(Connection connection) {
        report = new ClientReport(connection, types);
    }
}
