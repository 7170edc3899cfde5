// SPDX-License-Identifier: Apache-2.0
package io.serin.control.index;

import io.serin.api.backend.Workload;
import io.serin.api.name.ServiceName;
import java.util.List;

/**
 * A pod, as the proxy beside it needs to know it.
 *
 * @param served the container ports that Services point at, each number once
 */
public record WorkloadEntry(String ip, String pod, Workload workload, List<ServedPort> served) {

    public WorkloadEntry {
        served = List.copyOf(served);
    }

    /**
     * A container's port that traffic comes in on.
     *
     * @param number the container's port
     * @param service the Service that points here, the first by name where several do
     */
    public record ServedPort(int number, boolean http, ServiceName service) {}
}
