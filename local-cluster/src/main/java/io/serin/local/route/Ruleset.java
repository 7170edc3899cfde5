// SPDX-License-Identifier: Apache-2.0
package io.serin.local.route;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.Meta;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The nftables table that makes Services of addresses, as text for {@code nft -f}. Loading it
 * replaces the one before in one step. Pure. IPv4 only.
 *
 * <p>A new connection is sent to one of the backends at random; the kernel remembers which. A pod
 * that reaches itself this way has its address hidden, or it would answer itself directly. What no
 * backend stands for is refused: the kernel counts the Services' addresses as its own (a local
 * route set up with the table's first loading) and the rule says no at once.
 */
final class Ruleset {

    static final String TABLE = "serin-services";
    static final String SERVICE_ADDRESSES = "10.96.0.0/16";

    private Ruleset() {}

    /**
     * @param slices of each Service, by namespace/name
     */
    static String of(Collection<ObjectNode> services, Map<String, List<ObjectNode>> slices) {
        List<String> chains = new ArrayList<>();
        SortedSet<String> clusterIps = new TreeSet<>();
        SortedSet<String> nodePorts = new TreeSet<>();
        SortedSet<String> refusedNodePorts = new TreeSet<>();
        SortedSet<String> hairpins = new TreeSet<>();
        int number = 0;
        for (ObjectNode service : services) {
            String clusterIp = service.path("spec").path("clusterIP").asText();
            if (clusterIp.isEmpty() || clusterIp.equals("None")) {
                continue;
            }
            String name = Meta.namespace(service) + "/" + Meta.name(service);
            for (JsonNode port : service.path("spec").path("ports")) {
                String protocol = port.path("protocol").asText("TCP").toLowerCase(Locale.ROOT);
                List<Backend> backends = Backend.of(port, slices.getOrDefault(name, List.of()));
                int nodePort = port.path("nodePort").asInt(0);
                if (backends.isEmpty()) {
                    if (nodePort > 0) {
                        refusedNodePorts.add(protocol + " . " + nodePort);
                    }
                    continue;
                }
                String chain = "service-" + ++number;
                chains.add(chain(chain, name, protocol, backends));
                clusterIps.add(
                        "%s . %s . %d : goto %s"
                                .formatted(clusterIp, protocol, port.path("port").asInt(), chain));
                if (nodePort > 0) {
                    nodePorts.add("%s . %d : goto %s".formatted(protocol, nodePort, chain));
                }
                backends.forEach(b -> hairpins.add(b.address() + " . " + b.address()));
            }
        }
        return """
        table ip %1$s
        delete table ip %1$s
        table ip %1$s {
        %2$s
          set hairpins {
            type ipv4_addr . ipv4_addr
        %3$s
          }
          set refused-node-ports {
            type inet_proto . inet_service
        %4$s
          }
          map cluster-ips {
            type ipv4_addr . inet_proto . inet_service : verdict
        %5$s
          }
          map node-ports {
            type inet_proto . inet_service : verdict
        %6$s
          }
          chain services {
            ip daddr . meta l4proto . th dport vmap @cluster-ips
            ip daddr != { 127.0.0.0/8, %7$s } fib daddr type local meta l4proto . th dport vmap @node-ports
          }
          chain prerouting {
            type nat hook prerouting priority dstnat; policy accept;
            jump services
          }
          chain output {
            type nat hook output priority -100; policy accept;
            jump services
          }
          chain postrouting {
            type nat hook postrouting priority srcnat; policy accept;
            ct status dnat ip saddr . ip daddr @hairpins masquerade
          }
          chain input {
            type filter hook input priority filter; policy accept;
            ip daddr %7$s meta l4proto tcp reject with tcp reset
            ip daddr %7$s reject
            meta l4proto . th dport @refused-node-ports reject
          }
        }
        """
                .formatted(
                        TABLE,
                        String.join("", chains),
                        elements(hairpins),
                        elements(refusedNodePorts),
                        elements(clusterIps),
                        elements(nodePorts),
                        SERVICE_ADDRESSES);
    }

    private static String chain(
            String chain, String service, String protocol, List<Backend> backends) {
        StringBuilder targets = new StringBuilder();
        for (int i = 0; i < backends.size(); i++) {
            Backend backend = backends.get(i);
            targets.append(
                    "%s%d : %s . %d"
                            .formatted(i == 0 ? "" : ", ", i, backend.address(), backend.port()));
        }
        return """
          chain %s {
            comment "%s"
            meta l4proto %s dnat ip to numgen random mod %d map { %s }
          }
        """
                .formatted(chain, service, protocol, backends.size(), targets);
    }

    private static String elements(Collection<String> elements) {
        return elements.isEmpty() ? "" : "    elements = { " + String.join(", ", elements) + " }";
    }
}
