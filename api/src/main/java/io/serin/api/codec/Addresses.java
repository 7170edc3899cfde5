// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

import io.serin.api.name.HostPort;
import io.serin.api.xds.CoreXds;

/** Addresses and sources of configuration, {@code envoy.config.core.v3}. */
final class Addresses {

    /** "From the stream that this came on", for endpoints and route tables; no time limit. */
    static final CoreXds.ConfigSource ADS =
            CoreXds.ConfigSource.newBuilder()
                    .setAds(CoreXds.AggregatedConfigSource.getDefaultInstance())
                    .setInitialFetchTimeout(io.serin.api.xds.Duration.getDefaultInstance())
                    .setResourceApiVersion(CoreXds.ApiVersion.V3)
                    .build();

    private Addresses() {}

    static CoreXds.Address encode(String host, int port) {
        return CoreXds.Address.newBuilder()
                .setSocketAddress(
                        CoreXds.SocketAddress.newBuilder().setAddress(host).setPortValue(port))
                .build();
    }

    static HostPort decode(CoreXds.Address address) {
        return new HostPort(
                address.getSocketAddress().getAddress(), address.getSocketAddress().getPortValue());
    }

    /** Refuses a source other than {@link #ADS}. */
    static void checkAds(String where, CoreXds.ConfigSource source) throws CodecFault {
        if (!source.hasAds()) {
            throw new CodecFault(where + ": config_source is not ads (expected: ads)");
        }
    }
}
