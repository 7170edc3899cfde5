// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.config.client;

import io.netty.util.concurrent.Future;
import io.serin.api.codec.TypeUrl;
import io.serin.api.name.Revision;
import io.serin.api.snapshot.Home;
import io.serin.proxy.config.store.ConfigStore;
import io.serin.proxy.grpc.Backoff;
import io.serin.proxy.grpc.StreamEnd;
import io.serin.proxy.grpc.Wires;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Brings the proxy to the control plane that it is told is its home, beside the one that it is at:
 * asks there whether they agree, then for everything, into a store of its own, and hands that over
 * when it is complete. Until then nothing changes for anybody, however often it fails.
 *
 * <p>When the present control plane can't be had and is not the one that the proxy was injected
 * for, that one is asked where home is: it is the only one that never turns the proxy away.
 *
 * <p>Owned by one event loop.
 */
final class HomeSeeker implements Link.Listener {

    /** After so many failures in a row others are asked. A restart of a control plane is fewer. */
    private static final int PATIENT_FOR = 3;

    /** On whose behalf. */
    interface Proxy {

        Place at();

        /** All that it needs has come over this link, which is its own from now on. */
        void arrived(Link from);

        /** An attempt failed; everything stays as it is. */
        void stays(Place insteadOf, String reason);
    }

    private final Proxy proxy;
    private final Place injected;
    private final ClientSettings settings;
    private final Wires wires;
    private final Backoff backoff;

    private @Nullable Home wanted;
    private @Nullable Link candidate;

    /** Whether the candidate is only asked where home is. */
    private boolean asking;

    /** Whether the candidate agreed to be home. */
    private boolean agreed;

    private @Nullable Future<?> deadline;
    private @Nullable Future<?> retry;

    HomeSeeker(Proxy proxy, ClientSettings settings, Wires wires, RandomGenerator random) {
        this.proxy = proxy;
        this.injected = settings.place();
        this.settings = settings;
        this.wires = wires;
        this.backoff =
                new Backoff(settings.timing().leastWait(), settings.timing().patience(), random);
    }

    /** The revision that the proxy was last told is its home; empty before. */
    Optional<Revision> wanted() {
        return Optional.ofNullable(wanted).map(Home::revision);
    }

    /** The word of the control plane that the proxy is at. */
    void told(Home home) {
        boolean known = home.equals(wanted);
        wanted = home;
        if (isAt(home)) {
            rest();
        } else if (!known || (candidate == null && retry == null)) {
            rest();
            backoff.reset();
            setOut(Place.of(home), false);
        }
    }

    /**
     * The control plane that the proxy is at can't be had.
     *
     * @param failures in a row
     */
    void lost(StreamEnd end, int failures) {
        boolean turnedAway =
                end instanceof StreamEnd.Status(int code, _)
                        && code == StreamEnd.Status.FAILED_PRECONDITION;
        if (candidate == null
                && !proxy.at().equals(injected)
                && (turnedAway || failures >= PATIENT_FOR)) {
            setOut(injected, true);
        }
    }

    /** Gives up what is under way. */
    void rest() {
        drop();
        if (retry != null) {
            retry.cancel(false);
            retry = null;
        }
    }

    private boolean isAt(Home home) {
        return home.revision().equals(proxy.at().revision());
    }

    private void setOut(Place to, boolean onlyAsking) {
        Link link = new Link(to, settings, wires, new ConfigStore(), this);
        candidate = link;
        asking = onlyAsking;
        agreed = false;
        deadline =
                wires.after(
                        settings.timing().move(),
                        () -> fail(link, "not complete within " + settings.timing().move()));
        link.open(EnumSet.of(TypeUrl.HOME));
    }

    @Override
    public void opened(Link link) {
        // It says by itself what it is asked.
    }

    @Override
    public void took(Link link, TypeUrl type) {
        if (link != candidate) {
            return;
        }
        if (type == TypeUrl.HOME) {
            link.store()
                    .home()
                    .ifPresentOrElse(
                            home -> heard(link, home),
                            () -> fail(link, "it does not know where this proxy belongs"));
        }
        if (link == candidate && agreed && link.store().isComplete()) {
            // It is the proxy's now: not to be dropped with the rest.
            candidate = null;
            rest();
            wanted = link.store().home().orElse(wanted);
            proxy.arrived(link);
        }
    }

    private void heard(Link link, Home home) {
        if (!home.revision().equals(link.place().revision())) {
            if (asking) {
                drop();
                told(home);
            } else {
                fail(link, "it says that this proxy belongs to " + home.revision());
            }
        } else if (!home.speaks().speaks(settings.node().protocol())) {
            fail(
                    link,
                    "it speaks protocol "
                            + home.speaks()
                            + " (expected: "
                            + settings.node().protocol()
                            + ", which this proxy speaks); restart the pod to move it");
        } else if (!agreed) {
            agreed = true;
            link.askRest();
        }
    }

    @Override
    public void refused(Link link, TypeUrl type, String reason, Runnable nack) {
        if (link == candidate) {
            nack.run();
            fail(link, "what it sends can't be read: " + type + ": " + reason);
        }
    }

    @Override
    public void ended(Link link, StreamEnd end) {
        if (link == candidate) {
            fail(link, end.cause());
        }
    }

    private void fail(Link link, String reason) {
        drop();
        proxy.stays(link.place(), reason);
        if (wanted != null && !isAt(wanted) && retry == null) {
            retry = wires.after(backoff.next(), this::again);
        }
    }

    private void again() {
        retry = null;
        if (candidate == null) {
            setOut(Place.of(Objects.requireNonNull(wanted)), false);
        } else {
            // Somebody is being asked where home is; that comes first.
            retry = wires.after(backoff.next(), this::again);
        }
    }

    private void drop() {
        Link dropped = candidate;
        candidate = null;
        if (deadline != null) {
            deadline.cancel(false);
        }
        if (dropped != null) {
            dropped.close();
        }
    }
}
