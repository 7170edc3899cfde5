// SPDX-License-Identifier: Apache-2.0
package io.serin.api.backend;

import io.serin.api.name.HostPort;

/**
 * One address that serves a cluster.
 *
 * @param mtls whether it takes mTLS, beside plaintext: a sidecar with an identity stands there
 */
public record Endpoint(HostPort address, Health health, Workload workload, boolean mtls) {

    /** One that takes plaintext alone. */
    public Endpoint(HostPort address, Health health, Workload workload) {
        this(address, health, workload, false);
    }

    /** Whether new requests may go there. */
    public enum Health {
        HEALTHY,
        /** Going away: used for new requests only where no healthy endpoint is left. */
        DRAINING
    }
}
