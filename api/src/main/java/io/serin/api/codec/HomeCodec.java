// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

import io.serin.api.name.HostPort;
import io.serin.api.name.Revision;
import io.serin.api.snapshot.Home;
import io.serin.api.snapshot.Protocol;
import io.serin.api.xds.CoreXds.SocketAddress;
import io.serin.api.xds.HomeXds;

/** {@code serin.discovery.v1.Home}. */
final class HomeCodec {

    private HomeCodec() {}

    static HomeXds.Home encode(Home home) {
        return HomeXds.Home.newBuilder()
                .setRevision(home.revision().value())
                .setDiscovery(
                        SocketAddress.newBuilder()
                                .setAddress(home.discovery().host())
                                .setPortValue(home.discovery().port()))
                .setLeastProtocol(home.speaks().least())
                .setLatestProtocol(home.speaks().latest())
                .build();
    }

    /** The records say what is wrong with their parts. */
    static Home decode(HomeXds.Home xds) {
        return new Home(
                new Revision(xds.getRevision()),
                new HostPort(xds.getDiscovery().getAddress(), xds.getDiscovery().getPortValue()),
                new Protocol(xds.getLeastProtocol(), xds.getLatestProtocol()));
    }
}
