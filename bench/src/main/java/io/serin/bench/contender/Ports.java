// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.contender;

import java.net.InetSocketAddress;

/** The ports of the bench, which has a network namespace of its own; bench/peers names them too. */
public final class Ports {

    public static final int BACKEND_HTTP = 18000;
    public static final int BACKEND_TCP = 18001;
    public static final int HAPROXY = 18011;
    public static final int NGINX = 18021;
    public static final int ENVOY = 18031;

    /** The first sidecar's; each further one has the next. */
    public static final int SERIN = 18041;

    private Ports() {}

    public static InetSocketAddress local(int port) {
        return new InetSocketAddress("127.0.0.1", port);
    }
}
