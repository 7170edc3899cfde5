// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.type;

import java.util.List;
import java.util.Optional;

/**
 * A Service.
 *
 * @param clusterIp empty for headless and ExternalName
 * @param ports TCP only
 */
public record KubeService(ObjectName name, Optional<String> clusterIp, List<Port> ports)
        implements KubeObject {

    public KubeService {
        ports = List.copyOf(ports);
    }

    /**
     * @param name empty where there is only one port
     */
    public record Port(String name, int number, Optional<String> appProtocol) {}
}
