// SPDX-License-Identifier: Apache-2.0
package io.serin.api.backend;

import io.serin.api.name.HostPort;

/** One address that serves a cluster. */
public record Endpoint(HostPort address, Health health, Workload workload) {

    /** Whether new requests may go there. */
    public enum Health {
        HEALTHY,
        /** Going away: used for new requests only where no healthy endpoint is left. */
        DRAINING
    }
}
