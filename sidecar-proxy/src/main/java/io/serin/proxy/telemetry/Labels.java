// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.telemetry;

import io.serin.api.backend.Workload;
import io.serin.api.name.SpiffeId;
import java.util.Optional;

/**
 * Who spoke to whom, as seen from one side.
 *
 * @param service the destination's Service, a host name; empty where none is known
 * @param peer who the source proved to be, where that is known: by mTLS, at the destination
 */
public record Labels(
        Reporter reporter,
        Workload source,
        Workload destination,
        String service,
        Optional<SpiffeId> peer) {

    /** Of a source that proved nothing, or whose side counts. */
    public Labels(Reporter reporter, Workload source, Workload destination, String service) {
        this(reporter, source, destination, service, Optional.empty());
    }

    /** The side that counts. */
    public enum Reporter {
        SOURCE("source"),
        DESTINATION("destination");

        private final String text;

        Reporter(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }
}
