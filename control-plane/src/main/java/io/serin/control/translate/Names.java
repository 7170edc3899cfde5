// SPDX-License-Identifier: Apache-2.0
package io.serin.control.translate;

import io.serin.api.snapshot.NameTable;
import io.serin.control.index.MeshIndex;
import io.serin.control.index.ServiceEntry;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The names of the mesh: each Service's with its own addresses, a headless one's with those of its
 * ready pods, and the names of these pods below it. What has no address is left to others.
 */
final class Names {

    private static final SortedMap<String, String> NO_PODS = new TreeMap<>();

    private Names() {}

    static NameTable of(MeshIndex index) {
        Map<String, List<InetAddress>> hosts = new HashMap<>();
        for (ServiceEntry service : index.services().values()) {
            String host = service.name().host();
            if (!service.clusterIps().isEmpty()) {
                put(hosts, host, service.clusterIps());
            } else {
                SortedMap<String, String> pods =
                        index.headless().getOrDefault(service.name(), NO_PODS);
                put(hosts, host, pods.keySet());
                byHostname(pods).forEach((name, ips) -> put(hosts, name + "." + host, ips));
            }
        }
        return new NameTable(hosts);
    }

    private static Map<String, List<String>> byHostname(SortedMap<String, String> pods) {
        Map<String, List<String>> named = new TreeMap<>();
        pods.forEach((ip, hostname) -> {
            if (!hostname.isEmpty()) {
                named.computeIfAbsent(hostname, _ -> new ArrayList<>()).add(ip);
            }
        });
        return named;
    }

    private static void put(
            Map<String, List<InetAddress>> hosts, String host, Collection<String> ips) {
        List<InetAddress> addresses = ips.stream().flatMap(Names::address).toList();
        if (!addresses.isEmpty()) {
            hosts.put(host, addresses);
        }
    }

    /** A slice that a person made may hold what is none; it must not cost others their names. */
    private static Stream<InetAddress> address(String ip) {
        try {
            return Stream.of(InetAddress.ofLiteral(ip));
        } catch (IllegalArgumentException noAddress) {
            return Stream.empty();
        }
    }
}
