// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.outbound.route;

import io.serin.api.backend.Workload;
import io.serin.api.name.SpiffeId;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * An endpoint of one cluster, without its health: what stays the same from view to view keeps its
 * connections.
 *
 * @param cluster the cluster's name
 * @param identities one of which it proves; none where it is called in plaintext
 */
public record Target(
        InetSocketAddress address,
        String cluster,
        Duration connectTimeout,
        Workload workload,
        List<SpiffeId> identities) {

    public Target {
        identities = List.copyOf(identities);
    }
}
