// SPDX-License-Identifier: Apache-2.0
package io.serin.control.index;

import io.serin.api.name.ServiceName;
import java.util.List;
import java.util.Optional;

/**
 * A Service.
 *
 * @param clusterIp empty for headless and ExternalName Services, whose traffic passes through
 * @param clusterIps the same, and that of the other family where there are two
 * @param ports TCP only, each number once
 */
public record ServiceEntry(
        ServiceName name, Optional<String> clusterIp, List<String> clusterIps, List<Port> ports) {

    public ServiceEntry {
        clusterIps = List.copyOf(clusterIps);
        ports = List.copyOf(ports);
    }

    /** One of one family. */
    public ServiceEntry(ServiceName name, Optional<String> clusterIp, List<Port> ports) {
        this(name, clusterIp, clusterIp.stream().toList(), ports);
    }

    /**
     * A port that the Service offers.
     *
     * @param http whether HTTP is looked for: appProtocol or the port's name say HTTP, or say
     *     nothing and the number is not one where servers speak first
     */
    public record Port(int number, String name, boolean http) {}
}
