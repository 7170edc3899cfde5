// SPDX-License-Identifier: Apache-2.0
package io.serin.control.index;

import io.serin.api.backend.Workload;
import io.serin.api.name.ServiceName;
import io.serin.api.name.SpiffeId;
import io.serin.kube.type.InboundCapture;
import java.util.List;
import java.util.Optional;

/**
 * A pod, as the proxy beside it needs to know it.
 *
 * @param served the container ports that Services point at, each number once
 * @param mtls empty where it takes plaintext alone
 */
public record WorkloadEntry(
        String ip, String pod, Workload workload, List<ServedPort> served, Optional<Mtls> mtls) {

    public WorkloadEntry {
        served = List.copyOf(served);
    }

    /** One that takes plaintext alone. */
    public WorkloadEntry(String ip, String pod, Workload workload, List<ServedPort> served) {
        this(ip, pod, workload, served, Optional.empty());
    }

    /** Whether mTLS is taken at this port. */
    public boolean takesMtls(int port) {
        return mtls.map(side -> side.capture().takes(port)).orElse(false);
    }

    /**
     * A sidecar that takes mTLS.
     *
     * @param identity what it proves
     * @param capture where it stands
     */
    public record Mtls(SpiffeId identity, InboundCapture capture) {

        /** Before all ports. */
        public Mtls(SpiffeId identity) {
            this(identity, InboundCapture.ALL);
        }
    }

    /**
     * A container's port that traffic comes in on.
     *
     * @param number the container's port
     * @param service the Service that points here, the first by name where several do
     */
    public record ServedPort(int number, boolean http, ServiceName service) {}
}
