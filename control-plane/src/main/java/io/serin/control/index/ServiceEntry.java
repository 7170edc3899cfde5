// SPDX-License-Identifier: Apache-2.0
package io.serin.control.index;

import io.serin.api.name.ServiceName;
import java.util.List;
import java.util.Optional;

/**
 * A Service.
 *
 * @param clusterIp empty for headless and ExternalName Services, whose traffic passes through
 * @param ports TCP only, each number once
 */
public record ServiceEntry(ServiceName name, Optional<String> clusterIp, List<Port> ports) {

    public ServiceEntry {
        ports = List.copyOf(ports);
    }

    /**
     * A port that the Service offers.
     *
     * @param http whether HTTP is looked for: appProtocol or the port's name say HTTP, or say
     *     nothing and the number is not one where servers speak first
     */
    public record Port(int number, String name, boolean http) {}
}
