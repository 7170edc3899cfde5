// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.grpc;

import io.serin.api.name.HostPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ThreadLocalRandom;

/** How a control plane's name becomes an address: anew for each attempt, and it may block. */
@FunctionalInterface
public interface Lookup {

    /** As the machine does; of several addresses any. */
    Lookup SYSTEM =
            place -> {
                InetAddress[] found = InetAddress.getAllByName(place.host());
                InetAddress one = found[ThreadLocalRandom.current().nextInt(found.length)];
                return new InetSocketAddress(one, place.port());
            };

    InetSocketAddress find(HostPort place) throws UnknownHostException;
}
