// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

import java.util.Optional;

/** The kinds of xDS resources that Serin speaks, in the order in which they are sent. */
public enum TypeUrl {
    CLUSTER("envoy.config.cluster.v3.Cluster"),
    ENDPOINT("envoy.config.endpoint.v3.ClusterLoadAssignment"),
    LISTENER("envoy.config.listener.v3.Listener"),
    ROUTE("envoy.config.route.v3.RouteConfiguration"),
    /** Serin's own: where the proxy is to get all the others from. */
    HOME("serin.discovery.v1.Home"),
    /** Istio's: the names that a proxy answers for. */
    NAMES("istio.networking.nds.v1.NameTable");

    private final String url;

    TypeUrl(String message) {
        this.url = "type.googleapis.com/" + message;
    }

    /** As it stands in {@code type_url}. */
    public String url() {
        return url;
    }

    /** Whether a client may ask for all of them: listeners and clusters. */
    public boolean isWildcard() {
        return this == CLUSTER || this == LISTENER;
    }

    public static Optional<TypeUrl> of(String url) {
        for (TypeUrl type : values()) {
            if (type.url.equals(url)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
