// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

import io.serin.api.backend.Cluster;
import io.serin.api.backend.EndpointGroup;
import io.serin.api.route.RouteTable;
import io.serin.api.snapshot.Home;
import io.serin.api.snapshot.Listener;
import io.serin.api.snapshot.NameTable;
import io.serin.api.xds.Any;

/** Writes the mesh's records as xDS resources that a stock Envoy accepts. Pure; any thread. */
public final class ResourceEncoder {

    private ResourceEncoder() {}

    public static Any cluster(Cluster cluster) {
        return Wire.pack(TypeUrl.CLUSTER.url(), ClusterCodec.encode(cluster));
    }

    public static Any endpoints(EndpointGroup group) {
        return Wire.pack(TypeUrl.ENDPOINT.url(), EndpointCodec.encode(group));
    }

    public static Any listener(Listener listener) {
        return Wire.pack(TypeUrl.LISTENER.url(), ListenerCodec.encode(listener));
    }

    public static Any routeTable(RouteTable table) {
        return Wire.pack(TypeUrl.ROUTE.url(), RouteCodec.encode(table));
    }

    /** A stock Envoy never asks for it. */
    public static Any home(Home home) {
        return Wire.pack(TypeUrl.HOME.url(), HomeCodec.encode(home));
    }

    /** A stock Envoy never asks for it. */
    public static Any names(NameTable names) {
        return Wire.pack(TypeUrl.NAMES.url(), NameCodec.encode(names));
    }
}
