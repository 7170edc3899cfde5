// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.telemetry;

import io.serin.api.backend.Workload;

/**
 * Who spoke to whom, as seen from one side.
 *
 * @param service the destination's Service, a host name; empty where none is known
 */
public record Labels(Reporter reporter, Workload source, Workload destination, String service) {

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
