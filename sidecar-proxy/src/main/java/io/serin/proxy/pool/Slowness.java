// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.pool;

import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Looks whether a connection that is being made takes too long. One event loop. */
final class Slowness {

    /**
     * How long a connection may take before another one is tried beside it: an endpoint that lives
     * takes it at once, or its kernel does. RFC 8305, section 8: 0.25 s is recommended, 2 s is the
     * most.
     */
    private static final long SLOW_MILLIS = 500;

    /**
     * How much longer the handshake may take, which the peer's process does: one that is short of
     * CPU is not helped by a second handshake elsewhere.
     */
    private static final long SLOW_HANDSHAKE_MILLIS = 2_000;

    /** For a loop that is late itself: to see what has come before it says that nothing has. */
    private static final long LATE_MILLIS = 10;

    private final Upstreams<?> owner;
    private final Future<?> dialing;
    private final Runnable whenSlow;
    private Future<?> next;
    private boolean told;

    /**
     * @param dialing done once there is a connection, if not yet a handshake
     * @param whenSlow called once, unless many are slow at the same time
     */
    Slowness(Upstreams<?> owner, Future<?> dialing, Runnable whenSlow) {
        this.owner = owner;
        this.dialing = dialing;
        this.whenSlow = whenSlow;
        next = after(SLOW_MILLIS, () -> next = after(LATE_MILLIS, this::lookAtDialing));
    }

    private Future<?> after(long millis, Runnable step) {
        return owner.loop().schedule(step, millis, TimeUnit.MILLISECONDS);
    }

    private void lookAtDialing() {
        if (dialing.isDone()) {
            next = after(SLOW_HANDSHAKE_MILLIS, () -> next = after(LATE_MILLIS, this::tell));
        } else {
            tell();
        }
    }

    private void tell() {
        told = owner.mayTryBeside();
        if (told) {
            whenSlow.run();
        }
    }

    /** It was made, or failed. */
    void end() {
        next.cancel(false);
        if (told) {
            owner.triedBeside();
        }
    }
}
