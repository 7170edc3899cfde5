// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.type;

import java.util.List;
import java.util.Optional;

/**
 * A Service.
 *
 * @param clusterIp empty for headless and ExternalName
 * @param clusterIps the same, and that of the other family where there are two
 * @param ports TCP only
 */
public record KubeService(
        ObjectName name, Optional<String> clusterIp, List<String> clusterIps, List<Port> ports)
        implements KubeObject {

    public KubeService {
        clusterIps = List.copyOf(clusterIps);
        ports = List.copyOf(ports);
    }

    /** One of one family. */
    public KubeService(ObjectName name, Optional<String> clusterIp, List<Port> ports) {
        this(name, clusterIp, clusterIp.stream().toList(), ports);
    }

    /**
     * @param name empty where there is only one port
     */
    public record Port(String name, int number, Optional<String> appProtocol) {}
}
