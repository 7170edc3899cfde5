// SPDX-License-Identifier: Apache-2.0
package io.serin.api.backend;

import io.serin.api.name.SpiffeId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A destination of requests or connections, an xDS {@code Cluster}. */
public sealed interface Cluster {

    String name();

    /**
     * A Service's port, its endpoints delivered apart; balanced by least request.
     *
     * @param connectTimeout more than zero
     * @param identities one of these is to be proved by an endpoint that {@linkplain Endpoint#mtls
     *     takes mTLS}; where there are none, all endpoints are called in plaintext
     */
    record Eds(String name, Duration connectTimeout, List<SpiffeId> identities) implements Cluster {
        public Eds {
            checkTimeout(name, connectTimeout);
            identities = List.copyOf(identities);
        }

        /** One whose endpoints are called in plaintext. */
        public Eds(String name, Duration connectTimeout) {
            this(name, connectTimeout, List.of());
        }
    }

    /**
     * Wherever the connection was going before it was redirected.
     *
     * @param source the address to call from; 127.0.0.6 inbound, so that the call is not redirected
     *     again
     */
    record OriginalDestination(String name, Duration connectTimeout, Optional<String> source)
            implements Cluster {
        public OriginalDestination {
            checkTimeout(name, connectTimeout);
        }
    }

    /** Nowhere. */
    record BlackHole(String name) implements Cluster {}

    private static void checkTimeout(String name, Duration connectTimeout) {
        if (connectTimeout.isNegative() || connectTimeout.isZero()) {
            throw new IllegalArgumentException(
                    "connectTimeout of "
                            + name
                            + ": "
                            + connectTimeout
                            + " (expected: more than zero)");
        }
    }
}
