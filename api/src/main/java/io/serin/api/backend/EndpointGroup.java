// SPDX-License-Identifier: Apache-2.0
package io.serin.api.backend;

import java.util.List;

/**
 * The endpoints of one cluster, an xDS {@code ClusterLoadAssignment}.
 *
 * @param cluster the name of the {@link Cluster.Eds} that they serve
 * @param endpoints each address once; empty means that nobody serves
 */
public record EndpointGroup(String cluster, List<Endpoint> endpoints) {

    public EndpointGroup {
        endpoints = List.copyOf(endpoints);
        long distinct = endpoints.stream().map(Endpoint::address).distinct().count();
        if (distinct != endpoints.size()) {
            throw new IllegalArgumentException(
                    "endpoints of "
                            + cluster
                            + ": an address is listed twice (expected: each once)");
        }
    }
}
