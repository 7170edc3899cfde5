// SPDX-License-Identifier: Apache-2.0
package io.serin.api.route;

import java.util.List;

/**
 * The routes of a listener, an xDS {@code RouteConfiguration}.
 *
 * @param hosts no domain occurs twice over all of them; empty means that every request gets 404
 */
public record RouteTable(String name, List<VirtualHost> hosts) {

    public RouteTable {
        hosts = List.copyOf(hosts);
        long all = hosts.stream().mapToLong(host -> host.domains().size()).sum();
        long distinct = hosts.stream().flatMap(host -> host.domains().stream()).distinct().count();
        if (all != distinct) {
            throw new IllegalArgumentException(
                    "route table " + name + ": a domain is listed twice (expected: each once)");
        }
    }
}
