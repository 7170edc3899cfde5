// SPDX-License-Identifier: Apache-2.0
package io.serin.control.index;

import io.serin.api.name.ServiceName;
import io.serin.kube.type.KubeService;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Services, and what is spoken at their ports. Pure. */
final class Services {

    /** Where the server speaks first, by custom; linkerd's list. */
    private static final Set<Integer> SERVER_FIRST =
            Set.of(25, 587, 3306, 4444, 5432, 6379, 9300, 11211);

    private Services() {}

    static Map<ServiceName, ServiceEntry> of(Cluster cluster) {
        Map<ServiceName, ServiceEntry> entries = new TreeMap<>();
        for (KubeService service : cluster.services.values()) {
            ServiceName name = new ServiceName(service.name().namespace(), service.name().name());
            List<ServiceEntry.Port> ports = new ArrayList<>();
            for (KubeService.Port port : service.ports()) {
                if (ports.stream().noneMatch(other -> other.number() == port.number())) {
                    ports.add(new ServiceEntry.Port(port.number(), port.name(), isHttp(port)));
                }
            }
            entries.put(
                    name, new ServiceEntry(name, service.clusterIp(), service.clusterIps(), ports));
        }
        return entries;
    }

    /** appProtocol decides, else the port's name up to a dash, else the number. */
    static boolean isHttp(KubeService.Port port) {
        String declared =
                port.appProtocol()
                        .orElseGet(() -> port.name().split("-", 2)[0])
                        .toLowerCase(Locale.ROOT);
        return switch (declared) {
            case "http", "kubernetes.io/ws" -> true;
            case "https",
                    "tcp",
                    "tls",
                    "http2",
                    "grpc",
                    "grpc-web",
                    "kubernetes.io/h2c",
                    "kubernetes.io/wss",
                    "mongo",
                    "mysql",
                    "redis",
                    "postgres",
                    "udp" ->
                    false;
            default -> port.appProtocol().isEmpty() && !SERVER_FIRST.contains(port.number());
        };
    }
}
