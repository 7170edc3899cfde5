// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.pool;

import io.netty.channel.Channel;
import io.netty.channel.ConnectTimeoutException;
import io.netty.util.concurrent.Future;
import io.serin.proxy.tls.MeshTls;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The requests that wait for a connection to one endpoint. Each takes what comes sooner: a
 * connection that others leave, or one that is made for it. Few are made at once, for a handshake
 * costs both sides the CPU of many requests: of a burst that meets new proxies each request would
 * have one made, and wait for all of them. One event loop.
 */
final class Line<C extends Pooled> {

    /** Connections that are made at once. */
    private static final int MAX_CONNECTING = 4;

    private final UpstreamHost<C> host;
    private final long patienceNanos;
    private final ArrayDeque<Place<C>> places = new ArrayDeque<>();
    private int connecting;

    /**
     * @param patience how long a request waits at least for a connection to be begun for it
     */
    Line(UpstreamHost<C> host, Duration patience) {
        this.host = host;
        this.patienceNanos = patience.toNanos();
    }

    /** Waits for the first connection there is. */
    void join(Waiting<C> who) {
        places.add(new Place<>(who, host.now()));
        connectMore();
    }

    /** Waits for a connection that nobody has used. */
    void connectFor(Waiting<C> who) {
        connect(new Place<>(who, host.now()));
    }

    /** Gives a connection to the first who wants one; false when nobody does. */
    boolean serve(C connection) {
        for (Place<C> first = places.poll(); first != null; first = places.poll()) {
            if (first.give(connection)) {
                return true;
            }
        }
        return false;
    }

    private void connectMore() {
        while (connecting < MAX_CONNECTING) {
            Place<C> next = firstWithoutConnection();
            if (next == null) {
                return;
            }
            connect(next);
        }
    }

    private @Nullable Place<C> firstWithoutConnection() {
        for (Iterator<Place<C>> each = places.iterator(); each.hasNext(); ) {
            Place<C> place = each.next();
            if (!place.connecting) {
                if (place.who.isWanted()) {
                    return place;
                }
                each.remove();
                place.who.passOver();
            }
        }
        return null;
    }

    private void connect(Place<C> place) {
        C fresh = place.who.fresh();
        place.connecting = true;
        connecting++;
        Future<Channel> made = host.connect(fresh, MeshTls.Inside.HTTP, () -> slow(place));
        made.addListener(done -> {
            connecting--;
            places.remove(place);
            if (done.isSuccess()) {
                if (!place.give(fresh)) {
                    fresh.becomeIdle();
                }
            } else {
                place.fail(done.cause());
                failThoseWhoWaited();
            }
            connectMore();
        });
    }

    private void slow(Place<C> dialed) {
        dialed.slow();
        // A copy: who goes elsewhere may be answered at once, and its client ask for more.
        List.copyOf(places).forEach(Place::slow);
    }

    /** Where connections fail late, others wait no longer than for one of their own. */
    private void failThoseWhoWaited() {
        long oldest = host.now() - patienceNanos;
        List<Place<C>> waited =
                places.stream()
                        .filter(place -> !place.connecting && place.since - oldest <= 0)
                        .toList();
        for (Place<C> place : waited) {
            places.remove(place);
            place.fail(new ConnectTimeoutException("in line"));
        }
    }

    /** Where one waits. */
    private static final class Place<C extends Pooled> {
        final Waiting<C> who;
        final long since;
        boolean connecting;
        private boolean told;
        private boolean over;

        Place(Waiting<C> who, long since) {
            this.who = who;
            this.since = since;
        }

        boolean give(C connection) {
            if (over) {
                return false;
            }
            over = true;
            if (who.isWanted()) {
                who.take(connection);
                return true;
            }
            who.passOver();
            return false;
        }

        void fail(Throwable cause) {
            if (!over) {
                over = true;
                who.failed(cause);
            }
        }

        void slow() {
            if (!told && !over) {
                told = true;
                who.slow();
            }
        }
    }
}
