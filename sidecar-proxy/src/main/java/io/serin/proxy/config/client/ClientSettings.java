// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.config.client;

import io.serin.api.name.HostPort;
import io.serin.api.snapshot.ProxyNode;
import java.time.Duration;

/**
 * What the client needs to know.
 *
 * @param host the control plane's name or address; looked up anew for each attempt
 * @param port where it speaks gRPC, over TLS or in plaintext: see {@link io.serin.proxy.grpc.Trust}
 * @param node who asks
 * @param timing how patient the client is
 */
public record ClientSettings(String host, int port, ProxyNode node, Timing timing) {

    /** The control plane that the proxy was injected for. */
    Place place() {
        return new Place(node.revision(), new HostPort(host, port));
    }

    /**
     * How long things may take.
     *
     * @param leastWait between two attempts, after the first failure
     * @param mostWait between two attempts, ever: a change that waits for a control plane's return
     *     waits this long at most
     * @param connect for a connection to be made, again for a TLS handshake, and again for the
     *     peer's first word
     * @param keepAlive silence before the peer is asked for a sign of life
     * @param refusal a NACK is held back this long, so that a control plane that sends the same at
     *     once again does not make the two run in circles
     * @param patience for parts of a configuration that have not come; also the longest wait
     *     between two attempts to move to another control plane
     * @param move how long another control plane may take to send a whole configuration
     */
    public record Timing(
            Duration leastWait,
            Duration mostWait,
            Duration connect,
            Duration keepAlive,
            Duration refusal,
            Duration patience,
            Duration move) {

        public static final Timing DEFAULT =
                new Timing(
                        Duration.ofMillis(100),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(10));
    }
}
