// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.outbound.route;

import io.serin.api.backend.Endpoint;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * A cluster and its endpoints, at one moment. Told apart by identity: a new view, a new cluster.
 */
public final class ClusterView {

    private final String name;
    private final Duration connectTimeout;
    private final List<Endpoint> endpoints;

    ClusterView(String name, Duration connectTimeout, List<Endpoint> endpoints) {
        this.name = name;
        this.connectTimeout = connectTimeout;
        this.endpoints = endpoints;
    }

    public String name() {
        return name;
    }

    /** The Service's host, for telemetry: the name's last part. */
    public String service() {
        return name.substring(name.lastIndexOf('|') + 1);
    }

    public Duration connectTimeout() {
        return connectTimeout;
    }

    public List<Endpoint> endpoints() {
        return endpoints;
    }

    public static InetSocketAddress address(Endpoint endpoint) {
        return new InetSocketAddress(endpoint.address().host(), endpoint.address().port());
    }
}
