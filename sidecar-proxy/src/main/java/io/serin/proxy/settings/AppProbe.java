// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.settings;

import java.time.Duration;
import java.util.List;

/** A probe or lifecycle hook of the application, as the pod had it before the injector moved it. */
public sealed interface AppProbe {

    /** The application's port. */
    int port();

    /** How long the application may take. */
    Duration timeout();

    /**
     * An HTTP GET.
     *
     * @param tls whether by HTTPS; nobody looks at the certificate, as the kubelet doesn't
     * @param host whom to call; empty: the pod
     * @param path with its query, as it goes on the wire
     * @param headers in place of those of the same name that the kubelet sends
     */
    record Http(
            int port, boolean tls, String host, String path, List<Header> headers, Duration timeout)
            implements AppProbe {
        public Http {
            headers = List.copyOf(headers);
        }
    }

    /** A header. */
    record Header(String name, String value) {}

    /**
     * A connection, which is closed again.
     *
     * @param host whom to call; empty: the pod
     */
    record Tcp(int port, String host, Duration timeout) implements AppProbe {}

    /**
     * A question of gRPC's health checking protocol.
     *
     * @param service which service is asked for; empty: the server as a whole
     */
    record Grpc(int port, String service, Duration timeout) implements AppProbe {}
}
