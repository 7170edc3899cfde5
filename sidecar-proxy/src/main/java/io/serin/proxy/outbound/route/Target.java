// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.outbound.route;

import io.serin.api.backend.Workload;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * An endpoint of one cluster, without its health: what stays the same from view to view keeps its
 * connections.
 *
 * @param cluster the cluster's name
 */
public record Target(
        InetSocketAddress address, String cluster, Duration connectTimeout, Workload workload) {}
